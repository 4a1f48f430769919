using HealthDashboard.Data.Model;

namespace HealthDashboard.Tests.Unit.Oracle;

/// <summary>What has fallen silent, by arrival: docs/clinical.md, "No data" and "Feed lost".</summary>
/// <param name="silentSigns">The signs whose technical alert is about silence.</param>
/// <param name="book">The alerts.</param>
internal sealed class Silence(HashSet<VitalSign> silentSigns, AlertBook book)
{
    /// <summary>A sign is silent alone only when another has arrived so much later.</summary>
    private const long Alone = 5 * Values.Second;

    private readonly Dictionary<VitalSign, List<Arrival>> arrivals = Values.Monitored.ToDictionary(sign => sign, _ => new List<Arrival>());

    /// <summary>Since when silence counts: the admission, the end of a lost feed.</summary>
    private long since;

    /// <param name="At">The server's time.</param>
    /// <param name="Lag">How old the reading was.</param>
    /// <param name="Live">Whether it was sent as it was measured.</param>
    private sealed record Arrival(long At, long Lag, bool Live);

    public void Begin(long now)
    {
        since = now;
        foreach (var list in arrivals.Values)
            list.Clear();
    }

    /// <summary>A reading of one of the three has arrived.</summary>
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
        if (book.Technical(Alert.FeedSign) is null)
            return;
        // The other signs have as long to come back as they have to fall silent.
        book.EndTechnical(Alert.FeedSign, now);
        since = now;
    }

    /// <summary>The server's time passes.</summary>
    public void Pass(long now, bool continuous, bool set, Standby? standby)
    {
        var from = Math.Max(since, standby?.Until.ToUnixTimeMilliseconds() ?? 0);
        if (book.Technical(Alert.FeedSign) is not null)
            return;
        var last = arrivals.Values.Where(list => list.Count > 0).Select(list => list[^1].At).DefaultIfEmpty(long.MinValue).Max();
        var sending = Values.Monitored.Where(Sends).ToList();
        if (sending.Count > 0 || set)
        {
            var usual = sending.Select(Usual).DefaultIfEmpty(0).Min();
            var feed = Math.Max(last, from) + Math.Clamp(3 * usual, Values.FeedSilence, Values.LongestFeedSilence);
            if (feed < now)
            {
                Lose(feed, now, continuous);
                return;
            }
        }
        foreach (var sign in sending)
        {
            var own = arrivals[sign][^1].At;
            var due = Math.Max(own, from) + Math.Clamp(3 * Usual(sign), Values.SignSilence, Values.Current(sign));
            if (due >= now || last < own + Alone || book.Technical(sign.Info().Name) is not null)
                continue;
            silentSigns.Add(sign);
            book.Stand(sign.Info().Name, due, now);
        }
    }

    /// <summary>The feed is lost, which takes the place of "no data".</summary>
    private void Lose(long at, long now, bool continuous)
    {
        book.Stand(Alert.FeedSign, at, now, continuous ? AlertPriority.Medium : AlertPriority.Low);
        foreach (var sign in silentSigns)
            book.EndTechnical(sign.Info().Name, at);
        silentSigns.Clear();
    }

    /// <summary>Whether a sign has been sending as it measures: more than once, and lately.</summary>
    private bool Sends(VitalSign sign) => arrivals[sign] is [.., _, { Live: true }] && Usual(sign) <= Values.Current(sign);

    /// <summary>The usual time between two arrivals.</summary>
    private long Usual(VitalSign sign)
    {
        var times = arrivals[sign].TakeLast(4).Select(arrival => arrival.At).ToList();
        return times.Zip(times.Skip(1), (a, b) => b - a).Order().ElementAt((times.Count - 1) / 2);
    }
}
