using HealthDashboard.Data.Model;

namespace HealthDashboard.Tests.Oracle;

/// <summary>What has fallen silent, by arrival: docs/clinical.md, "No data" and "Feed lost".</summary>
internal sealed class Silence(AlertBook book)
{
    private readonly Dictionary<VitalSign, List<Arrival>> arrivals = Values.Monitored.ToDictionary(sign => sign, _ => new List<Arrival>());
    private long admitted;

    /// <param name="At">The server's time.</param>
    /// <param name="Lag">How old the reading was.</param>
    /// <param name="Live">Whether it was sent as it was measured.</param>
    private sealed record Arrival(long At, long Lag, bool Live);

    public void Begin(long now)
    {
        admitted = now;
        foreach (var list in arrivals.Values)
            list.Clear();
    }

    /// <summary>A reading of one of the three has arrived, whether or not it is late.</summary>
    public void Arrived(Reading reading, long now, bool current)
    {
        var list = arrivals[reading.Sign];
        var lag = now - reading.Effective;
        var pace = list.Count > 0 && now - list[^1].At is > 0 and <= 10 * Values.Second && Math.Abs(lag - list[^1].Lag) <= 5 * Values.Second;
        var arrival = new Arrival(now, lag, current || pace);
        if (list.Count > 0 && list[^1].At == now)
            list[^1] = arrival;
        else
            list.Add(arrival);
        if (reading.IsSensorOff)
            return;
        book.EndTechnical(Alert.FeedSign, now);
    }

    /// <summary>The server's time passes.</summary>
    public void Pass(long now, bool continuous, Standby? standby)
    {
        if (standby is not null && now < standby.Until.ToUnixTimeMilliseconds())
            return;
        var live = arrivals.Values.Where(list => list.Count > 0 && list[^1].Live).ToList();
        var anyEver = arrivals.Values.Any(list => list.Count > 0);
        var all = arrivals.Values.SelectMany(list => list.TakeLast(4).Select(arrival => arrival.At)).Distinct().Order().ToList();
        long? lost = live.Count > 0 ? all[^1] + Limit(all, Values.FeedSilence, Values.LongestFeedSilence)
            : continuous && !anyEver ? admitted + Values.FeedSilence : null;
        foreach (var sign in Values.Monitored)
        {
            if (SilentAt(sign) is not { } silent || silent >= now)
                continue;
            // Another one must still arrive; when it comes back, this one is missing from then on.
            var heard = Values.Monitored.Where(other => other != sign && arrivals[other].Count > 0)
                .Select(other => (From: arrivals[other][^1].At, Until: SilentAt(other) ?? long.MinValue)).ToList();
            var from = heard.Where(other => other.Until > silent).Select(other => Math.Max(silent, other.From)).ToList();
            if (from.Count > 0 && from.Min() < now && !(lost < from.Min()))
                book.Stand(sign.Info().Name, from.Min(), now);
        }
        if (lost is not { } feed || feed >= now)
            return;
        book.Stand(Alert.FeedSign, feed, now, continuous ? AlertPriority.Medium : AlertPriority.Low);
        foreach (var sign in Values.Monitored)
            book.EndTechnical(sign.Info().Name, feed);
    }

    private long? SilentAt(VitalSign sign) => arrivals[sign] is [.., { Live: true } last] list
        ? last.At + Limit([.. list.TakeLast(4).Select(arrival => arrival.At)], Values.SignSilence, Values.Current(sign))
        : null;

    /// <summary>How long silence must last: three of the usual intervals where that is longer.</summary>
    private static long Limit(List<long> times, long shortest, long longest)
    {
        var gaps = times.TakeLast(4).ToList();
        var usual = gaps.Zip(gaps.Skip(1), (a, b) => b - a).Order().ToList();
        return usual.Count == 0 ? shortest : Math.Clamp(3 * usual[usual.Count / 2], shortest, longest);
    }
}
