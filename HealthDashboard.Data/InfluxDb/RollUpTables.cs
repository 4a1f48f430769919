using HealthDashboard.Data.Model;
using HealthDashboard.Data.Vitals;

namespace HealthDashboard.Data.InfluxDb;

/// <summary>
/// What roll-ups are made from and written to. The server counts, and adds up what is narrower; minutes are added up here, from raw
/// readings, because it would go through them once for each of count, min, max and sum. Every call does the same when it runs twice.
/// </summary>
internal sealed class RollUpTables(InfluxDatabase database)
{
    private const int LinesAtOnce = 20_000;

    /// <summary>How many readings each minute has in the server, those that say "sensor off" too.</summary>
    public async Task<Dictionary<RollUpKey, int>> CountsAsync(RollUpStretch stretch, CancellationToken cancel) => await database.QueryRollUpsAsync(
        () => database.Statements.Counts(stretch),
        static () => new Dictionary<RollUpKey, int>(),
        static (counts, row) =>
        {
            if (row.Tags.Sign is { } sign)
                counts[new RollUpKey(row.Tags.Patient, sign, row.Time)] = (int)row.Long(1);
        },
        cancel);

    /// <summary>Each minute, from raw readings.</summary>
    public async Task<Dictionary<RollUpKey, RawMinute>> MinutesAsync(RollUpStretch stretch, CancellationToken cancel)
    {
        var minutes = new Dictionary<RollUpKey, RawMinute>();
        foreach (var piece in stretch.Pieces)
        {
            var read = await database.QueryRollUpsAsync(
                () => database.Statements.Raw(piece),
                static () => new MinuteCounter(),
                static (minutes, row) =>
                {
                    if (row.Tags.Sign is { } sign)
                        minutes.Add(new Reading(row.Tags.Patient, sign, row.Time, row.Double(1)));
                },
                cancel);
            foreach (var (key, minute) in read.Finish())
                minutes[key] = minute;
        }
        return minutes;
    }

    /// <summary>What is wider, as what is narrower adds up to; without those that have nothing valid.</summary>
    public async Task<Dictionary<RollUpKey, Aggregate>> BelowAsync(RollUpLevel level, RollUpStretch stretch, CancellationToken cancel) =>
        await database.QueryRollUpsAsync(
            () => database.Statements.Below(level, stretch),
            static () => new Dictionary<RollUpKey, Aggregate>(),
            static (found, row) =>
            {
                if (row.Tags.Sign is { } sign)
                    found[new RollUpKey(row.Tags.Patient, sign, row.Time)] = row.Aggregate;
            },
            cancel);

    /// <summary>Writes roll-ups; those that are there are replaced.</summary>
    public async Task WriteAsync(RollUpLevel level, IEnumerable<KeyValuePair<RollUpKey, Aggregate>> rollUps, CancellationToken cancel)
    {
        using var lines = new InfluxLines();
        foreach (var chunk in rollUps.Chunk(LinesAtOnce))
        {
            foreach (var (key, rollUp) in chunk)
                lines.Add(level, key, rollUp);
            await database.WriteRollUpsAsync(lines.Finish(), cancel);
        }
    }
}
