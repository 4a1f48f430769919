using System.Security.Claims;
using HealthDashboard.Access;
using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Monitoring;
using HealthDashboard.Scopes;
using HealthDashboard.Shared;

namespace HealthDashboard.TimeTravel;

/// <summary>When alerts of medium or high priority were raised: the marks of a day, and where a step to the next one leads.</summary>
internal sealed class PastAlertTimes(IAlertStore alerts, PatientAccess access, PatientDirectory directory)
{
    private const int Most = 10_000;

    // Where a day has none, further and further away.
    private static readonly TimeSpan[] Reach = [.. new[] { 1, 6, 24, 7 * 24, 31 * 24 }.Select(hours => TimeSpan.FromHours(hours))];

    /// <summary>What was raised in a stretch, the last first: of those whom somebody may see and the screen follows.</summary>
    /// <exception cref="StoreException">A store cannot be read.</exception>
    public async Task<IReadOnlyList<Alert>> RaisedAsync(DateTimeOffset from, DateTimeOffset to, ClaimsPrincipal user, ScreenScope scope, CancellationToken cancel)
    {
        var found = await alerts.QueryAsync(new() { From = from, To = to, AtLeast = AlertPriority.Medium, NewestRaisedFirst = true, Limit = Most }, cancel);
        var wards = AccountWards.Of(user);
        if (wards.IsEverywhere && scope.IsHospital)
            return found;
        var theirs = await access.TheirsAsync(user, cancel);
        List<Alert> shown = [];
        foreach (var alert in found)
        {
            if (WardGroup.Of(alert) is { } ward ? wards.Has(ward.Region, ward.Ward) && scope.Has(ward.Region, ward.Ward, null)
                : (await directory.FindAsync(alert.PatientId, cancel))?.Patient is { } patient && theirs(patient) && scope.Has(patient.Region, patient.Ward, patient.Id))
                shown.Add(alert);
        }
        return shown;
    }

    /// <summary>The moment of the next alert after one, to the second, or of the one before it; null when there is none within a month.</summary>
    /// <exception cref="StoreException">A store cannot be read.</exception>
    public async Task<DateTimeOffset?> NextAsync(DateTimeOffset at, bool isForward, ClaimsPrincipal user, ScreenScope scope, CancellationToken cancel)
    {
        foreach (var reach in Reach)
        {
            // A moment shows what was raised in the second before it: those are not the ones before.
            var (from, to) = isForward ? (at.AddTicks(1), at + reach) : (at - reach, at.AddSeconds(-1).AddTicks(1));
            var raised = await RaisedAsync(from, to, user, scope, cancel);
            if (raised.Count > 0)
                return PastAddress.WholeSecond(isForward ? raised[^1].RaisedAt : raised[0].RaisedAt);
        }
        return null;
    }
}
