using HealthDashboard.Data.Model;

namespace HealthDashboard.Tests.Unit.Oracle;

/// <summary>How long a reading is current: docs/clinical.md, "What is current". Which way of monitoring held when is kept, all of it.</summary>
internal sealed class Freshness
{
    /// <summary>From when on heart rate, respiratory rate and SpO2 are current for how long; null for 5 minutes.</summary>
    private readonly List<(long From, long? Span)> periods = [(long.MinValue, null)];

    /// <summary>From a moment on they are current for the interval of observations, or, on continuous monitoring (null), for 5 minutes.</summary>
    public void Set(long from, long? interval)
    {
        if (periods.Count == 1 || periods[^1].Span != interval)
            periods.Add((from, interval));
    }

    /// <summary>The last moment at which a reading of a time is current.</summary>
    public long Until(VitalSign sign, long time)
    {
        var usual = Values.Current(sign);
        if (!Values.Monitored.Contains(sign))
            return time + usual;
        for (var i = 0; ; i++)
        {
            var end = i + 1 < periods.Count ? periods[i + 1].From : long.MaxValue;
            var until = time + (periods[i].Span ?? usual);
            if (time < end && until < end)
                return Math.Max(until, periods[i].From - 1);
        }
    }
}
