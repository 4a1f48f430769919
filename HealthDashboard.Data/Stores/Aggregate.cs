using HealthDashboard.Data.Model;

namespace HealthDashboard.Data.Stores;

/// <summary>What the values of a stretch of time come to. The default is "no value".</summary>
internal record struct Aggregate
{
    public long Count;
    public double Min;
    public double Max;
    public double Sum;

    public void Add(double value)
    {
        Min = Count == 0 ? value : Math.Min(Min, value);
        Max = Count == 0 ? value : Math.Max(Max, value);
        Sum += value;
        Count++;
    }

    public void Add(in Aggregate other)
    {
        if (other.Count == 0)
            return;
        Min = Count == 0 ? other.Min : Math.Min(Min, other.Min);
        Max = Count == 0 ? other.Max : Math.Max(Max, other.Max);
        Sum += other.Sum;
        Count += other.Count;
    }

    public static Aggregate Of(ReadOnlySpan<Aggregate> parts)
    {
        var whole = default(Aggregate);
        foreach (ref readonly var part in parts)
            whole.Add(part);
        return whole;
    }

    /// <summary>The sixty minutes of an hour, sensor-off readings left out.</summary>
    public static Aggregate[] Minutes(ReadOnlySpan<Sample> samples, long start, bool zeroIsSensorOff)
    {
        var minutes = new Aggregate[60];
        foreach (ref readonly var sample in samples)
        {
            if (sample.Value != 0 || !zeroIsSensorOff)
                minutes[(sample.Time - start) / 60_000].Add(sample.Value);
        }
        return minutes;
    }

    /// <summary>As a point of a chart. The mean of equal values is that value, whatever the sum was rounded to.</summary>
    public readonly VitalPoint ToPoint(long time) => new(
        DateTimeOffset.FromUnixTimeMilliseconds(time), Min, Max, Math.Clamp(Sum / Count, Min, Max), Count);
}
