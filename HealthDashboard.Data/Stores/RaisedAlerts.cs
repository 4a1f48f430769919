using System.Runtime.CompilerServices;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Data.Stores;

/// <summary>Reads more alerts than a store gives at once.</summary>
public static class RaisedAlerts
{
    /// <summary>
    /// Every alert that a query finds, the one raised last first and of one millisecond the greater id. When an alert was raised never changes, so
    /// each comes once, whatever becomes of it meanwhile.
    /// </summary>
    /// <param name="alerts">The store.</param>
    /// <param name="query">Which; its order and limit do not matter.</param>
    /// <param name="atOnce">How many are in memory, 1 to 5,000; more where more were raised in one millisecond.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public static async IAsyncEnumerable<Alert> EachRaisedAsync(
        this IAlertStore alerts, AlertQuery query, int atOnce, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        for (var (to, limit) = (query.To, atOnce); ;)
        {
            var page = await alerts.QueryAsync(query with { NewestRaisedFirst = true, To = to, Limit = limit }, cancel);
            if (page.Count == 0)
                yield break;
            var oldest = Raised(page[^1]);
            var isOneMoment = Raised(page[0]) == oldest;
            if (isOneMoment && page.Count == limit)
            {
                limit *= 2;
                continue;
            }
            // Stores differ in how they order those of one millisecond, so these are read together and ordered here; the oldest of a page may go on in
            // the next. A short page is not the last for that: one that is damaged is left out.
            foreach (var alert in page.Where(alert => isOneMoment || Raised(alert) > oldest).OrderByDescending(Raised).ThenByDescending(alert => alert.Id))
                yield return alert;
            (to, limit) = (DateTimeOffset.FromUnixTimeMilliseconds(isOneMoment ? oldest : oldest + 1), atOnce);
        }
    }

    private static long Raised(Alert alert) => alert.RaisedAt.ToUnixTimeMilliseconds();
}
