using System.Collections.Concurrent;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Monitoring;
using Microsoft.Extensions.Options;

namespace HealthDashboard.WhatIf;

/// <summary>What several patients of a ward have in common, read once.</summary>
internal sealed class WardPasts
{
    public ConcurrentDictionary<WardGroup, Task<IReadOnlyList<AlarmLimits>>> Limits { get; } = new();

    public ConcurrentDictionary<WardGroup, Task<IReadOnlyList<Hold>>> Holds { get; } = new();
}

/// <summary>Reads from the stores what besides readings made a patient's alerts.</summary>
internal sealed class PastReader(IAlertStore alerts, IPatientStore records, IOptions<AlarmOptions> options, TimeProvider time)
{
    /// <summary>As long before the start a patient without a stream is evaluated, and what was charted is read: the longest for which anything holds.</summary>
    public const long Longest = 24 * 3_600_000;

    // A stream of an hour fills every window, hold-off and rhythm.
    private const long Streamed = 3_600_000;

    // An alert that would come a little later than the end is later, and not saved.
    private static readonly TimeSpan After = TimeSpan.FromMinutes(2);

    // An alert that was open at the start was raised at most so long before, unless it is open still.
    private static readonly TimeSpan OpenSince = TimeSpan.FromDays(3);

    private const int AtOnce = 10_000;
    private const int MostVersions = 1_000;

    // So few changes cannot be an acknowledgement, its withdrawal and another one.
    private const int FewChanges = 3;

    /// <summary>Up to when a stretch is evaluated.</summary>
    public static long EndOf(DateTimeOffset to) => (to + After).ToUnixTimeMilliseconds();

    /// <summary>Reads a patient's past.</summary>
    /// <exception cref="StoreException">A store is unavailable.</exception>
    public async Task<PatientPast> ReadAsync(Chosen chosen, PastReadings readings, WardPasts wards, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel)
    {
        var id = chosen.Patient.Id;
        var first = from.ToUnixTimeMilliseconds();
        var start = first - (await readings.IsStreamedAsync(first - Streamed, first, cancel) ? Streamed : Longest);
        var end = EndOf(to);
        // As far ahead as an alert can still show that an earlier one was acted on.
        var history = await HistoryAsync(id, At(start) - OpenSince, to + Comparison.Worsening, cancel);
        var changes = await ChangesAsync(history, start, cancel);
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
                await LimitsAsync(versions, wards, cancel),
                await records.LimitHistoryAsync(LimitScope.OfPatient(id), MostVersions, cancel),
                options.Value.DefaultLimits, start, end,
                await WasHereAsync(versions, readings, start, cancel)),
            Acknowledged = [.. history.SelectMany(alert => AcknowledgedOf(alert, changes.GetValueOrDefault(alert.Id))).Where(given => given.At > start && given.At < end).OrderBy(given => given.At)],
            Holds = await (wards.Holds.GetOrAdd(WardGroup.Of(chosen.Patient), ward => HoldsAsync(ward, At(start), At(end), cancel))),
            Open = [.. changes.Values.Select(log => OpenAt(log, start)).OfType<Alert>()],
            History = [.. history.Where(alert => alert.RaisedAt >= At(start))],
        };
    }

    // Past that was brought in, or a monitor that was there before the record.
    private static async Task<bool> WasHereAsync(IReadOnlyList<Patient> versions, PastReadings readings, long start, CancellationToken cancel) =>
        versions.MinBy(version => version.Version)?.ChangedAt?.ToUnixTimeMilliseconds() is { } made && made > start && await readings.HasAnyAsync(start, made, cancel);

    // The one raised last first. Of those raised in one moment at a page's end some come twice.
    private async Task<List<Alert>> HistoryAsync(ObjectId id, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel)
    {
        var found = new Dictionary<ObjectId, Alert>();
        foreach (var open in await alerts.QueryAsync(new() { PatientIds = [id], OpenOnly = true, To = to, Limit = AtOnce }, cancel))
            found[open.Id] = open;
        for (var until = to; ;)
        {
            var page = await alerts.QueryAsync(new() { PatientIds = [id], From = from, To = until, NewestRaisedFirst = true, Limit = AtOnce }, cancel);
            foreach (var alert in page)
                found[alert.Id] = alert;
            if (page.Count < AtOnce)
                break;
            until = page[^1].RaisedAt.AddMilliseconds(1);
        }
        return [.. found.Values.Where(Comparison.IsCompared)];
    }

    // Every change of those that were open at the start, and of those that may have been acknowledged more than once.
    private async Task<Dictionary<ObjectId, IReadOnlyList<AlertChange>>> ChangesAsync(List<Alert> history, long start, CancellationToken cancel)
    {
        var logs = new Dictionary<ObjectId, IReadOnlyList<AlertChange>>();
        foreach (var alert in history)
        {
            var wasOpen = alert.RaisedAt < At(start) && (alert.IsOpen || alert.EndedAt > At(start) || alert.AcknowledgedAt > At(start));
            var wasTaken = alert.Version > FewChanges && (alert.AcknowledgedAt is not null || alert.Reason is not null);
            if (wasOpen || wasTaken)
                logs[alert.Id] = await alerts.HistoryAsync(alert.Id, cancel);
        }
        return logs;
    }

    private static IEnumerable<Acknowledged> AcknowledgedOf(Alert alert, IReadOnlyList<AlertChange>? log)
    {
        if (log is null)
            return alert is { AcknowledgedAt: { } at, AcknowledgedBy: { } by } ? [new(at.ToUnixTimeMilliseconds(), alert.Sign, alert.Direction, by, alert.Note)] : [];
        return log.Where(change => change.Kind == AlertChangeKind.Acknowledged && change.Alert.AcknowledgedAt is not null)
            .DistinctBy(change => change.Alert.AcknowledgedAt)
            .Select(change => new Acknowledged(change.Alert.AcknowledgedAt!.Value.ToUnixTimeMilliseconds(), alert.Sign, alert.Direction, change.Actor, change.Alert.Note));
    }

    private static Alert? OpenAt(IReadOnlyList<AlertChange> log, long start) =>
        log.LastOrDefault(change => change.Time <= At(start)) is { Alert: { IsOpen: true } open } ? open : null;

    private async Task<Func<string, string, IReadOnlyList<AlarmLimits>>> LimitsAsync(IReadOnlyList<Patient> versions, WardPasts wards, CancellationToken cancel)
    {
        var limits = new Dictionary<WardGroup, IReadOnlyList<AlarmLimits>>();
        foreach (var ward in versions.Select(WardGroup.Of).Distinct())
            limits[ward] = await wards.Limits.GetOrAdd(ward, key => records.LimitHistoryAsync(LimitScope.OfWard(key.Region, key.Ward), MostVersions, cancel));
        return (region, ward) => limits[new(region, ward)];
    }

    private async Task<IReadOnlyList<Hold>> HoldsAsync(WardGroup ward, DateTimeOffset start, DateTimeOffset end, CancellationToken cancel)
    {
        // For as long as the longest start, whichever patient of the ward asks first.
        var found = await alerts.QueryAsync(new() { PatientIds = [ward.Id], From = start.AddMilliseconds(-Longest), To = end, NewestRaisedFirst = true, Limit = AtOnce }, cancel);
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
