using HealthDashboard.Data.Model;

namespace HealthDashboard.Monitoring;

/// <summary>A patient's feed, as far as silence goes.</summary>
/// <param name="PatientId">Whose it is.</param>
/// <param name="Device">The device or gateway that sends it; null when it has no name.</param>
/// <param name="LastArrived">When its last reading arrived, in milliseconds since 1970-01-01 UTC.</param>
/// <param name="Due">When its silence becomes an alert of its own, as <paramref name="LastArrived"/>.</param>
internal readonly record struct Feed(ObjectId PatientId, string? Device, long LastArrived, long Due);

/// <summary>
/// Whether the feeds of a ward have fallen silent for one and the same cause: three or more, and at least half of the ward's or of those
/// of one device, within 15 s (docs/clinical.md, H1). Looked at 15 s before the first of them would be an alert of its own.
/// </summary>
internal static class CommonCause
{
    /// <summary>How far apart feeds of one cause fall silent at most, in milliseconds.</summary>
    public const long Window = 15_000;

    private const int Fewest = 3;

    // Whoever was silent when the alert was raised had been so for longer than this.
    private const long Surely = 30_000;

    /// <summary>Whether a common cause has begun.</summary>
    /// <param name="feeds">The ward's feeds, without those whose own silence is an alert already.</param>
    /// <param name="now">The time it is, as <see cref="Feed.LastArrived"/>.</param>
    public static bool Begins(IReadOnlyCollection<Feed> feeds, long now) =>
        Groups(feeds).Any(group => IsMost(AtOnce([.. group.Where(feed => now >= feed.Due - Window)]), group.Count));

    /// <summary>Whether a common cause goes on.</summary>
    /// <param name="feeds">As for <see cref="Begins"/>.</param>
    /// <param name="raisedAt">When the alert was raised, as <see cref="Feed.LastArrived"/>.</param>
    public static bool GoesOn(IReadOnlyCollection<Feed> feeds, long raisedAt) =>
        Groups(feeds).Any(group => IsMost(group.Count(feed => IsOf(feed, raisedAt)), group.Count));

    /// <summary>Whether a feed has been silent since a common cause began.</summary>
    public static bool IsOf(in Feed feed, long raisedAt) => feed.LastArrived <= raisedAt - Surely;

    private static bool IsMost(int silent, int all) => silent >= Fewest && 2 * silent >= all;

    private static IEnumerable<IReadOnlyCollection<Feed>> Groups(IReadOnlyCollection<Feed> feeds) =>
        [feeds, .. feeds.Where(feed => feed.Device is not null).GroupBy(feed => feed.Device).Select(group => group.ToList())];

    private static int AtOnce(List<Feed> silent)
    {
        silent.Sort(static (a, b) => a.LastArrived.CompareTo(b.LastArrived));
        var (most, first) = (0, 0);
        for (var last = 0; last < silent.Count; last++)
        {
            while (silent[last].LastArrived - silent[first].LastArrived > Window)
                first++;
            most = Math.Max(most, last - first + 1);
        }
        return most;
    }
}
