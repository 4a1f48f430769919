using HealthDashboard.Data.Model;
using HealthDashboard.Data.Vitals;

namespace HealthDashboard.Data.InfluxDb;

/// <summary>
/// Fills the parts of a chart, in the server: the coarsest roll-ups that fit, then minutes up to where roll-ups are made, then raw
/// readings. What is scanned grows with the points, and at most an hour or so of raw readings and a day of minutes come on top.
/// </summary>
internal static class InfluxChart
{
    /// <summary>The statements that together cover the plan once, each of its milliseconds by one of them.</summary>
    public static InfluxQuery Query(InfluxStatements all, ObjectId patient, VitalSign sign, ChartPlan plan, long settled)
    {
        var (start, end) = (Math.Max(plan.Start, 0), Math.Min(plan.End, InfluxTime.Last + 1));
        var statements = new List<string>(3);
        if (plan.Level is { } level)
        {
            Add(level, InfluxTime.Floor(settled, level.Step));
            Add(RollUpLevel.Minute, settled);
        }
        Add(null, end);
        return new InfluxQuery(string.Join("; ", statements)).With("patient", patient).With("sign", sign);

        void Add(RollUpLevel? level, long until)
        {
            until = Math.Min(until, end);
            if (start >= until)
                return;
            statements.Add(all.Chart(level, sign, start, until, plan));
            start = until;
        }
    }

    /// <summary>Adds a row of any of the statements to its part.</summary>
    public static void Take(Aggregate[] parts, InfluxRow row, ChartPlan plan) => parts[plan.PartOf(row.Time)].Add(row.Aggregate(1));

    /// <summary>The parts that have values, in time order.</summary>
    public static IReadOnlyList<VitalPoint> Points(Aggregate[] parts, ChartPlan plan)
    {
        var points = new List<VitalPoint>(parts.Length);
        for (var part = 0; part < parts.Length; part++)
        {
            if (parts[part].Count > 0)
                points.Add(parts[part].ToPoint(plan.Start + (part * plan.Width)));
        }
        return points;
    }
}
