using System.Runtime.InteropServices;
using Dapper;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.Sqlite.Vitals;

/// <summary>Reads one series of the file, through a connection whose transaction (if any) fixes what is seen.</summary>
internal sealed class VitalSnapshot(VitalReads reads, Series series)
{
    private const string SomeBlocks = "SELECT id AS Id, samples AS Data FROM block WHERE id BETWEEN @first AND @last ORDER BY id";
    private const string BlocksBackwards = "SELECT id AS Id, samples AS Data FROM block WHERE id BETWEEN @first AND @last ORDER BY id DESC";
    private const string SomeRollUps = "SELECT id AS Id, entries AS Data FROM rollup WHERE id BETWEEN @first AND @last ORDER BY id";

    public Series Series { get; } = series;

    /// <summary>Raw samples from one time to another (exclusive), with newer ones put over them, piece by piece in time order.</summary>
    /// <param name="newer">In order of arrival.</param>
    /// <param name="from">The first time; at least 0.</param>
    /// <param name="to">The end.</param>
    /// <param name="each">Given each piece, which holds until it returns.</param>
    public void Raw(ReadOnlySpan<Sample> newer, long from, long to, Action<ReadOnlySpan<Sample>> each)
    {
        newer = Samples.Between(Samples.InTimeOrder(newer), from, to);
        var first = VitalSchema.BlockId(Series.Id, StoredTime.HourOf(from));
        var last = VitalSchema.BlockId(Series.Id, StoredTime.HourOf(Math.Min(to, StoredTime.Last)));
        var block = new List<Sample>();
        foreach (var row in reads.Connection.Query<Row>(SomeBlocks, new { first, last }, buffered: false))
        {
            block.Clear();
            var stored = Samples.Between(CollectionsMarshal.AsSpan(Decode(row.Id, row.Data, block)), from, to);
            var upTo = Samples.Between(newer, 0, StoredTime.StartOf(VitalSchema.HourOfBlock(row.Id) + 1));
            newer = newer[upTo.Length..];
            each(upTo.Length == 0 ? stored : CollectionsMarshal.AsSpan(Samples.Merged(stored, upTo)));
        }
        each(newer);
    }

    /// <summary>The last raw sample of a stretch; null when it has none.</summary>
    /// <param name="newer">What is put over the blocks, in order of arrival.</param>
    /// <param name="from">The first time; at least 0.</param>
    /// <param name="to">The last, inclusive.</param>
    public Sample? Last(ReadOnlySpan<Sample> newer, long from, long to)
    {
        Sample? last = null;
        foreach (var sample in newer)
        {
            if (sample.Time >= from && sample.Time <= to && !(sample.Time < last?.Time))
                last = sample;
        }
        var earliest = VitalSchema.BlockId(Series.Id, StoredTime.HourOf(Math.Max(from, last?.Time ?? 0)));
        var latest = VitalSchema.BlockId(Series.Id, StoredTime.HourOf(Math.Min(to, StoredTime.Last)));
        var block = new List<Sample>();
        foreach (var row in reads.Connection.Query<Row>(BlocksBackwards, new { first = earliest, last = latest }, buffered: false))
        {
            block.Clear();
            if (Samples.Between(CollectionsMarshal.AsSpan(Decode(row.Id, row.Data, block)), from, to + 1) is [.., var stored])
                return stored.Time > last?.Time || last is null ? stored : last;
        }
        return last;
    }

    /// <summary>One pack of roll-ups; null when it is not there.</summary>
    public Aggregate[]? Pack(RollUpLevel level, long pack)
    {
        var id = VitalSchema.RollUpId(Series.Id, level, pack);
        return reads.RollUp(id) is { } data ? Decode(id, data, level) : null;
    }

    /// <summary>All packs of a level from one to another (inclusive).</summary>
    public IEnumerable<(long Pack, Aggregate[] Entries)> Packs(RollUpLevel level, long firstPack, long lastPack)
    {
        var first = VitalSchema.RollUpId(Series.Id, level, firstPack);
        var last = VitalSchema.RollUpId(Series.Id, level, lastPack);
        foreach (var row in reads.Connection.Query<Row>(SomeRollUps, new { first, last }, buffered: false))
            yield return (VitalSchema.PackOfRollUp(row.Id), Decode(row.Id, row.Data, level));
    }

    /// <summary>
    /// An hour with newer samples merged in. Null when the hour is closed: its raw readings are gone and its roll-ups stay as they
    /// are, for what a late reading would make of them cannot be known.
    /// </summary>
    public Merged? Merge(long hour, ReadOnlySpan<Sample> newer)
    {
        var samples = reads.Hour;
        samples.Clear();
        var id = VitalSchema.BlockId(Series.Id, hour);
        if (reads.Block(id) is { } stored)
            Decode(id, stored, samples);
        else if (Pack(RollUpLevel.Minute, hour) is not null)
            return null;
        var before = samples.Count;
        Samples.Merge(samples, newer);
        return new Merged(samples, before);
    }

    private static List<Sample> Decode(long id, byte[] data, List<Sample> into)
    {
        try
        {
            BlockCodec.Decode(data, StoredTime.StartOf(VitalSchema.HourOfBlock(id)), into);
            return into;
        }
        catch (InvalidDataException error)
        {
            throw new StoreException(VitalFile.Name, $"raw block {id} is damaged.", error);
        }
    }

    private static Aggregate[] Decode(long id, byte[] data, RollUpLevel level)
    {
        try
        {
            var entries = new Aggregate[level.Slots];
            RollUpCodec.Decode(data, entries);
            return entries;
        }
        catch (InvalidDataException error)
        {
            throw new StoreException(VitalFile.Name, $"roll-up {id} is damaged.", error);
        }
    }

    /// <summary>What an hour holds after a merge.</summary>
    /// <param name="All">In time order; whoever merges the next hour writes over it.</param>
    /// <param name="Before">How many of the samples were stored before.</param>
    public readonly record struct Merged(List<Sample> All, int Before);

    private sealed class Row
    {
        public long Id { get; init; }

        public byte[] Data { get; init; } = [];
    }
}
