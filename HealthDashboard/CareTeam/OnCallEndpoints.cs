using System.Security.Claims;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Shared;

namespace HealthDashboard.CareTeam;

/// <summary>Who is on call, as the API says it.</summary>
/// <param name="Region">The ward's region; null for the hospital.</param>
/// <param name="Ward">The ward; null for the hospital.</param>
/// <param name="ChargeNurse">The nurse in charge; null when nobody is.</param>
/// <param name="Doctor">The doctor on call; null when nobody is.</param>
internal sealed record OnCallPeople(string? Region, string? Ward, Clinician? ChargeNurse, Clinician? Doctor);

/// <summary>Who is on call for the wards and the hospital, over HTTP.</summary>
internal static class OnCallEndpoints
{
    public static void MapOnCall(this IEndpointRouteBuilder app)
    {
        var hospital = app.MapGroup("/api/on-call").WithTags("Care team");
        hospital.MapGet("", (OnCallRoster roster, CancellationToken cancel) => FindAsync(null, roster, cancel))
            .RequireAuthorization(Policies.Viewer).Produces<OnCallPeople>().WithSummary("Who is on call for the hospital.");
        hospital.MapPut("", (JsonBody body, OnCallRoster roster, ClaimsPrincipal user, CancellationToken cancel) => SetAsync(null, body, roster, user, cancel))
            .RequireAuthorization(Policies.OnCall).Produces<OnCallPeople>()
            .WithSummary("Replaces who is on call for the hospital: chargeNurseId and doctorId, null for nobody.");

        var ward = app.MapGroup("/api/wards/{region}/{ward}/on-call").WithTags("Care team");
        ward.MapGet("", (string region, string ward, OnCallRoster roster, CancellationToken cancel) => FindAsync(KeyOf(region, ward), roster, cancel))
            .RequireAuthorization(Policies.Viewer).Produces<OnCallPeople>().WithSummary("Who is on call for a ward.");
        ward.MapPut(
            "",
            (string region, string ward, JsonBody body, OnCallRoster roster, ClaimsPrincipal user, CancellationToken cancel) =>
                SetAsync(KeyOf(region, ward), body, roster, user, cancel))
            .RequireAuthorization(Policies.OnCall).Produces<OnCallPeople>()
            .WithSummary("Replaces who is on call for a ward: chargeNurseId and doctorId, null for nobody.");
    }

    private static async Task<IResult> FindAsync(WardKey? ward, OnCallRoster roster, CancellationToken cancel) =>
        await roster.FindAsync(ward, cancel) is { } onCall ? TypedResults.Ok(Describe(onCall)) : Problems.NotFound("ward");

    private static async Task<IResult> SetAsync(WardKey? ward, JsonBody body, OnCallRoster roster, ClaimsPrincipal user, CancellationToken cancel)
    {
        if (await roster.FindAsync(ward, cancel) is null)
            return Problems.NotFound("ward");
        var fields = body.Fields;
        return await roster.SetAsync(user, ward, fields, cancel) is { } onCall ? TypedResults.Ok(Describe(onCall)) : Problems.Invalid(fields.Errors);
    }

    // A slash within a name stays encoded on its way here, so that it does not end the name.
    private static WardKey KeyOf(string region, string ward) => new(
        region.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase), ward.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase));

    private static OnCallPeople Describe(OnCall onCall) => new(onCall.Ward?.Region, onCall.Ward?.Ward, onCall.ChargeNurse, onCall.Doctor);
}
