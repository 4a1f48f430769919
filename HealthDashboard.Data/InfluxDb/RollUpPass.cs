using System.Collections.Immutable;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.InfluxDb;

/// <summary>
/// Makes the roll-ups of one width again. They are read, written, and read once more, until they are what was written last. Two nodes
/// may make the same ones at once: whoever writes last has seen, after it, all that was there.
/// </summary>
internal static class RollUpPass
{
    // What changes so often is being made by another node too, which looks again as well.
    private const int MostTimes = 5;

    /// <summary>Minutes, from raw readings.</summary>
    /// <param name="tables">Where from and to.</param>
    /// <param name="stretch">Where they are.</param>
    /// <param name="known">What minutes come to; right for those that have as many readings in the server. Gets what is read.</param>
    /// <param name="only">Which of the stretch; null for all.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <returns>Those that were made, and what they come to.</returns>
    public static async Task<IReadOnlyDictionary<RollUpKey, RawMinute>> FromRawAsync(
        RollUpTables tables, RollUpStretch stretch, Dictionary<RollUpKey, RawMinute> known, HashSet<RollUpKey>? only, CancellationToken cancel)
    {
        var written = new Dictionary<RollUpKey, RawMinute>();
        for (var time = 0; time < MostTimes; time++)
        {
            // To count is much less work for the server than to hand readings out, and what is known is mostly all there is.
            var counts = await tables.CountsAsync(stretch, cancel);
            var changed = counts
                .Where(count => only?.Contains(count.Key) != false && !(written.TryGetValue(count.Key, out var before) && before.Readings == count.Value))
                .Select(count => count.Key).ToList();
            if (changed.Count == 0)
                break;
            var unknown = changed.FindAll(key => known.GetValueOrDefault(key).Readings != counts[key]);
            foreach (var there in RollUpStretch.Of(unknown, InfluxTime.Minute, everybodys: InfluxTime.Minute))
            {
                foreach (var (key, minute) in await tables.MinutesAsync(there, cancel))
                    known[key] = minute;
            }
            // What has gone meanwhile has left the retention.
            changed.RemoveAll(key => !known.ContainsKey(key));
            foreach (var key in changed)
                written[key] = known[key];
            await tables.WriteAsync(RollUpLevel.Minute, changed.Select(key => KeyValuePair.Create(key, known[key].Valid)), cancel);
        }
        return written;
    }

    /// <summary>What is wider, from the width below. Where nothing valid is left, an empty one replaces what may be there.</summary>
    /// <param name="tables">Where from and to.</param>
    /// <param name="level">Their width.</param>
    /// <param name="stretch">Where they are.</param>
    /// <param name="only">Which of the stretch.</param>
    /// <param name="holding">Those in which something valid has just been written: the server must give it.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <exception cref="StoreUnavailableException">It does not; nothing is replaced by less than there was.</exception>
    public static async Task FromBelowAsync(
        RollUpTables tables, RollUpLevel level, RollUpStretch stretch, HashSet<RollUpKey> only, IReadOnlySet<RollUpKey> holding, CancellationToken cancel)
    {
        var mine = only.Where(key => key.Time >= stretch.From && key.Time < stretch.To).ToList();
        var written = new Dictionary<RollUpKey, Aggregate>();
        for (var time = 0; time < MostTimes; time++)
        {
            var (found, torn) = await tables.BelowAsync(level, stretch, cancel);
            // What another node left half written when it died is made again first. Where nothing is left to make it of, it is left out.
            if (torn.Count > 0 && time < MostTimes - 1)
            {
                await RemakeAsync(tables, level.Below()!, [.. torn], cancel);
                continue;
            }
            if (mine.Exists(key => holding.Contains(key) && !found.ContainsKey(key)))
                throw InfluxErrors.Unavailable("does not give roll-ups that it has just stored.");
            var changed = mine.Where(key => !(written.TryGetValue(key, out var before) && before == found.GetValueOrDefault(key))).ToList();
            if (changed.Count == 0)
                break;
            foreach (var key in changed)
                written[key] = found.GetValueOrDefault(key);
            await tables.WriteAsync(level, changed.Select(key => KeyValuePair.Create(key, written[key])), cancel);
        }
    }

    private static async Task RemakeAsync(RollUpTables tables, RollUpLevel level, HashSet<RollUpKey> torn, CancellationToken cancel)
    {
        foreach (var stretch in RollUpStretch.Of(torn, level.Step, everybodys: InfluxTime.Minute))
        {
            if (level == RollUpLevel.Minute)
                await FromRawAsync(tables, stretch, [], torn, cancel);
            else
                await FromBelowAsync(tables, level, stretch, torn, ImmutableHashSet<RollUpKey>.Empty, cancel);
        }
    }
}
