using System.Globalization;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Hosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Presentation;

/// <summary>
/// Runs the sample query of each role against the store in use, and says what it found. Counts and no names: what is on a slide is seen by people who
/// may see no patient.
/// </summary>
internal sealed class LiveParts(
    IPatientStore patients, IVitalStore vitals, ICareTeamStore team, IAnalyticsStore analytics, IAlertStore alerts,
    StoreHealth health, LegLatency legs, IOptions<StoreOptions> stores, TimeProvider time)
{
    private const int MostRows = 5;

    /// <summary>What there is.</summary>
    public static IReadOnlySet<string> Names { get; } =
        new HashSet<string>(["patients", "vitals", "careTeam", "analytics", "alerts", "latency", "consistency"], StringComparer.Ordinal);

    /// <summary>Queries now. A store that does not answer is a result, and no exception.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="cancel">Ends the call.</param>
    public async Task<LiveResult> QueryAsync(string name, CancellationToken cancel)
    {
        var store = stores.Value.Chosen.TryGetValue(name, out var chosen) ? chosen.Server : name == "latency" ? "this program" : "all stores";
        var started = time.GetTimestamp();
        try
        {
            var (columns, rows) = await TableAsync(name, cancel);
            return new(name, store, true, rows.Count == 0 ? "answered: nothing is stored yet" : "answered", Took(), columns, rows);
        }
        catch (StoreException)
        {
            return new(name, store, false, "unavailable: the store did not answer", Took(), [], []);
        }

        double Took() => Math.Round(time.GetElapsedTime(started).TotalMilliseconds, 2);
    }

    private Task<Table> TableAsync(string name, CancellationToken cancel) => name switch
    {
        "patients" => PatientsAsync(cancel),
        "vitals" => VitalsAsync(cancel),
        "careTeam" => CareTeamAsync(cancel),
        "analytics" => AnalyticsAsync(cancel),
        "alerts" => AlertsAsync(cancel),
        "latency" => Task.FromResult(new Table(["leg", "readings", "median", "longest"], legs.Rows())),
        _ => ConsistencyAsync(cancel),
    };

    // Who is here, by the region that also is the shard.
    private async Task<Table> PatientsAsync(CancellationToken cancel)
    {
        var byRegion = new SortedDictionary<string, (int Patients, HashSet<string> Wards)>(StringComparer.Ordinal);
        await foreach (var patient in patients.AdmittedAsync(cancel))
        {
            var (count, wards) = byRegion.GetValueOrDefault(patient.Region, (0, new(StringComparer.Ordinal)));
            wards.Add(patient.Ward);
            byRegion[patient.Region] = (count + 1, wards);
        }
        return new(["region", "wards", "patients here"], [.. byRegion.Take(MostRows).Select(region => Row(region.Key, Text(region.Value.Wards.Count), Text(region.Value.Patients)))]);
    }

    // A chart of one bed at four widths: a chart costs by its points and not by its readings.
    private async Task<Table> VitalsAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        await foreach (var patient in patients.AdmittedAsync(cancel))
        {
            var rows = new List<IReadOnlyList<string>>();
            foreach (var (words, stretch) in new[] { ("an hour", TimeSpan.FromHours(1)), ("a day", TimeSpan.FromDays(1)), ("a week", TimeSpan.FromDays(7)) })
            {
                var started = time.GetTimestamp();
                var points = await vitals.ChartAsync(patient.Id, VitalSign.HeartRate, now - stretch, now, 600, cancel);
                rows.Add(Row(words, Text(points.Sum(point => point.Count)), Text(points.Count), $"{time.GetElapsedTime(started).TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture)} ms"));
            }
            return new(["heart rate of a bed", "readings", "points", "took"], rows);
        }
        return new(["heart rate of a bed", "readings", "points", "took"], []);
    }

    private async Task<Table> CareTeamAsync(CancellationToken cancel) => new(
        ["profession", "clinicians", "patients at most"],
        [.. (await team.WorkloadAsync(time.GetUtcNow(), cancel)).GroupBy(work => work.Clinician.Profession).OrderBy(group => group.Key).Take(MostRows)
            .Select(group => Row(group.Key.ToString(), Text(group.Count()), Text(group.Max(work => work.Patients))))]);

    private async Task<Table> AnalyticsAsync(CancellationToken cancel)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var rows = new List<IReadOnlyList<string>>();
        foreach (var ward in (await analytics.AlarmWardsAsync(cancel)).Take(MostRows))
        {
            var load = await analytics.AlarmLoadAsync(ward.Region, ward.Ward, LoadPeriod.Day, today.AddDays(-7), today, cancel);
            rows.Add(Row($"{ward.Ward}, {ward.Region}", Text(load.Items.Sum(item => item.Raised)), Text(load.Items.Select(item => item.Bed).Distinct(StringComparer.Ordinal).Count())));
        }
        return new(["ward", "alarms, last 7 days", "beds"], rows);
    }

    private async Task<Table> AlertsAsync(CancellationToken cancel)
    {
        var open = await alerts.ReadOpenAsync(cancel);
        return new(["priority", "open", "acknowledged"],
            [.. Enum.GetValues<AlertPriority>().OrderDescending().Select(priority => Row(
                priority.ToString(), Text(open.Open.Count(alert => alert.Priority == priority)), Text(open.Open.Count(alert => alert.Priority == priority && alert.AcknowledgedAt is not null))))]);
    }

    private async Task<Table> ConsistencyAsync(CancellationToken cancel)
    {
        var states = (await health.LookAsync(cancel)).ToDictionary(state => state.Role, StringComparer.OrdinalIgnoreCase);
        return new(["role", "store", "promises", "state"],
            [.. stores.Value.Chosen.OrderBy(role => role.Key, StringComparer.Ordinal).Select(role => Row(role.Key, role.Value.Server, role.Value.Consistency, Words(states.GetValueOrDefault(role.Key))))]);
    }

    private static string Words(StoreState? state) => state?.Status switch
    {
        HealthStatus.Healthy => "up",
        HealthStatus.Degraded => "degraded",
        HealthStatus.Unhealthy => "unavailable",
        _ => "unknown",
    };

    private static string[] Row(params string[] cells) => cells;

    private static string Text(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    private sealed record Table(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);
}
