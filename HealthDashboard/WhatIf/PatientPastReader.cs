using System.Collections.Concurrent;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Monitoring;
using Microsoft.Extensions.Options;

namespace HealthDashboard.WhatIf;

/// <summary>What several patients of a run have in common, read once.</summary>
internal sealed class SharedPast
{
    /// <summary>What was open at a moment, by patient.</summary>
    public ConcurrentDictionary<long, Task<ILookup<ObjectId, Alert>>> Open { get; } = new();

    /// <summary>Every version of a ward's limits.</summary>
    public ConcurrentDictionary<WardGroup, Task<IReadOnlyList<AlarmLimits>>> Limits { get; } = new();

    /// <summary>When an alert on a ward stood for its patients' silence.</summary>
    public ConcurrentDictionary<WardGroup, Task<IReadOnlyList<Hold>>> Holds { get; } = new();
}

/// <summary>Reads from the stores what besides readings made a patient's alerts.</summary>
internal sealed class PatientPastReader(IAlertStore alerts, IPatientStore records, IOptions<AlarmOptions> options, TimeProvider time)
{
    /// <summary>As long before the start a patient without a stream is evaluated, and what was charted is read: the longest for which anything holds.</summary>
    public const long Longest = 24 * 3_600_000;

    // A stream of an hour fills every window, hold-off and rhythm.
    private const long Streamed = 3_600_000;

    // An alert that would come a little later than the end is later, and not saved.
    private static readonly TimeSpan After = TimeSpan.FromMinutes(2);

    private const int AtOnce = 5_000;
    private const int MostVersions = 1_000;

    // So few changes cannot be an acknowledgement, its withdrawal and another one.
    private const int FewChanges = 3;

    /// <summary>Up to when a stretch is evaluated.</summary>
    public static long EndOf(DateTimeOffset to) => (to + After).ToUnixTimeMilliseconds();

    /// <summary>Reads a patient's past.</summary>
    /// <exception cref="StoreException">A store is unavailable.</exception>
    public async Task<PatientPast> ReadAsync(Chosen chosen, PastReadings readings, SharedPast shared, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel)
    {
        var id = chosen.Patient.Id;
        var first = from.ToUnixTimeMilliseconds();
        var start = first - (await readings.IsStreamedAsync(first - Streamed, first, cancel) ? Streamed : Longest);
        var end = EndOf(to);
        var open = (await shared.Open.GetOrAdd(start, at => OpenAtAsync(At(at), cancel)))[id].Where(Comparison.IsCompared).ToList();
        // As far ahead as an alert can still show that an earlier one was acted on.
        var history = await alerts.EachRaisedAsync(new() { PatientIds = [id], From = At(start), To = to + Comparison.Worsening }, AtOnce, cancel)
            .Where(Comparison.IsCompared).ToListAsync(cancel);
        var versions = await records.VersionsAsync(id, MostVersions, cancel);
        if (versions.Count == 0)
            versions = [chosen.Patient];
        return new()
        {
            Patient = chosen.Patient,
            IsOfWard = chosen.IsOfWard,
            Start = start,
            StaySince = StayOf(versions, start),
            Moments = PatientPast.MomentsOf(
                versions,
                await LimitsAsync(versions, shared, cancel),
                await records.LimitHistoryAsync(LimitScope.OfPatient(id), MostVersions, cancel),
                options.Value.DefaultLimits, start, end,
                await WasHereAsync(versions, readings, start, cancel)),
            Acknowledged = [.. (await AcknowledgedAsync(open, history, cancel)).Where(given => given.At > start && given.At < end).OrderBy(given => given.At)],
            Holds = await (shared.Holds.GetOrAdd(WardGroup.Of(chosen.Patient), ward => HoldsAsync(ward, At(start), At(end), cancel))),
            Open = open,
            History = history,
        };
    }

