using System.Security.Claims;
using HealthDashboard.Access;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HealthDashboard.Faults;

/// <summary>A store's switch as programs see it.</summary>
/// <param name="Role">The role, as health names it.</param>
/// <param name="Mode">How it fails.</param>
/// <param name="Amount">Milliseconds, percent or servers, by the mode; else 0.</param>
/// <param name="EndsAt">When it ends by itself; null while nothing is wrong.</param>
/// <param name="Servers">How many servers are behind proxies; 0 where the switch acts on the calls of the role.</param>
internal sealed record FaultView(string Role, FaultMode Mode, int Amount, DateTimeOffset? EndsAt, int Servers)
{
    public static FaultView Of(FaultBoard board, string role) => new(role, board.Of(role).Mode, board.Of(role).Amount, board.EndOf(role), board.ServersOf(role));
}

/// <summary>A switch to set.</summary>
internal sealed record FaultRequest(FaultMode Mode, int? Amount = null) : IRequestBody;

/// <summary>What the devices do, as programs see it.</summary>
/// <param name="Storm">Whether each sends its last seconds again and again.</param>
/// <param name="ClockSeconds">How far their clocks are ahead; below zero behind.</param>
internal sealed record DeviceFaultView(bool Storm, int ClockSeconds);

/// <summary>What the devices are to do; what is left out becomes as usual.</summary>
internal sealed record DeviceFaultRequest(bool? Storm = null, int? ClockSeconds = null) : IRequestBody;

/// <summary>The fault switches over HTTP, for scripts; there only where there are switches.</summary>
internal static class FaultEndpoints
{
    private const string Path = "/api/demo/faults";

    public static void MapFaults(this IEndpointRouteBuilder app)
    {
        if (app.ServiceProvider.GetService<FaultBoard>() is null)
            return;
        var group = app.MapGroup(Path).RequireAuthorization(Policies.Admin).WithTags("Demo");
        group.MapGet("", List).Describe("listFaults", "What is wrong with each store");
        // While the records are unavailable so is the audit, and the switch must work all the same: what is done then waits on this node's disk.
        var switches = group.MapGroup("").WithMetadata(new RecordRouteAttribute("demo.fault") { Always = true });
        switches.MapPut("{role}", SetAsync).Describe("setFault", "Set what is wrong with a store").WithBody<FaultRequest>();
        switches.MapPut("devices", SetDevicesAsync).Describe("setDeviceFaults", "Set what is wrong with the demo's devices").WithBody<DeviceFaultRequest>();
        switches.MapPut("partition", (FaultControl control, ClaimsPrincipal user) => PartitionAsync(control, true, user)).Describe("startPartition", "Cut this node off from the others");
        switches.MapDelete("partition", (FaultControl control, ClaimsPrincipal user) => PartitionAsync(control, false, user)).Describe("endPartition", "Join this node to the others again");
        switches.MapDelete("", RestoreAsync).Describe("endFaults", "Let everything work again");
        group.MapGet("proof", ProveAsync).Describe("getFaultProof", "Compare what was acknowledged with what the stores have");
    }

    private static IEnumerable<FaultView> List(FaultBoard board) => FaultBoard.Roles.Select(role => FaultView.Of(board, role));

    private static async Task<Results<Ok<FaultView>, ValidationProblem, NotFoundProblem>> SetAsync(
        string role, JsonBody body, FaultBoard board, FaultControl control, ClaimsPrincipal user)
    {
        if (!FaultBoard.Roles.Contains(role))
            return Problems.NotFound("store");
        var fields = body.Fields;
        var fault = new StoreFault(fields.Choice<FaultMode>("mode", null), fields.Whole("amount", 0, StoreFault.MostMilliseconds, 0));
        if (!fields.HasError("mode") && !fields.HasError("amount") && fault.Refusal(board.ServersOf(role)) is { } refusal)
            fields.Add("amount", refusal);
        if (fields.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        await control.SetAsync(user, role, fault);
        return TypedResults.Ok(FaultView.Of(board, role));
    }

    private static async Task<Results<Ok<DeviceFaultView>, ValidationProblem>> SetDevicesAsync(JsonBody body, FaultBoard board, FaultControl control, ClaimsPrincipal user)
    {
        var fields = body.Fields;
        var furthest = (int)FaultBoard.FurthestClock.TotalSeconds;
        var (storm, seconds) = (fields.Flag("storm"), fields.Whole("clockSeconds", -furthest, furthest, 0));
        if (fields.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        await control.SetStormAsync(user, storm);
        await control.SetClockAsync(user, TimeSpan.FromSeconds(seconds));
        return TypedResults.Ok(new DeviceFaultView(board.IsStorm, (int)board.Clock.TotalSeconds));
    }

    private static async Task<NoContent> PartitionAsync(FaultControl control, bool on, ClaimsPrincipal user)
    {
        await control.SetPartitionAsync(user, on);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> RestoreAsync(FaultControl control, ClaimsPrincipal user)
    {
        await control.RestoreAsync(user);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<ProofResult>, ProblemHttpResult>> ProveAsync(FaultProof proof, CancellationToken cancel)
    {
        if (proof.Waits is { } waits)
            return TypedResults.Problem(waits, statusCode: StatusCodes.Status409Conflict);
        try
        {
            return TypedResults.Ok(await proof.CheckAsync(cancel));
        }
        catch (StoreException error)
        {
            return TypedResults.Problem($"The stores cannot be queried now: {error.Message}", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
