using HealthDashboard.Census;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Live;
using HealthDashboard.Monitoring;
using HealthDashboard.Patients;
using HealthDashboard.Shared;

namespace HealthDashboard.Handover;

/// <summary>
/// Reads the sheet of a patient from every store that knows something. A store that is unavailable costs its part of the sheet and no more. Who
/// may see it, and that it is written down, is for the caller.
/// </summary>
internal sealed class SbarReader(
    PatientDirectory directory, CurrentVitals current, IVitalStore vitals, IAlertStore alerts, AlertFeed feed, IPatientStore records, CareChain chain,
    LimitBook limits, AlarmRules rules, TimeProvider clock)
{
    /// <summary>How far back alerts that are over are listed.</summary>
    public static readonly TimeSpan AlertsBack = TimeSpan.FromHours(12);

    /// <summary>How far back notes are listed.</summary>
    public static readonly TimeSpan NotesBack = TimeSpan.FromHours(24);

    private const int AtOnce = 4;
    private const int MostAlerts = 500;
    private const int MostNotes = 200;
    private const int MostVersions = 100;

    /// <summary>The sheets of some patients, in order; somebody who is not there is left out.</summary>
    /// <exception cref="StoreException">A patient is not in memory, and the store of records cannot be read.</exception>
    public async Task<IReadOnlyList<SbarSheet>> ReadAsync(IReadOnlyList<ObjectId> patients, CancellationToken cancel)
    {
        var sheets = new SbarSheet?[patients.Count];
        var open = feed.Snapshot().Open.ToLookup(alert => alert.PatientId);
        await Parallel.ForEachAsync(
            patients.Index(), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, async (one, stop) => sheets[one.Index] = await ReadAsync(one.Item, open[one.Item], stop));
        return [.. sheets.OfType<SbarSheet>()];
    }

    private async Task<SbarSheet?> ReadAsync(ObjectId id, IEnumerable<Alert> open, CancellationToken cancel)
    {
        if (await directory.FindAsync(id, cancel) is not { } monitored)
            return null;
        var (patient, now) = (monitored.Patient, clock.GetUtcNow());
        var latest = await TryAsync(() => current.FindAsync(monitored, cancel));
        var points = latest is null ? null : await TryAsync(() => PointsAsync(id, now, cancel));
        var observations = current.ObservationsOf(monitored);
        var page = PatientNow.Of(monitored, latest ?? [], rules, actor: null, now) with
        {
            IsContinuous = observations.IsContinuous,
            Due = observations.Words(clock),
            Standby = StandbyWords.Of(patient, clock),
        };
        return new(page, now)
        {
            Admitted = patient.Status == PatientStatus.Admitted ? await TryAsync(() => AdmittedAsync(id, cancel)) : new AdmittedSince(),
            Scores = points is null ? null : PastScores.Of(patient, observations.IsContinuous, points, rules, now),
            Signs = latest is null ? null : SbarSigns.Of(latest, points ?? new Dictionary<VitalSign, IReadOnlyList<VitalPoint>>(), clock),
            Open = [.. open.OrderByDescending(alert => alert.Priority).ThenBy(alert => alert.RaisedAt)],
            Over = await TryAsync(() => OverAsync(id, now, cancel)),
            Notes = await TryAsync(() => NotesAsync(id, now, cancel)),
            Limits = await TryAsync(() => LimitsAsync(monitored, cancel)),
            Steps = await TryAsync(() => chain.StepsAsync(id, group: null, cancel)),
        };
    }

    // From before the day of the scores, because what was charted then counts at its beginning.
    private async Task<IReadOnlyDictionary<VitalSign, IReadOnlyList<VitalPoint>>> PointsAsync(ObjectId id, DateTimeOffset now, CancellationToken cancel)
    {
        var back = PastScores.Back + PastScores.LongestOf(rules);
        var parts = (int)Math.Ceiling(back / PastScores.Part);
        var signs = VitalSigns.All.Select(info => info.Sign).ToList();
        // What was measured this moment is in it.
        var points = await Task.WhenAll(signs.Select(sign => vitals.ChartAsync(id, sign, now - back, now.AddMilliseconds(1), parts, cancel)));
        return signs.Zip(points).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    private async Task<AdmittedSince?> AdmittedAsync(ObjectId id, CancellationToken cancel)
    {
        var versions = await records.VersionsAsync(id, MostVersions, cancel);
        var admitted = versions.TakeWhile(version => version.Status == PatientStatus.Admitted).ToList();
        return new(admitted.LastOrDefault()?.ChangedAt, admitted.Count == MostVersions);
    }

    private async Task<IReadOnlyList<Alert>> OverAsync(ObjectId id, DateTimeOffset now, CancellationToken cancel)
    {
        var raised = await alerts.QueryAsync(new() { PatientIds = [id], From = now - AlertsBack, Limit = MostAlerts, NewestRaisedFirst = true }, cancel);
        return [.. raised.Where(alert => !alert.IsOpen)];
    }

    private async Task<IReadOnlyList<PatientNote>> NotesAsync(ObjectId id, DateTimeOffset now, CancellationToken cancel)
    {
        var written = await records.NotesAsync(id, MostNotes, cancel);
        var corrected = written.Select(note => note.Corrects).OfType<ObjectId>().ToHashSet();
        return [.. written.Where(note => note.Text.Length > 0 && note.At >= now - NotesBack && !corrected.Contains(note.Id))];
    }

    private async Task<SbarLimits> LimitsAsync(MonitoredPatient monitored, CancellationToken cancel)
    {
        var (own, wider) = (monitored.Limits, await limits.WithoutOwnAsync(monitored.Patient, cancel));
        var lines = VitalSigns.All.Where(info => own.SourceOf(info.Sign) == LimitSource.Patient && Pair(own[info.Sign]) != Pair(wider[info.Sign])).Select(info =>
            $"{SignWords.Label(info.Sign)} {Pair(own[info.Sign])}{(LimitWords.Off(own, info.Sign) is { Length: > 0 } off ? $", {off}" : "")} (ward {Pair(wider[info.Sign])})").ToList();
        if (own.ScoreThreshold != wider.ScoreThreshold)
            lines.Add($"NEWS2 alert from {own.ScoreThreshold} (ward {wider.ScoreThreshold})");
        return new(lines, lines.Count == 0 ? null : (await records.FindReadableLimitsAsync(LimitScope.OfPatient(monitored.Patient.Id), cancel))?.Reason);
    }

    private static string Pair(SignLimits limits) => $"{LimitWords.Pair(limits.Low, limits.ExtremeLow)} to {LimitWords.Pair(limits.High, limits.ExtremeHigh)}";

    private static async Task<T?> TryAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (StoreException)
        {
            return default;
        }
    }
}
