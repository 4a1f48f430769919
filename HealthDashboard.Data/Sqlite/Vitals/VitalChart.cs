using System.Runtime.InteropServices;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.Sqlite.Vitals;

/// <summary>Fills the parts of a chart from one snapshot and from the readings that are not folded yet.</summary>
internal static class VitalChart
{
    /// <summary>The parts of the plan that have values, in time order.</summary>
    /// <param name="snapshot">The series as of its last fold.</param>
    /// <param name="head">What came since, in order of arrival.</param>
    /// <param name="plan">How to cut.</param>
    public static IReadOnlyList<VitalPoint> Draw(VitalSnapshot snapshot, ReadOnlySpan<Sample> head, ChartPlan plan)
    {
        var parts = new Aggregate[plan.Parts];
        var from = Math.Clamp(plan.Start, 0, StoredTime.Last);
        var to = Math.Clamp(plan.End, 0, StoredTime.Last + 1);
        if (plan.Level is { } level)
        {
            var rollUps = new RollUps(snapshot);
            rollUps.Load(level, from, to);
            PutOver(rollUps, snapshot, head, from, to);
            rollUps.ForEach(level, from, to, (time, entry) => parts[plan.PartOf(time)].Add(entry));
        }
        else
        {
            var leaveOutZero = snapshot.Series.ZeroIsSensorOff;
            snapshot.Raw(head, from, to, samples =>
            {
                foreach (ref readonly var sample in samples)
                {
                    if (sample.Value != 0 || !leaveOutZero)
                        parts[plan.PartOf(sample.Time)].Add(sample.Value);
                }
            });
        }

        var points = new List<VitalPoint>(parts.Length);
        for (var part = 0; part < parts.Length; part++)
        {
            if (parts[part].Count > 0)
                points.Add(parts[part].ToPoint(plan.Start + (part * plan.Width)));
        }
        return points;
    }

    // The hours that the head touches are worked out as the next fold will: whole, from raw readings.
    private static void PutOver(RollUps rollUps, VitalSnapshot snapshot, ReadOnlySpan<Sample> head, long from, long to)
    {
        var firstHour = StoredTime.StartOf(StoredTime.HourOf(from));
        var endHour = StoredTime.StartOf(StoredTime.HourOf(to - 1) + 1);
        var newer = Samples.Between(Samples.InTimeOrder(head), firstHour, endHour);
        while (newer.Length > 0)
        {
            var samples = Samples.FirstHour(newer);
            newer = newer[samples.Length..];
            var hour = StoredTime.HourOf(samples[0].Time);
            if (snapshot.Merge(hour, samples) is { } merged)
                rollUps.Replace(hour, CollectionsMarshal.AsSpan(merged.All));
        }
    }
}
