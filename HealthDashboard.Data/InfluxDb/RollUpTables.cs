using System.Runtime.InteropServices;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.InfluxDb;

/// <summary>
/// What roll-ups are made from and written to. The server counts; what is to be added up is added up here, because it would go through
/// it once for each of count, min, max and sum, series by series. Every call does the same when it runs twice.
/// </summary>
internal sealed class RollUpTables(InfluxDatabase database)
{
    private const int LinesAtOnce = 20_000;

    /// <summary>How many readings each minute has in the server, those that say "sensor off" too.</summary>
    public async Task<Dictionary<RollUpKey, int>> CountsAsync(RollUpStretch stretch, CancellationToken cancel) => await database.QueryRollUpsAsync(
        static () => new Dictionary<RollUpKey, int>(),
        _ => database.Statements.Counts(stretch),
        static (counts, row) =>
        {
            if (row.Tags.Sign is { } sign)
                counts[new RollUpKey(row.Tags.Patient, sign, row.Time)] = (int)row.Long(1);
        },
        static _ => null,
        cancel);

    /// <summary>Each minute, from raw readings.</summary>
    public async Task<Dictionary<RollUpKey, RawMinute>> MinutesAsync(RollUpStretch stretch, CancellationToken cancel)
    {
        var minutes = new Dictionary<RollUpKey, RawMinute>();
        foreach (var piece in stretch.Pieces(RollUpStretch.ReadAtOnce))
        {
            var read = await database.QueryRollUpsAsync(
                static () => new MinuteCounter(),
                _ => database.Statements.Raw(piece),
                static (minutes, row) =>
                {
                    if (row.Tags.Sign is { } sign)
                        minutes.Add(new Reading(row.Tags.Patient, sign, row.Time, row.Double(1)));
                },
                static _ => null,
                cancel);
            foreach (var (key, minute) in read.Finish())
                minutes[key] = minute;
        }
        return minutes;
    }

    /// <summary>What the narrower ones add up to, without those that have nothing valid; and which of them stay half written.</summary>
    public async Task<(Dictionary<RollUpKey, Aggregate> Found, IReadOnlyCollection<RollUpKey> Torn)> BelowAsync(
        RollUpLevel level, RollUpStretch stretch, CancellationToken cancel)
    {
        var below = level.Below()!;
        var read = await database.QueryRollUpsAsync(
            static () => (Found: new Dictionary<RollUpKey, Aggregate>(), Rows: new WholeRows<RollUpKey>()),
            _ => database.Statements.NotEmpty(below, stretch),
            (read, row) =>
            {
                if (VitalSigns.Find(row.Text(2)) is not { } sign)
                    return;
                var key = new RollUpKey(ObjectId.Parse(row.Text(1)), sign.Sign, row.Time);
                if (read.Rows.Take(key, row, 3) is { } rollUp)
                    CollectionsMarshal.GetValueRefOrAddDefault(read.Found, key.In(level), out _).Add(rollUp);
            },
            read =>
            {
                if (read.Rows.Torn.Count == 0 || read.Rows.Repeats == InfluxDatabase.MostRepeats)
                    return null;
                read.Rows.Again();
                return database.Statements.NotEmpty(
                    below, stretch with { From = read.Rows.Asked.Min(key => key.Time), To = read.Rows.Asked.Max(key => key.Time) + 1 });
            },
            cancel);
        return (read.Found, read.Rows.Torn);
    }

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
