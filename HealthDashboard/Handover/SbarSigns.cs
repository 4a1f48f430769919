using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Live;
using HealthDashboard.Shared;

namespace HealthDashboard.Handover;

/// <summary>Vital signs as a sheet has them: the last value with its age, and what the last day comes to.</summary>
internal static class SbarSigns
{
    /// <summary>A row for each sign.</summary>
    /// <param name="latest">The latest value of each sign that has one.</param>
    /// <param name="points">What was measured, of each sign.</param>
    /// <param name="clock">The time it is.</param>
    public static IReadOnlyList<SbarSign> Of(IReadOnlyList<StandingValue> latest, IReadOnlyDictionary<VitalSign, IReadOnlyList<VitalPoint>> points, TimeProvider clock)
    {
        var since = clock.GetUtcNow() - PastScores.Back;
        return
        [
            .. VitalSigns.All.Select(info => Row(
                info.Sign,
                latest.Where(value => value.Reading.Sign == info.Sign).Select(value => (StandingValue?)value).FirstOrDefault(),
                [.. points.GetValueOrDefault(info.Sign, []).Where(point => point.Time >= since)],
                clock)),
        ];
    }

    private static SbarSign Row(VitalSign sign, StandingValue? latest, IReadOnlyList<VitalPoint> day, TimeProvider clock)
    {
        var (last, when) = latest is { } value ? Last(sign, value, clock) : (ShownValue.Dash, "");
        var isCurrent = latest?.State == ValueStanding.Current;
        if (day.Count == 0)
            return new(sign, last, when, isCurrent, ShownValue.Dash, ShownValue.Dash, ShownValue.Dash);
        var mean = day.Sum(point => point.Mean * point.Count) / day.Sum(point => point.Count);
        return new(
            sign, last, when, isCurrent,
            SignWords.Charted(sign, day.Min(point => point.Min)),
            SignWords.Charted(sign, day.Max(point => point.Max)),
            sign == VitalSign.Consciousness ? ShownValue.Dash : Display.Value(sign.Info().Name, mean));
    }

    private static (string Last, string When) Last(VitalSign sign, in StandingValue value, TimeProvider clock)
    {
        var when = $"{Display.Age(value.Reading.At, clock)}, {Display.Minute(value.Reading.At, clock)}";
        return value.State switch
        {
            ValueStanding.Current => (SignWords.Charted(sign, value.Reading.Value) + (value.IsOneOfTwo ? " (2 sources)" : ""), when),
            ValueStanding.SensorOff => ("sensor off", when),
            ValueStanding.Stale when value.Reading.IsSensorOff => ("sensor off", when),
            ValueStanding.Stale => ($"({SignWords.Charted(sign, value.Reading.Value)})", when),
            _ => (ShownValue.Dash, ShownValue.TimeUnknown),
        };
    }
}
