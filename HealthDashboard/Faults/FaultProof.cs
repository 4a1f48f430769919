using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Ingest;
using HealthDashboard.Monitoring;

namespace HealthDashboard.Faults;

/// <summary>What became of all that was acknowledged, as the stores themselves answer.</summary>
/// <param name="At">When it was looked at.</param>
/// <param name="Since">When the count began.</param>
/// <param name="Sent">How many readings that passed every rule were sent.</param>
/// <param name="Acknowledged">How many were acknowledged; one that was sent twice counts twice.</param>
/// <param name="Distinct">How many different readings that is.</param>
/// <param name="Stored">How many of these the store has.</param>
/// <param name="Doubled">How many the store has more than once.</param>
/// <param name="Lost">How many the store does not have.</param>
/// <param name="AlertsShown">How many alerts that were raised since were on screens.</param>
/// <param name="AlertsRecorded">How many of these the store has.</param>
internal sealed record ProofResult(
    DateTimeOffset At, DateTimeOffset Since, long Sent, long Acknowledged, long Distinct, long Stored, long Doubled, long Lost, int AlertsShown, int AlertsRecorded)
{
    /// <summary>How many alerts were on screens and the store does not have.</summary>
    public int AlertsLost => AlertsShown - AlertsRecorded;

    /// <summary>Whether nothing was lost and nothing doubled.</summary>
    public bool Holds => Lost == 0 && Doubled == 0 && AlertsLost == 0;
}

/// <summary>Compares the ledger of what was acknowledged with what the stores have.</summary>
internal sealed class FaultProof(ReadingLedger ledger, AlertWitness witness, IVitalStore vitals, IAlertStore alerts, Spool spool, AlertWriter writer, TimeProvider time)
{
    private const int AtOnce = 4;
    private const int Looks = 5;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(0.5);

    /// <summary>What keeps the stores from being queried for the proof now, in words; null when nothing does.</summary>
    public string? Waits =>
        ledger.Count.Since is null ? "Nothing is counted yet."
        : spool.Readings > 0 ? $"{spool.Readings:#,0} readings wait in the spool for the store."
        : writer.Depth > 0 ? $"{writer.Depth:#,0} changes of alerts wait for the store."
        : null;

    /// <summary>Queries the stores for everything in the ledger.</summary>
    /// <exception cref="StoreException">A store cannot answer now.</exception>
    /// <exception cref="InvalidOperationException">Nothing is counted.</exception>
    public async Task<ProofResult> CheckAsync(CancellationToken cancel)
    {
        var count = ledger.Count;
        var since = count.Since ?? throw new InvalidOperationException("Nothing is counted.");
        var (distinct, stored, doubled) = await FindAsync(ledger.Acknowledged(), vitals, cancel);
        var shown = witness.Since(since);
        var missing = await MissingAsync(shown, cancel);
        // An alert is shown a moment before it is recorded.
        for (var look = 1; missing.Count > 0 && look < Looks; look++)
        {
            await Task.Delay(BetweenLooks, time, cancel);
            missing = await MissingAsync(missing, cancel);
        }
        return new(time.GetUtcNow(), since, count.Sent, count.Acknowledged, distinct, stored, doubled, distinct - stored, shown.Count, shown.Count - missing.Count);
    }

    private async Task<IReadOnlyList<ObjectId>> MissingAsync(IReadOnlyList<ObjectId> ids, CancellationToken cancel)
    {
        List<ObjectId> missing = [];
        foreach (var id in ids)
        {
            if (await alerts.FindAsync(id, cancel) is null)
                missing.Add(id);
        }
        return missing;
    }

    /// <summary>Looks for readings in the store: how many different ones there are, how many it has, and how many of these more than once.</summary>
    public static async Task<(long Distinct, long Stored, long Doubled)> FindAsync(
        IReadOnlyList<(ObjectId Patient, VitalSign Sign, long[] Times)> readings, IVitalStore vitals, CancellationToken cancel)
    {
        long distinct = 0, stored = 0, doubled = 0;
        await Parallel.ForEachAsync(readings, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, async (one, stop) =>
        {
            var (has, twice) = await CompareAsync(one.Patient, one.Sign, one.Times, vitals, stop);
            Interlocked.Add(ref distinct, one.Times.Length);
            Interlocked.Add(ref stored, has);
            Interlocked.Add(ref doubled, twice);
        });
        return (distinct, stored, doubled);
    }

    private static async Task<(int Has, int Twice)> CompareAsync(ObjectId patient, VitalSign sign, long[] times, IVitalStore vitals, CancellationToken cancel)
    {
        var from = DateTimeOffset.FromUnixTimeMilliseconds(times[0]);
        var to = DateTimeOffset.FromUnixTimeMilliseconds(times[^1] + 1);
        Dictionary<long, int> found = [];
        foreach (var sample in await vitals.ReadAsync(patient, sign, from, to, cancel))
            found[sample.Time] = found.GetValueOrDefault(sample.Time) + 1;
        return (times.Count(found.ContainsKey), times.Count(at => found.GetValueOrDefault(at) > 1));
    }
}
