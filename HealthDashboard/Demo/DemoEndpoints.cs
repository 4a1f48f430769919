using System.Security.Claims;
using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Demo;

/// <summary>A scenario as programs see it.</summary>
/// <param name="PatientId">The patient.</param>
/// <param name="Scenario">What happens.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="Speed">How much faster than life it runs.</param>
/// <param name="Recovering">Whether it has been ended and fades.</param>
internal sealed record ScenarioView(ObjectId PatientId, Scenario Scenario, DateTimeOffset StartedAt, double Speed, bool Recovering)
{
    public static ScenarioView Of(RunningScenario running, DateTimeOffset now) =>
        new(running.PatientId, running.Scenario, running.StartedAt, running.Speed, running.EndedAt <= now);
}

/// <summary>A scenario to start, at the usual speed where none is given.</summary>
internal sealed record ScenarioRequest(ObjectId PatientId, Scenario Scenario, double? Speed = null) : IRequestBody;

/// <summary>The presenter's scenarios over HTTP; there only in a demo.</summary>
internal static class DemoEndpoints
{
    private const int FastestSpeed = 120;
    private const string Path = "/api/demo/scenarios";

    public static void MapScenarios(this IEndpointRouteBuilder app)
    {
        if (!app.ServiceProvider.GetRequiredService<IOptions<SimulationOptions>>().Value.Demo)
            return;
        var group = app.MapGroup(Path).RequireAuthorization(Policies.Clinician).WithTags("Demo");
        group.MapGet("", List).Describe("listScenarios", "The scenarios that run");
        group.MapPost("", StartAsync).Describe("startScenario", "Start a scenario with a patient of the demo hospital").WithBody<ScenarioRequest>();
        group.MapDelete("", EndAsync).Describe("endScenarios", "End a patient's scenario, or all").WithQuery<ObjectId>("patientId", "Whose; else everybody's.");
    }

    private static IEnumerable<ScenarioView> List(ScenarioBoard board, TimeProvider time) =>
        board.Running.Select(running => ScenarioView.Of(running, time.GetUtcNow()));

    private static async Task<Results<Created<ScenarioView>, ValidationProblem>> StartAsync(
        JsonBody body, ScenarioBoard board, DemoRecords records, PatientDirectory directory, Audit audit, TimeProvider time, ClaimsPrincipal user)
    {
        var fields = body.Fields;
        var id = fields.Text("patientId", 2 * ObjectId.Size);
        var scenario = fields.Choice<Scenario>("scenario", null);
        var speed = fields.Number("speed") ?? ScenarioCourse.DefaultSpeed;
        if (speed is <= 0 or > FastestSpeed)
            fields.Add("speed", $"is {speed}; allowed is more than 0 and at most {FastestSpeed}.");
        var demo = records.Plan.FirstOrDefault(demo => demo.Patient.Id.ToString() == id && directory.Find(demo.Patient.Id) is not null);
        if (demo is null && !fields.HasError("patientId"))
            fields.Add("patientId", $"is '{id}'; allowed is the id of a patient of the demo hospital.");
        if (fields.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);

        var patientId = demo!.Patient.Id;
        board.Start(patientId, scenario, speed);
        await audit.WriteAsync(user, "demo.scenario", patientId, scenario.ToString());
        return TypedResults.Created(Path, new ScenarioView(patientId, scenario, time.GetUtcNow(), speed, scenario == Scenario.Recovery));
    }

    // Without a patient every scenario ends.
    private static async Task<Results<NoContent, ValidationProblem, NotFoundProblem>> EndAsync(QueryFields query, ScenarioBoard board, Audit audit, ClaimsPrincipal user)
    {
        ObjectId? patientId = query.Text("patientId", 2 * ObjectId.Size) is null ? null : query.Id("patientId");
        if (query.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        var ended = false;
        foreach (var id in patientId is { } one ? [one] : board.Running.Select(running => running.PatientId).Distinct().ToArray())
        {
            if (!board.End(id))
                continue;
            ended = true;
            await audit.WriteAsync(user, "demo.scenario.end", id);
        }
        return ended || patientId is null ? TypedResults.NoContent() : Problems.NotFound("running scenario");
    }
}
