using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.InfluxDb;

/// <summary>
/// Makes roll-ups: of everybody an hour after the time has passed, and of a later reading before it is acknowledged. So up to
/// <see cref="InfluxDatabase.Settled"/> roll-ups are whole on every node, and after it a chart is drawn from raw readings; nobody has
/// to remember what is still to be done.
/// </summary>
/// <remarks>
/// A reading is late when it is older than <see cref="LateAfter"/> once it is written. One that is not is in the server before
/// <see cref="SettleAfter"/> has passed, so the next round finds it, though the clocks of two nodes differ by up to the difference.
/// </remarks>
internal sealed class RollUps(InfluxDatabase database, TimeProvider time)
{
    // After an outage of up to an hour the spool drains without a single roll-up; an hour of raw readings more is little for a chart.
    public static readonly TimeSpan LateAfter = TimeSpan.FromMinutes(60);
    public static readonly TimeSpan SettleAfter = TimeSpan.FromMinutes(65);

    // Everybody's roll-ups nearer to each other than this are read together, with what is between them.
    private const long Near = 10 * InfluxTime.Minute;

    // So much of the past is rolled up before it is marked as done.
    private const long AtOnce = 60 * InfluxTime.Minute;

    private static readonly IReadOnlyList<RollUpLevel> Wider = [.. RollUpLevel.All.Skip(1)];

    private readonly RollUpTables tables = new(database);

    /// <summary>Up to when roll-ups are made at a moment, milliseconds since 1970, a whole minute.</summary>
    public static long SettledAt(DateTimeOffset now) => InfluxTime.Floor((now - SettleAfter).ToUnixTimeMilliseconds(), InfluxTime.Minute);

    /// <summary>Makes roll-ups of everybody up to an hour ago.</summary>
    public async Task SettleAsync(CancellationToken cancel)
    {
        await database.ReachAsync(cancel);
        var end = SettledAt(time.GetUtcNow());
        while (database.Settled is var from && from < end)
        {
            var until = Math.Min(InfluxTime.Floor(from + AtOnce, AtOnce), end);
            var made = new Dictionary<RollUpKey, RawMinute>();
            foreach (var piece in new RollUpStretch(from, until).Pieces(RollUpStretch.CountAtOnce))
                await MakeAsync(piece, [], only: null, made, cancel);
            await WidenAsync(made, cancel);
            await database.SettleAsync(until, cancel);
        }
    }

    /// <summary>Makes the roll-ups again of those of the readings just written that are too old to be found by the next round.</summary>
    /// <param name="readings">No two of one series for one moment.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <exception cref="StoreUnavailableException">
    /// The server does not give what it has just stored; nobody would look there again, so the readings must be sent again.
    /// </exception>
    public async Task LateAsync(IReadOnlyList<Reading> readings, CancellationToken cancel)
    {
        var before = (time.GetUtcNow() - LateAfter).ToUnixTimeMilliseconds();
        var late = MinuteCounter.Count(readings.Where(reading => reading.Time < before));
        var touched = late.Keys.ToHashSet();
        var made = new Dictionary<RollUpKey, RawMinute>();
        foreach (var stretch in RollUpStretch.Of(touched, InfluxTime.Minute, Near))
        {
            foreach (var piece in stretch.Pieces(RollUpStretch.CountAtOnce))
                await MakeAsync(piece, late, touched, made, cancel);
        }
        if (touched.Any(key => !made.ContainsKey(key) && key.Time >= database.FirstRaw))
            throw InfluxErrors.Unavailable("does not give readings that it has just stored.");
        await WidenAsync(made, cancel);
    }

    /// <summary>Writes minutes whose readings the server does not keep, and makes what is wider again.</summary>
    /// <param name="readings">No two of one series for one moment; a minute whole.</param>
    /// <param name="cancel">Ends the call.</param>
    public async Task PastAsync(IEnumerable<Reading> readings, CancellationToken cancel)
    {
        var past = MinuteCounter.Count(readings);
        await tables.WriteAsync(RollUpLevel.Minute, past.Where(minute => minute.Value.Valid.Count > 0).Select(minute => KeyValuePair.Create(minute.Key, minute.Value.Valid)), cancel);
        await WidenAsync(past, cancel);
    }

    private async Task MakeAsync(
        RollUpStretch piece, Dictionary<RollUpKey, RawMinute> known, HashSet<RollUpKey>? only, Dictionary<RollUpKey, RawMinute> made, CancellationToken cancel)
    {
        foreach (var (key, minute) in await RollUpPass.FromRawAsync(tables, piece, known, only, cancel))
            made[key] = minute;
    }

    private async Task WidenAsync(Dictionary<RollUpKey, RawMinute> minutes, CancellationToken cancel)
    {
        IReadOnlySet<RollUpKey> keys = minutes.Keys.ToHashSet();
        IReadOnlySet<RollUpKey> holding = minutes.Where(minute => minute.Value.Valid.Count > 0).Select(minute => minute.Key).ToHashSet();
        foreach (var level in Wider)
        {
            var mine = keys.Select(key => key.In(level)).ToHashSet();
            holding = holding.Select(key => key.In(level)).ToHashSet();
            foreach (var stretch in RollUpStretch.Of(mine, level.Step, Near))
                await RollUpPass.FromBelowAsync(tables, level, stretch, mine, holding, cancel);
            keys = mine;
        }
    }
}
