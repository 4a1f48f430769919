using System.Security.Claims;
using HealthDashboard.Access;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Monitoring;

namespace HealthDashboard.Review;

/// <summary>Who may look back at an alert, and what they say of it.</summary>
internal sealed class ReviewDesk(IAlertStore alerts, AlarmEngine engine, PatientAccess access, Audit audit)
{
    public const int LongestComment = 500;

    /// <summary>Whether somebody may look back at an alert: as for its patient's record, or its ward.</summary>
    /// <exception cref="StoreException">Where the patient is cannot be read.</exception>
    public async Task<bool> MaySeeAsync(ClaimsPrincipal user, Alert alert, CancellationToken cancel) => WardGroup.Of(alert) is { } ward
        ? AccountWards.Of(user).Has(ward.Region, ward.Ward)
        : await access.MaySeeAsync(user, alert.PatientId, cancel);

    /// <summary>Says what an alert was. The caller has checked that the account acts as a clinician.</summary>
    /// <returns>The alert after it; null when there is none, or when it is refused because its patient is not theirs.</returns>
    /// <exception cref="StoreException">A store is unavailable, so it is not done.</exception>
    public async Task<(Alert? Alert, bool IsRefused)> ReviewAsync(ObjectId id, ClaimsPrincipal user, AlertVerdict verdict, string? comment, CancellationToken cancel)
    {
        if (await alerts.FindAsync(id, cancel) is not { } found)
            return (null, false);
        var patient = found.Group is null ? found.PatientId : (ObjectId?)null;
        if (!await MaySeeAsync(user, found, cancel))
        {
            await audit.WriteAsync(user, "look.refused", patient);
            return (null, true);
        }
        var alert = await engine.ReviewAsync(id, user.Actor(), verdict, comment, cancel);
        await audit.WriteAsync(user, "alert.review", patient, $"{id}: {verdict}");
        return (alert, false);
    }

    /// <summary>What people say of an alert, each their last, the newest first.</summary>
    public static IReadOnlyList<AlertReview> Of(IEnumerable<AlertChange> history) =>
    [
        .. history.Where(change => change.Kind == AlertChangeKind.Reviewed).Select(change => change.Alert.Review).OfType<AlertReview>()
            .GroupBy(review => review.By, (_, said) => said.Last()).OrderByDescending(review => review.At),
    ];
}
