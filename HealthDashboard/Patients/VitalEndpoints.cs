using HealthDashboard.Accounts;
using HealthDashboard.Alarms;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Hosting;
using HealthDashboard.Live;

namespace HealthDashboard.Patients;

/// <summary>A stretch of one sign, as a chart shows it.</summary>
internal sealed record VitalSeries(VitalSign Sign, string Unit, IReadOnlyList<VitalPoint> Points);

/// <summary>The latest value of a sign and whether it may be taken as current.</summary>
/// <param name="Sign">The sign.</param>
/// <param name="Value">A number; for consciousness the letter.</param>
/// <param name="Unit">The sign's UCUM unit.</param>
/// <param name="Time">When it was measured.</param>
/// <param name="AgeSeconds">Its age; 0 when a device's clock runs ahead.</param>
/// <param name="State"><c>current</c>; <c>stale</c> when too old; <c>sensorOff</c> when it says that nothing is measured.</param>
internal sealed record LatestVital(VitalSign Sign, object Value, string Unit, DateTimeOffset Time, double AgeSeconds, string State);

internal static class VitalEndpoints
{
    private const int MaxPoints = 2000;

    public static void MapPatientVitals(this IEndpointRouteBuilder patients)
    {
        patients.MapGet("{id}/vitals", ChartAsync).RequireAuthorization(Policies.Viewer).Produces<VitalSeries>();
        patients.MapGet("{id}/vitals/latest", LatestAsync).RequireAuthorization(Policies.Viewer).Produces<IReadOnlyList<LatestVital>>();
    }

    private static async Task<IResult> ChartAsync(
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

    private static async Task<IResult> LatestAsync(
        ObjectId id, PatientDirectory directory, LiveVitals live, IVitalStore vitals, AlarmRules rules, TimeProvider time, CancellationToken cancel)
    {
        if (await directory.FindAsync(id, cancel) is null)
            return Problems.NotFound("patient");
        // Patients who are not monitored are not in memory.
        var latest = live.Latest(id) is { Count: > 0 } here ? here : await vitals.LatestAsync(id, cancel);
        var now = time.GetUtcNow();
        return TypedResults.Ok(latest.OrderBy(r => r.Sign).Select(reading => Describe(reading, rules, now)));
    }

    private static LatestVital Describe(Reading reading, AlarmRules rules, DateTimeOffset now)
    {
        var info = reading.Sign.Info();
        var age = now - reading.At;
        var state = age > rules[reading.Sign].FreshFor ? "stale" : reading.IsSensorOff ? "sensorOff" : "current";
        object value = reading.Sign == VitalSign.Consciousness ? ((Acvpu)(int)reading.Value).ToString() : reading.Value;
        return new LatestVital(reading.Sign, value, info.Unit, reading.At, Math.Max(0, Math.Round(age.TotalSeconds, 1)), state);
    }
}
