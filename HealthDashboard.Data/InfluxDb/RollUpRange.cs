using HealthDashboard.Data.Model;

namespace HealthDashboard.Data.InfluxDb;

/// <summary>A stretch of time whose roll-ups are to be made again.</summary>
/// <param name="From">Start, milliseconds since 1970, inclusive.</param>
/// <param name="To">End, exclusive.</param>
/// <param name="Patients">Whose; null for everybody's.</param>
/// <param name="Sign">Of which sign; null for all.</param>
internal sealed record RollUpRange(long From, long To, IReadOnlyList<ObjectId>? Patients = null, VitalSign? Sign = null)
{
    private const long Gap = 10 * InfluxTime.Minute;
    private const int MostPatients = 50;

    // About three million readings, at one a second of each sign: a second's work for the server.
    private const long AllAtOnce = 5 * InfluxTime.Minute;
    private const long OneAtOnce = 4 * 24 * 60 * InfluxTime.Minute;

    /// <summary>Whether raw readings are there to make the finest roll-ups from.</summary>
    public bool HasRaw { get; init; } = true;

    /// <summary>Whether a roll-up may have lost its last valid reading.</summary>
    public bool MayBeEmpty { get; init; }

    /// <summary>Pieces that the server is done with soon, one after the other.</summary>
    public IEnumerable<(long From, long To)> Pieces
    {
        get
        {
            var step = Patients is null ? AllAtOnce : Math.Max(AllAtOnce, InfluxTime.Floor(OneAtOnce / Patients.Count, InfluxTime.Minute));
            for (var at = From; at < To; at += step)
                yield return (at, Math.Min(at + step, To));
        }
    }

    /// <summary>The stretches that readings touch, whole minutes; readings far from each other are in different ones.</summary>
    public static IEnumerable<RollUpRange> Of(IEnumerable<Reading> readings)
    {
        var near = new List<Reading>();
        foreach (var reading in readings.OrderBy(reading => reading.Time))
        {
            if (near.Count > 0 && reading.Time > near[^1].Time + Gap)
            {
                yield return Of(near);
                near.Clear();
            }
            near.Add(reading);
        }
        if (near.Count > 0)
            yield return Of(near);
    }

    /// <summary>The one stretch that holds all readings, whole minutes; null without readings.</summary>
    public static RollUpRange? Around(IEnumerable<Reading> readings)
    {
        RollUpRange? range = null;
        foreach (var reading in readings)
        {
            var minute = InfluxTime.Floor(reading.Time, InfluxTime.Minute);
            if (range is null || minute < range.From || minute >= range.To || (reading.IsSensorOff && !range.MayBeEmpty))
            {
                range = new RollUpRange(Math.Min(range?.From ?? minute, minute), Math.Max(range?.To ?? 0, minute + InfluxTime.Minute))
                {
                    MayBeEmpty = range is { MayBeEmpty: true } || reading.IsSensorOff,
                };
            }
        }
        return range;
    }

    private static RollUpRange Of(List<Reading> near)
    {
        var patients = near.Select(reading => reading.PatientId).Distinct().ToList();
        return Around(near)! with { Patients = patients.Count > MostPatients ? null : patients };
    }
}
