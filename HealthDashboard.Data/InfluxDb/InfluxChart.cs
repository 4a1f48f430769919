using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.InfluxDb;

/// <summary>
/// Fills the parts of a chart: from the coarsest roll-ups that fit, then minutes up to where roll-ups are made, then raw readings. What is
/// read grows with the points, and at most an hour or so of raw readings and a day of minutes come on top. A roll-up that stays half
/// written is taken from what it is made of.
/// </summary>
/// <param name="all">The statements.</param>
/// <param name="patient">Whose.</param>
/// <param name="sign">Of which sign.</param>
/// <param name="plan">The parts.</param>
/// <param name="settled">Up to when roll-ups are made.</param>
internal sealed class InfluxChart(InfluxStatements all, ObjectId patient, VitalSign sign, ChartPlan plan, long settled)
{
    private readonly Aggregate[] parts = new Aggregate[plan.Parts];
    private readonly bool zeroIsOff = sign.Info().ZeroIsSensorOff;
    private readonly List<RollUpLevel?> levels = [];
    private WholeRows<(RollUpLevel Level, long Time)> rollUps = new();

    /// <summary>The statements that together cover the plan once, each of its milliseconds by one of them.</summary>
    public InfluxQuery First()
    {
        var (start, end) = (Math.Max(plan.Start, 0), Math.Min(plan.End, InfluxTime.Last + 1));
        var pieces = new List<(RollUpLevel?, long, long)>(3);
        if (plan.Level is { } level)
        {
            Add(level, InfluxTime.Floor(settled, level.Step));
            Add(RollUpLevel.Minute, settled);
        }
        Add(null, end);
        return Query(pieces);

        void Add(RollUpLevel? level, long until)
        {
            until = Math.Min(until, end);
            if (start >= until)
                return;
            pieces.Add((level, start, until));
            start = until;
        }
    }

    /// <summary>The statements for what was half written; null when nothing was.</summary>
    public InfluxQuery? Again()
    {
        if (rollUps.Torn.Count == 0)
            return null;
        if (rollUps.Repeats < InfluxDatabase.MostRepeats)
        {
            rollUps.Again();
            return Query([.. rollUps.Asked.GroupBy(one => one.Level)
                .Select(level => ((RollUpLevel?)level.Key, level.Min(one => one.Time), level.Max(one => one.Time) + 1))]);
        }
        var below = rollUps.Torn.Select(one => (one.Level.Below(), one.Time, one.Time + one.Level.Step)).ToList();
        rollUps = new();
        return Query(below);
    }

    /// <summary>Adds a row of any of the statements to its part.</summary>
    public void Take(InfluxRow row)
    {
        ref var part = ref parts[plan.PartOf(row.Time)];
        if (levels[row.Statement] is { } level)
            part.Add(rollUps.Take((level, row.Time), row, 1) ?? default);
        else if (row.Double(1) is var value && (value != 0 || !zeroIsOff))
            part.Add(value);
    }

    /// <summary>The parts that have values, in time order.</summary>
    public IReadOnlyList<VitalPoint> Points()
    {
        var points = new List<VitalPoint>(parts.Length);
        for (var part = 0; part < parts.Length; part++)
        {
            if (parts[part].Count > 0)
                points.Add(parts[part].ToPoint(plan.Start + (part * plan.Width)));
        }
        return points;
    }

    private InfluxQuery Query(List<(RollUpLevel? Level, long From, long To)> pieces)
    {
        levels.Clear();
        levels.AddRange(pieces.Select(piece => piece.Level));
        return new InfluxQuery(string.Join("; ", pieces.Select(piece => all.Chart(piece.Level, piece.From, piece.To))))
            .With("patient", patient).With("sign", sign);
    }
}