    // Past that was brought in, or a monitor that was there before the record.
    private static async Task<bool> WasHereAsync(IReadOnlyList<Patient> versions, PastReadings readings, long start, CancellationToken cancel) =>
        versions.MinBy(version => version.Version)?.ChangedAt?.ToUnixTimeMilliseconds() is { } made && made > start && await readings.HasAnyAsync(start, made, cancel);

    private async Task<ILookup<ObjectId, Alert>> OpenAtAsync(DateTimeOffset at, CancellationToken cancel) =>
        (await alerts.ReadOpenAtAsync(at, cancel)).ToLookup(alert => alert.PatientId);

    // The log is read only of what may have been acknowledged more than once, and of what was open before anything is evaluated.
    private async Task<List<Acknowledged>> AcknowledgedAsync(List<Alert> open, List<Alert> history, CancellationToken cancel)
    {
        var given = new List<Acknowledged>();
        foreach (var alert in open)
            given.AddRange(AcknowledgedOf(alert, await alerts.HistoryAsync(alert.Id, cancel)));
        foreach (var alert in history.ExceptBy(open.Select(one => one.Id), one => one.Id))
        {
            if (alert.Version > FewChanges && (alert.AcknowledgedAt is not null || alert.Reason is not null))
                given.AddRange(AcknowledgedOf(alert, await alerts.HistoryAsync(alert.Id, cancel)));
            else if (alert is { AcknowledgedAt: { } at, AcknowledgedBy: { } by })
                given.Add(new(at.ToUnixTimeMilliseconds(), alert.Sign, alert.Direction, by, alert.Note));
        }
        return given;
    }

    private static IEnumerable<Acknowledged> AcknowledgedOf(Alert alert, IReadOnlyList<AlertChange> log) => log
        .Where(change => change.Kind == AlertChangeKind.Acknowledged && change.Alert.AcknowledgedAt is not null)
        .DistinctBy(change => change.Alert.AcknowledgedAt)
        .Select(change => new Acknowledged(change.Alert.AcknowledgedAt!.Value.ToUnixTimeMilliseconds(), alert.Sign, alert.Direction, change.Actor, change.Alert.Note));

    private async Task<Func<string, string, IReadOnlyList<AlarmLimits>>> LimitsAsync(IReadOnlyList<Patient> versions, SharedPast shared, CancellationToken cancel)
    {
        var limits = new Dictionary<WardGroup, IReadOnlyList<AlarmLimits>>();
        foreach (var ward in versions.Select(WardGroup.Of).Distinct())
            limits[ward] = await shared.Limits.GetOrAdd(ward, key => records.LimitHistoryAsync(LimitScope.OfWard(key.Region, key.Ward), MostVersions, cancel));
        return (region, ward) => limits[new(region, ward)];
    }

    private async Task<IReadOnlyList<Hold>> HoldsAsync(WardGroup ward, DateTimeOffset start, DateTimeOffset end, CancellationToken cancel)
    {
        // As far back as any patient of the ward needs, because the first one's call reads for all.
        var found = await alerts.EachRaisedAsync(new() { PatientIds = [ward.Id], From = start.AddMilliseconds(-Longest), To = end }, AtOnce, cancel).ToListAsync(cancel);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return [.. found.Where(alert => alert.Sign == Alert.FeedSign).Select(alert => new Hold(alert.RaisedAt.ToUnixTimeMilliseconds(), alert.EndedAt?.ToUnixTimeMilliseconds() ?? now)).OrderBy(hold => hold.From)];
    }

    // The admission that the stay at the start began with.
    private static long StayOf(IReadOnlyList<Patient> versions, long start)
    {
        var since = 0L;
        Patient? before = null;
        foreach (var version in versions.OrderBy(version => version.Version))
        {
            var at = version.ChangedAt?.ToUnixTimeMilliseconds() ?? 0;
            if (before is not null && at > start)
                break;
            if (version.Status == PatientStatus.Admitted && before?.Status != PatientStatus.Admitted)
                since = at;
            before = version;
        }
        return since <= start ? since : 0;
    }

    private static DateTimeOffset At(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
