using HealthDashboard.Data.Model;
using HealthDashboard.Data.Sqlite.Vitals;

namespace HealthDashboard.Data.InfluxDb;

/// <summary>
/// Makes roll-ups in the server (<c>SELECT ... INTO</c>): of everybody an hour after the time has passed, and of a later reading
/// before it is acknowledged. So up to <see cref="InfluxDatabase.Settled"/> roll-ups are whole on every node, and after it a chart is
/// drawn from raw readings; nobody has to remember what is still to be done.
/// </summary>
/// <remarks>
/// A reading is late when it is older than <see cref="LateAfter"/> once it is written. One that is not is in the server before
/// <see cref="SettleAfter"/> has passed, so the next round finds it, though the clocks of two nodes differ by up to the difference.
/// </remarks>
internal sealed class RollUps(InfluxDatabase database, TimeProvider time) : IDisposable
{
    // After an outage of up to an hour the spool drains without a single roll-up; an hour of raw readings more is little for a chart.
    public static readonly TimeSpan LateAfter = TimeSpan.FromMinutes(60);
    public static readonly TimeSpan SettleAfter = TimeSpan.FromMinutes(65);

    // Two nodes that roll up the same minute at once may put the older sum over the newer: the next round looks at it again.
    private const long Overlap = 10 * InfluxTime.Minute;

    // One at a time in this process: what is read is then written before another reads.
    private readonly SemaphoreSlim turn = new(1, 1);

    /// <summary>Up to when roll-ups are made at a moment, milliseconds since 1970, a whole minute.</summary>
    public static long SettledAt(DateTimeOffset now) => InfluxTime.Floor((now - SettleAfter).ToUnixTimeMilliseconds(), InfluxTime.Minute);

    /// <summary>Those of the readings just written that are too old to be found by the next round.</summary>
    public IReadOnlyList<Reading> Late(IReadOnlyList<Reading> readings)
    {
        var before = (time.GetUtcNow() - LateAfter).ToUnixTimeMilliseconds();
        List<Reading>? late = null;
        for (var i = 0; i < readings.Count; i++)
        {
            if (readings[i].Time < before)
                (late ??= []).Add(readings[i]);
        }
        return late ?? [];
    }

    /// <summary>Makes roll-ups of everybody up to an hour ago.</summary>
    public async Task SettleAsync(CancellationToken cancel)
    {
        await database.ReachAsync(cancel);
        var until = SettledAt(time.GetUtcNow());
        if (until <= database.Settled)
            return;
        await RollAsync(new RollUpRange(Math.Max(database.Settled - Overlap, 0), until) { MayBeEmpty = true }, cancel);
        await database.SettleAsync(until, cancel);
    }

    /// <summary>Makes the roll-ups of a stretch again: the minutes from raw readings, what is wider from what is narrower.</summary>
    public async Task RollAsync(RollUpRange range, CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        try
        {
            foreach (var (from, to) in range.HasRaw ? range.Pieces : [])
                await RollAsync(RollUpLevel.Minute, from, to, range, cancel);
            foreach (var level in RollUpLevel.All.Where(level => level != RollUpLevel.Minute))
                await RollAsync(level, InfluxTime.Floor(range.From, level.Step), InfluxTime.Ceiling(range.To, level.Step), range, cancel);
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    private async Task RollAsync(RollUpLevel level, long from, long to, RollUpRange range, CancellationToken cancel)
    {
        await database.RollUpAsync(InfluxStatements.Bind(InfluxStatements.Fill(level, from, to, range), range), cancel);
        if (range.MayBeEmpty)
            await database.RollUpAsync(InfluxStatements.Bind(InfluxStatements.Empty(level, from, to, range), range), cancel);
    }
}
