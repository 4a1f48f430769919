using System.Runtime.CompilerServices;
using System.Security.Claims;
using HealthDashboard.Access;
using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Monitoring;
using HealthDashboard.Shared;

namespace HealthDashboard.TimeTravel;

/// <summary>
/// When alerts of medium or high priority were raised: the marks of a day, and where a step to the next one leads. Only alerts of those count whom
/// somebody may see, and which the caller asks for by region, ward and patient (null for a whole ward); null asks for all.
/// </summary>
internal sealed class PastAlertTimes(IAlertStore alerts, PatientAccess access, PatientDirectory directory)
{
    private const int AtOnce = 10_000;

    // Where a stretch has none, the one beyond it, further and further away.
    private static readonly TimeSpan[] Reach = [.. new[] { 1, 6, 24, 7 * 24, 31 * 24 }.Select(hours => TimeSpan.FromHours(hours))];

    /// <summary>What was raised in a stretch, the last first.</summary>
    /// <exception cref="StoreException">A store cannot be read.</exception>
    public async Task<IReadOnlyList<Alert>> RaisedAsync(
        DateTimeOffset from, DateTimeOffset to, ClaimsPrincipal user, Func<string, string, ObjectId?, bool>? asked, CancellationToken cancel)
    {
        List<Alert> raised = [];
        await foreach (var alert in EachAsync(from, to, user, asked, cancel))
            raised.Add(alert);
        return raised;
    }

    /// <summary>The moment of the next alert after one, to the second, or of the one before it; null when there is none within a month.</summary>
    /// <exception cref="StoreException">A store cannot be read.</exception>
    public async Task<DateTimeOffset?> NextAsync(
        DateTimeOffset at, bool isForward, ClaimsPrincipal user, Func<string, string, ObjectId?, bool>? asked, CancellationToken cancel)
    {
        // A moment shows what was raised in the second before it: those are not the ones before.
        var (from, to) = (at.AddTicks(1), at.AddSeconds(-1).AddTicks(1));
        foreach (var reach in Reach)
        {
            if (isForward)
                to = at + reach;
            else
                from = at - reach;
            Alert? next = null;
            await foreach (var alert in EachAsync(from, to, user, asked, cancel))
            {
                next = alert;
                if (!isForward)
                    break;
            }
            if (next is not null)
                return PastAddress.WholeSecond(next.RaisedAt);
            // The one beyond it begins where this one ends.
            (from, to) = (to, from);
        }
        return null;
    }

    // The last first. Of those raised in one moment at a page's end some come twice.
    private async IAsyncEnumerable<Alert> EachAsync(
        DateTimeOffset from, DateTimeOffset to, ClaimsPrincipal user, Func<string, string, ObjectId?, bool>? asked, [EnumeratorCancellation] CancellationToken cancel)
    {
        var wards = AccountWards.Of(user);
        var theirs = await access.TheirsAsync(user, cancel);
        Dictionary<ObjectId, bool> ofPatient = [];
        HashSet<ObjectId> read = [];
        for (var until = to; ;)
        {
            var page = await alerts.QueryAsync(new() { From = from, To = until, AtLeast = AlertPriority.Medium, NewestRaisedFirst = true, Limit = AtOnce }, cancel);
            var known = read.Count;
            foreach (var alert in page)
            {
                if (read.Add(alert.Id) && await IsAskedAsync(alert))
                    yield return alert;
            }
            if (page.Count < AtOnce || read.Count == known)
                break;
            until = page[^1].RaisedAt.AddMilliseconds(1) is var next && next < until ? next : until;
        }

        async ValueTask<bool> IsAskedAsync(Alert alert)
        {
            if (wards.IsEverywhere && asked is null)
                return true;
            if (WardGroup.Of(alert) is { } ward)
                return wards.Has(ward.Region, ward.Ward) && asked?.Invoke(ward.Region, ward.Ward, null) != false;
            if (!ofPatient.TryGetValue(alert.PatientId, out var isAsked))
            {
                isAsked = (await directory.FindAsync(alert.PatientId, cancel))?.Patient is { } patient
                    && theirs(patient) && asked?.Invoke(patient.Region, patient.Ward, patient.Id) != false;
                ofPatient[alert.PatientId] = isAsked;
            }
            return isAsked;
        }
    }
}
