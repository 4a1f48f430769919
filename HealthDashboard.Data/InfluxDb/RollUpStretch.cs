using HealthDashboard.Data.Model;

namespace HealthDashboard.Data.InfluxDb;

/// <summary>A stretch of time in which roll-ups are looked at.</summary>
/// <param name="From">Start, milliseconds since 1970, inclusive.</param>
/// <param name="To">End, exclusive.</param>
/// <param name="Patients">Whose; null for everybody's.</param>
/// <param name="Sign">Of which sign; null for all.</param>
internal sealed record RollUpStretch(long From, long To, IReadOnlyList<ObjectId>? Patients = null, VitalSign? Sign = null)
{
    private const int MostPatients = 50;

    /// <summary>How much of everybody's time is read in one query: some hundred thousand readings of a large hospital.</summary>
    public const long ReadAtOnce = 2 * InfluxTime.Minute;

    /// <summary>How much is counted in one query.</summary>
    public const long CountAtOnce = 10 * InfluxTime.Minute;

    // A large hospital's patients.
    private const int Everybody = 1_000;

    /// <summary>Pieces that the server is done with soon, one after the other.</summary>
    /// <param name="everybodys">How much of everybody's time is one; of a few patients it is more.</param>
    public IEnumerable<RollUpStretch> Pieces(long everybodys)
    {
        var step = Of(everybodys, Patients?.Count);
        for (var at = From; at < To; at += step)
            yield return this with { From = at, To = Math.Min(at + step, To) };
    }

    /// <summary>The stretches that hold these roll-ups; those far from each other are in different ones.</summary>
    /// <param name="keys">The roll-ups.</param>
    /// <param name="step">Their width.</param>
    /// <param name="everybodys">What is further apart is far, with everybody; with a few patients it is more.</param>
    public static IEnumerable<RollUpStretch> Of(IReadOnlyCollection<RollUpKey> keys, long step, long everybodys)
    {
        var gap = Of(everybodys, PatientsOf(keys)?.Count);
        var near = new List<RollUpKey>();
        foreach (var at in keys.GroupBy(key => key.Time).OrderBy(at => at.Key))
        {
            if (near.Count > 0 && at.Key > near[^1].Time + step + gap)
            {
                yield return Around(near, step);
                near.Clear();
            }
            near.AddRange(at);
        }
        if (near.Count > 0)
            yield return Around(near, step);
    }

    private static RollUpStretch Around(List<RollUpKey> near, long step) => new(
        near[0].Time, near[^1].Time + step, PatientsOf(near), near.TrueForAll(key => key.Sign == near[0].Sign) ? near[0].Sign : null);

    // Null for so many that it is easier to ask for everybody.
    private static List<ObjectId>? PatientsOf(IEnumerable<RollUpKey> keys)
    {
        var patients = new HashSet<ObjectId>();
        foreach (var key in keys)
        {
            if (patients.Add(key.Patient) && patients.Count > MostPatients)
                return null;
        }
        return [.. patients];
    }

    private static long Of(long everybodys, int? patients) => everybodys * (patients is > 0 and var some ? Math.Max(1, Everybody / some) : 1);
}
