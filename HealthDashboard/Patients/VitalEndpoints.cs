using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Live;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HealthDashboard.Patients;

/// <summary>A stretch of one sign, as a chart shows it.</summary>
internal sealed record VitalSeries(VitalSign Sign, string Unit, IReadOnlyList<VitalPoint> Points);

/// <summary>The latest value of a sign and whether it may be taken as current.</summary>
/// <param name="Sign">The sign.</param>
/// <param name="Value">A number; for consciousness the letter.</param>
/// <param name="Unit">The sign's UCUM unit.</param>
/// <param name="Time">When it was measured, or when it arrived if that was earlier.</param>
/// <param name="AgeSeconds">Its age, by the earlier of its own time and its arrival; 0 where that is unknown.</param>
/// <param name="State"><c>current</c>; <c>stale</c> when too old; <c>sensorOff</c> when it says that nothing is measured; <c>timeUnknown</c> when its time lies in the future.</param>
internal sealed record LatestVital(VitalSign Sign, object Value, string Unit, DateTimeOffset Time, double AgeSeconds, string State)
{
    /// <summary>A value as it stands at a moment.</summary>
    public static LatestVital Of(StandingValue standing, DateTimeOffset now)
    {
        var reading = standing.Reading;
        var info = reading.Sign.Info();
        var age = now - reading.At;
        var state = standing.State switch
        {
            ValueStanding.Current => "current",
            ValueStanding.SensorOff => "sensorOff",
            ValueStanding.TimeUnknown => "timeUnknown",
            _ => "stale",
        };
        object value = reading.Sign == VitalSign.Consciousness ? ((Acvpu)(int)reading.Value).ToString() : reading.Value;
        return new LatestVital(reading.Sign, value, info.Unit, reading.At, Math.Max(0, Math.Round(age.TotalSeconds, 1)), state);
    }
}

internal static class VitalEndpoints
{
    private const int MaxPoints = 2000;

    public static void MapPatientVitals(this IEndpointRouteBuilder patients)
    {
        patients.MapGet("{id}/vitals", ChartAsync).RequireAuthorization(Policies.Viewer).Describe("getVitals", "One sign over a stretch of time, as a chart shows it")
            .WithQuery<VitalSign>("sign", "Which sign.", isRequired: true)
            .WithSpan("an hour")
            .WithQuery<int>("points", $"At most so many points, 1 to {MaxPoints}; else 300.");
        patients.MapGet("{id}/vitals/latest", LatestAsync).RequireAuthorization(Policies.Viewer).Describe("getLatestVitals", "The latest value of each sign, with its age");
        patients.MapGet("{id}/news2", ScoreAsync).RequireAuthorization(Policies.Viewer).Describe("getNews2", "A patient's NEWS2 score with its parts");
    }

    private static async Task<Results<Ok<VitalSeries>, ValidationProblem, NotFoundProblem>> ChartAsync(
        ObjectId id, QueryFields query, PatientDirectory directory, IVitalStore vitals, TimeProvider time, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var sign = query.Choice<VitalSign>("sign");
        var (from, to) = query.Span(now.AddHours(-1), now);
        var points = query.Whole("points", 1, MaxPoints, fallback: 300);
        if (query.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        if (await directory.FindAsync(id, cancel) is null)
            return Problems.NotFound("patient");
        return TypedResults.Ok(new VitalSeries(sign, sign.Info().Unit, await vitals.ChartAsync(id, sign, from, to, points, cancel)));
    }

    private static async Task<Results<Ok<IEnumerable<LatestVital>>, NotFoundProblem>> LatestAsync(
        ObjectId id, PatientDirectory directory, CurrentVitals current, TimeProvider time, CancellationToken cancel)
    {
        if (await directory.FindAsync(id, cancel) is not { } monitored)
            return Problems.NotFound("patient");
        var now = time.GetUtcNow();
        return TypedResults.Ok((await current.FindAsync(monitored, cancel)).Select(value => LatestVital.Of(value, now)));
    }

    private static async Task<Results<Ok<NewsScore>, NotFoundProblem>> ScoreAsync(ObjectId id, CurrentVitals current, CancellationToken cancel) =>
        await current.ScoreOfAsync(id, cancel) is { } score ? TypedResults.Ok(score) : Problems.NotFound("patient");
}
