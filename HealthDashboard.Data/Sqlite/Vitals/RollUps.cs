using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.Sqlite.Vitals;

/// <summary>
/// The roll-ups of one series, read as they are asked for and changed in memory: a fold writes what changed, a chart only looks.
/// </summary>
internal sealed class RollUps(VitalSnapshot snapshot)
{
    private readonly Dictionary<(RollUpLevel Level, long Pack), Aggregate[]> packs = [];
    private readonly HashSet<(RollUpLevel Level, long Pack)> changed = [];

    /// <summary>The packs that were changed.</summary>
    public IEnumerable<(RollUpLevel Level, long Pack, Aggregate[] Entries)> Changed =>
        changed.Select(key => (key.Level, key.Pack, packs[key]));

    /// <summary>Reads the packs of a level that cover a stretch, in one go.</summary>
    public void Load(RollUpLevel level, long from, long to)
    {
        foreach (var (pack, entries) in snapshot.Packs(level, level.PackOf(from), level.PackOf(to)))
            packs.TryAdd((level, pack), entries);
    }

    /// <summary>The loaded entries of a level from one time to another (exclusive) that have values.</summary>
    public void ForEach(RollUpLevel level, long from, long to, Action<long, Aggregate> each)
    {
        foreach (var ((packLevel, pack), entries) in packs)
        {
            if (packLevel != level)
                continue;
            for (var slot = 0; slot < entries.Length; slot++)
            {
                var time = (pack * level.Span) + (slot * level.Step);
                if (entries[slot].Count > 0 && time >= from && time < to)
                    each(time, entries[slot]);
            }
        }
    }

    /// <summary>Takes an hour's raw samples as the new truth for that hour at every level.</summary>
    public void Replace(long hour, ReadOnlySpan<Sample> samples)
    {
        Set(hour, MinutesOf(hour, samples));
    }

    /// <summary>Replaces the minutes of an hour that the samples have values of, at every level. For an hour whose raw samples are gone.</summary>
    public void ReplaceMinutes(long hour, ReadOnlySpan<Sample> samples)
    {
        var minutes = packs.GetValueOrDefault((RollUpLevel.Minute, hour)) ?? snapshot.Pack(RollUpLevel.Minute, hour) ?? new Aggregate[60];
        foreach (var (i, minute) in MinutesOf(hour, samples).Index())
        {
            if (minute.Count > 0)
                minutes[i] = minute;
        }
        Set(hour, minutes);
    }

    private Aggregate[] MinutesOf(long hour, ReadOnlySpan<Sample> samples) =>
        Aggregate.Minutes(samples, StoredTime.StartOf(hour), snapshot.Series.ZeroIsSensorOff);

    private void Set(long hour, Aggregate[] minutes)
    {
        var start = StoredTime.StartOf(hour);
        packs[(RollUpLevel.Minute, hour)] = minutes;
        changed.Add((RollUpLevel.Minute, hour));

        var whole = default(Aggregate);
        for (var ten = 0; ten < 6; ten++)
        {
            var part = Aggregate.Of(minutes.AsSpan(10 * ten, 10));
            Set(RollUpLevel.TenMinutes, start + (ten * RollUpLevel.TenMinutes.Step), part);
            whole.Add(part);
        }

        // Eight days of hours share a pack, so the day is all in the one at hand.
        var hours = Set(RollUpLevel.Hour, start, whole);
        var day = start - (start % RollUpLevel.Day.Step);
        Set(RollUpLevel.Day, day, Aggregate.Of(hours.AsSpan(RollUpLevel.Hour.SlotOf(day), 24)));
    }

    private Aggregate[] Set(RollUpLevel level, long time, in Aggregate value)
    {
        var key = (level, level.PackOf(time));
        if (!packs.TryGetValue(key, out var entries))
            packs[key] = entries = snapshot.Pack(level, key.Item2) ?? new Aggregate[level.Slots];
        entries[level.SlotOf(time)] = value;
        changed.Add(key);
        return entries;
    }
}
