using System.Security.Claims;
using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

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
            .RequireAuthorization(Policies.Viewer).Describe("getHospitalOnCall", "Who is on call for the hospital.");
        hospital.MapPut("", (JsonBody body, OnCallRoster roster, ClaimsPrincipal user, CancellationToken cancel) => SetAsync(null, body, roster, user, cancel))
            .RequireAuthorization(Policies.OnCall)
            .Describe("setHospitalOnCall", "Replaces who is on call for the hospital: chargeNurseId and doctorId, null for nobody.").WithBody<OnCallRequest>().MayConflict();

        var ward = app.MapGroup("/api/wards/{region}/{ward}/on-call").WithTags("Care team");
        ward.MapGet("", (string region, string ward, OnCallRoster roster, CancellationToken cancel) => FindAsync(WardAddress.Of(region, ward), roster, cancel))
            .RequireAuthorization(Policies.Viewer).Describe("getWardOnCall", "Who is on call for a ward.");
        ward.MapPut(
            "",
            (string region, string ward, JsonBody body, OnCallRoster roster, ClaimsPrincipal user, CancellationToken cancel) =>
                SetAsync(WardAddress.Of(region, ward), body, roster, user, cancel))
            .RequireAuthorization(Policies.OnCall)
            .Describe("setWardOnCall", "Replaces who is on call for a ward: chargeNurseId and doctorId, null for nobody.").WithBody<OnCallRequest>().MayConflict();
    }

    private static async Task<Results<Ok<OnCallPeople>, NotFoundProblem>> FindAsync(WardKey? ward, OnCallRoster roster, CancellationToken cancel) =>
        await roster.FindAsync(ward, cancel) is { } onCall ? TypedResults.Ok(PeopleOf(onCall)) : Problems.NotFound("ward");

    private static async Task<Results<Ok<OnCallPeople>, ValidationProblem, NotFoundProblem>> SetAsync(
        WardKey? ward, JsonBody body, OnCallRoster roster, ClaimsPrincipal user, CancellationToken cancel)
    {
        if (await roster.FindAsync(ward, cancel) is null)
            return Problems.NotFound("ward");
        var fields = body.Fields;
        return await roster.SetAsync(user, ward, fields, cancel) is { } onCall ? TypedResults.Ok(PeopleOf(onCall)) : Problems.Invalid(fields.Errors);
    }

    private static OnCallPeople PeopleOf(OnCall onCall) => new(onCall.Ward?.Region, onCall.Ward?.Ward, onCall.ChargeNurse, onCall.Doctor);
}
