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
/// When alerts of medium or high priority were raised: the marks of a day, and where a step to the next one leads. Only alerts count of those whom
/// somebody may see and who are within what the page shows, by region, ward and patient (null for a whole ward); null is everybody.
/// </summary>
internal sealed class PastAlertTimes(IAlertStore alerts, PatientAccess access, PatientDirectory directory)
{
    private const int AtOnce = 5_000;

    // Where a stretch has none, the one beyond it, further and further away.
    private static readonly TimeSpan[] Reach = [.. new[] { 1, 6, 24, 7 * 24, 31 * 24 }.Select(hours => TimeSpan.FromHours(hours))];

    /// <summary>What was raised in a stretch, the last first.</summary>
    /// <exception cref="StoreException">A store cannot be read.</exception>
    public async Task<IReadOnlyList<Alert>> RaisedAsync(
        DateTimeOffset from, DateTimeOffset to, ClaimsPrincipal user, Func<string, string, ObjectId?, bool>? within, CancellationToken cancel)
    {
        List<Alert> raised = [];
        await foreach (var alert in EachAsync(from, to, user, within, cancel))
            raised.Add(alert);
        return raised;
    }

    /// <summary>The moment of the next alert after one, to the second, or of the one before it; null when there is none within a month.</summary>
    /// <exception cref="StoreException">A store cannot be read.</exception>
    public async Task<DateTimeOffset?> NextAsync(
        DateTimeOffset at, bool isForward, ClaimsPrincipal user, Func<string, string, ObjectId?, bool>? within, CancellationToken cancel)
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
            await foreach (var alert in EachAsync(from, to, user, within, cancel))
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

    // The last first.
    private async IAsyncEnumerable<Alert> EachAsync(
        DateTimeOffset from, DateTimeOffset to, ClaimsPrincipal user, Func<string, string, ObjectId?, bool>? within, [EnumeratorCancellation] CancellationToken cancel)
    {
        var wards = AccountWards.Of(user);
        var theirs = await access.TheirsAsync(user, cancel);
        Dictionary<ObjectId, bool> ofPatient = [];
        await foreach (var alert in alerts.EachRaisedAsync(new() { From = from, To = to, AtLeast = AlertPriority.Medium }, AtOnce, cancel))
        {
            if (await IsWithinAsync(alert))
                yield return alert;
        }

        async ValueTask<bool> IsWithinAsync(Alert alert)
        {
            if (wards.IsEverywhere && within is null)
                return true;
            if (WardGroup.Of(alert) is { } ward)
                return wards.Has(ward.Region, ward.Ward) && within?.Invoke(ward.Region, ward.Ward, null) != false;
            if (!ofPatient.TryGetValue(alert.PatientId, out var isWithin))
            {
                isWithin = (await directory.FindAsync(alert.PatientId, cancel))?.Patient is { } patient
                    && theirs(patient) && within?.Invoke(patient.Region, patient.Ward, patient.Id) != false;
                ofPatient[alert.PatientId] = isWithin;
            }
            return isWithin;
        }
    }
}
