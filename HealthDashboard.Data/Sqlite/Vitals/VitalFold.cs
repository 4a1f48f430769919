using System.Runtime.InteropServices;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.Sqlite.Vitals;

/// <summary>
/// Moves readings into blocks and roll-ups: the journal's (a fold) and those of an import. Everything that changes a block or a
/// roll-up runs here, one at a time. Unpacking, merging and packing need no lock; what comes of it is written in slices, so that
/// appends wait for milliseconds only. Journal rows go with the last slice: after a crash in between, the fold runs again from
/// the start, and merging the same readings twice changes nothing.
/// </summary>
internal sealed class VitalFold(VitalFile file, Head head, TimeProvider time, TimeSpan rawRetention) : IDisposable
{
    // About a megabyte of blocks.
    private const int MostRowsPerSlice = 512;

    private readonly SemaphoreSlim gate = new(1);
    private long droppedBefore;
    private long lastFold;

    /// <summary>Raw readings before this hour are gone, or may be at any moment.</summary>
    public long FirstRawHour =>
        Math.Max(0, StoredTime.HourOf((time.GetUtcNow() - rawRetention).ToUnixTimeMilliseconds()));

    /// <summary>When a fold last ended well; null before the first.</summary>
    public DateTimeOffset? LastFold =>
        Volatile.Read(ref lastFold) is var ticks and > 0 ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>Folds all that is in the head, and drops raw readings beyond their retention.</summary>
    /// <exception cref="StoreException">It could not; the readings are safe in the journal.</exception>
    public Task FoldAsync(CancellationToken cancel = default) => AloneAsync(reads =>
    {
        Fold(reads, cancel);
        DropOldBlocks(cancel);
        Volatile.Write(ref lastFold, time.GetUtcNow().UtcTicks);
    }, cancel);

    /// <summary>Merges a stretch of one series, as if it had been appended and folded. Of an hour whose raw readings are gone it replaces the minutes.</summary>
    public Task ImportAsync(ObjectId patient, VitalSign sign, IReadOnlyList<Sample> samples, CancellationToken cancel) => AloneAsync(reads =>
    {
        var series = file.Catalog.FindOrAdd(patient, sign);
        // What is in the journal arrived earlier, so it must be under the import, not over it.
        if (series.Head.Length > 0)
            Fold(reads, cancel);

        var ordered = Samples.InTimeOrder(samples switch
        {
            Sample[] array => array,
            List<Sample> list => CollectionsMarshal.AsSpan(list),
            _ => samples.ToArray(),
        });
        foreach (ref readonly var sample in ordered)
            StoredTime.Check(sample.Time, sample.Value);

        var slice = new FoldSlice(file, MostRowsPerSlice);
        Merge(reads, series, ordered, slice, isImport: true, cancel);
        var last = new Reading(patient, sign, ordered[^1].Time, ordered[^1].Value);
        // History that is not kept raw is nobody's latest value.
        var isKept = StoredTime.HourOf(last.Time) >= FirstRawHour;
        if (isKept)
            slice.AddLatest(series, series.Latest is { } latest && latest.Time > last.Time ? latest : last);
        slice.Write();
        if (isKept)
            series.Offer(last);
    }, cancel);

    public void Dispose() => gate.Dispose();

    private async Task AloneAsync(Action<VitalReads> work, CancellationToken cancel)
    {
        await gate.WaitAsync(cancel);
        try
        {
            await file.Database.RunAsync(
                connection =>
                {
                    using var reads = new VitalReads(connection);
                    work(reads);
                    return true;
                },
                cancel);
        }
        finally
        {
            gate.Release();
        }
    }

    private void Fold(VitalReads reads, CancellationToken cancel)
    {
        var capture = head.Take();
        if (capture.Series.Count == 0)
            return;
        var slice = new FoldSlice(file, MostRowsPerSlice);
        foreach (var (series, samples) in capture.Series)
        {
            Merge(reads, series, Samples.InTimeOrder(samples.Span), slice, isImport: false, cancel);
            if (series.Latest is { } latest)
                slice.AddLatest(series, latest);
        }
        slice.Write(capture.LastRow);
        // Only now, so that at every moment a reading is in the head, in a block, or in both, where merging makes it one.
        head.Trim(capture);
    }

    private void Merge(VitalReads reads, Series series, ReadOnlySpan<Sample> samples, FoldSlice slice, bool isImport, CancellationToken cancel)
    {
        var snapshot = new VitalSnapshot(reads, series);
        var rollUps = new RollUps(snapshot);
        var firstRawHour = FirstRawHour;
        while (samples.Length > 0)
        {
            cancel.ThrowIfCancellationRequested();
            var newer = Samples.FirstHour(samples);
            samples = samples[newer.Length..];
            var hour = StoredTime.HourOf(newer[0].Time);
            if (snapshot.Merge(hour, newer) is { } merged)
            {
                var all = CollectionsMarshal.AsSpan(merged.All);
                if (hour >= firstRawHour || merged.Before > 0)
                    slice.Add(series, hour, BlockCodec.Encode(all, StoredTime.StartOf(hour)), all.Length, merged.Before);
                rollUps.Replace(hour, all);
            }
            else if (isImport)
            {
                rollUps.ReplaceMinutes(hour, newer);
            }

            if (slice.IsFull)
            {
                slice.Add(series, rollUps);
                slice.Write();
                rollUps = new RollUps(snapshot);
            }
        }
        slice.Add(series, rollUps);
    }

    // One hour later than said: a chart that began before the clock passed the hour must still find its blocks.
    private void DropOldBlocks(CancellationToken cancel)
    {
        var before = FirstRawHour - 1;
        if (before <= droppedBefore)
            return;
        var left = new Queue<Series>(file.Catalog.All);
        while (left.Count > 0)
        {
            cancel.ThrowIfCancellationRequested();
            file.Write(write =>
            {
                for (var dropped = 0; dropped < MostRowsPerSlice && left.TryDequeue(out var series);)
                    dropped += 1 + write.DropBlocks(series.Id, before);
            });
        }
        droppedBefore = before;
    }
}
