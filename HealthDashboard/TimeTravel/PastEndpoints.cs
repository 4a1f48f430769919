using System.Security.Claims;
using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Patients;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HealthDashboard.TimeTravel;

/// <summary>A bed at a past moment.</summary>
/// <param name="PatientId">Who was in it.</param>
/// <param name="Bed">The bed; null when the patient had none.</param>
/// <param name="Vitals">The last value of each sign up to then, with its age at that time; of what was measured more than a day before there is none.</param>
/// <param name="News2">The NEWS2 score of then.</param>
/// <param name="Alerts">The alerts that were open, each as it was then.</param>
internal sealed record PastBed(ObjectId PatientId, string? Bed, IReadOnlyList<LatestVital> Vitals, NewsScore News2, IReadOnlyList<Alert> Alerts)
{
    public static PastBed Of(PastPatient then, DateTimeOffset at) =>
        new(then.Patient.Id, then.Patient.Bed, [.. then.Values.Select(value => LatestVital.Of(value, at))], then.Score, then.Alerts);
}

/// <summary>Past moments over HTTP.</summary>
internal static class PastEndpoints
{
    private const int LongestName = 64;

    public static void MapPast(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/at/{time}/wall", WallAsync).RequireAuthorization(Policies.Viewer).WithTags("Time travel")
            .Describe("getPastWall", "The wall at a past moment: each bed with the values, score and open alerts of then")
            .WithDescription("By region, ward and bed of then. Values beyond the raw retention are means of a minute or longer.")
            .WithQuery<string>("region", "Only who was in this region then.")
            .WithQuery<string>("ward", "Only who was in this ward then.");

    private static async Task<Results<Ok<IReadOnlyList<PastBed>>, ValidationProblem>> WallAsync(
        string time, QueryFields query, PastWall wall, ClaimsPrincipal user, TimeProvider clock, CancellationToken cancel)
    {
        var (region, ward) = (query.Text("region", LongestName), query.Text("ward", LongestName));
        if (PastTime.Read(time, clock, out var at) is { } wrong)
            query.Add("time", wrong);
        if (query.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        var moment = await wall.LookAsync(at, user, patient => (region ?? patient.Region) == patient.Region && (ward ?? patient.Ward) == patient.Ward, cancel);
        return TypedResults.Ok<IReadOnlyList<PastBed>>([.. Rounds.InOrder(moment.Patients, then => then.Patient).Select(then => PastBed.Of(then, at))]);
    }
}
