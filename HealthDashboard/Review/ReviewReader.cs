using System.Security.Claims;
using HealthDashboard.Access;
using HealthDashboard.Alerts;
using HealthDashboard.Census;
using HealthDashboard.Charts;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.TimeTravel;

namespace HealthDashboard.Review;

/// <summary>A sign around an alert.</summary>
/// <param name="Sign">The sign.</param>
/// <param name="Points">Its values, oldest first.</param>
/// <param name="Limits">The limits that held when the alert was raised.</param>
internal sealed record ReviewChart(VitalSign Sign, IReadOnlyList<VitalPoint> Points, SignLimits Limits);

/// <summary>What there is to see of an alert.</summary>
/// <param name="Patient">Whose it is, as the record is now; null for a ward's, and when the record is gone.</param>
/// <param name="History">Its changes.</param>
/// <param name="Charts">Every sign with values around it.</param>
/// <param name="IsCoarse">Whether raw readings of then are no longer kept.</param>
internal sealed record AlertPast(Patient? Patient, IReadOnlyList<AlertChange> History, IReadOnlyList<ReviewChart> Charts, bool IsCoarse);

/// <summary>Reads what was around an alert, and which alerts of its ward wait to be looked back at.</summary>
internal sealed class ReviewReader(
    IAlertStore alerts, IVitalStore vitals, PastLimits limits, PastVitals past, PatientDirectory directory, HistoryReader history, PatientAccess access, TimeProvider time)
{
    private const int MostPoints = 360;
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    /// <exception cref="StoreException">A store cannot be read.</exception>
    public async Task<AlertPast> ReadAsync(Alert alert, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel)
    {
        var changes = await alerts.HistoryAsync(alert.Id, cancel);
        if (alert.Group is not null)
            return new(null, changes, [], false);
        var patient = (await directory.FindAsync(alert.PatientId, cancel))?.Patient;
        var then = patient is null ? null : limits.Of(patient, await limits.ReadAsync(alert.RaisedAt, cancel), alert.RaisedAt);
        // What alarmed comes first.
        var signs = ChartPanel.All.SelectMany(panel => panel.Signs).Distinct().OrderBy(sign => sign.Info().Name != alert.Sign).ToList();
        var points = await Task.WhenAll(signs.Select(sign => vitals.ChartAsync(alert.PatientId, sign, from, to, MostPoints, cancel)));
        return new(
            patient,
            changes,
            [.. signs.Zip(points).Where(sign => sign.Second.Count > 0).Select(sign => new ReviewChart(sign.First, sign.Second, LimitsOf(alert, sign.First, then)))],
            past.IsCoarse(from));
    }

    /// <summary>The alerts of the same ward, within a week, that nobody has looked back at: the next one raised before this, and the next after.</summary>
    /// <exception cref="StoreException">A store cannot be read.</exception>
    public async Task<(ObjectId? Earlier, ObjectId? Later)> NeighboursAsync(Alert alert, Patient? patient, ClaimsPrincipal user, CancellationToken cancel)
    {
        var ward = alert.Group ?? (patient is null ? null : $"{patient.Region}/{patient.Ward}");
        if (ward is null)
            return (null, null);
        var filter = new HistoryFilter { Ward = ward, From = Local(alert.RaisedAt - Week), To = Local(alert.RaisedAt + Week) };
        var waiting = (await history.FindAsync(filter, await access.TheirsAsync(user, cancel), cancel)).Entries
            .Select(entry => entry.Alert).Where(one => one.Review is null && one.Id != alert.Id).ToList();
        return (waiting.Find(one => IsBefore(one, alert))?.Id, waiting.FindLast(one => !IsBefore(one, alert))?.Id);
    }

    // The limit that was crossed is the alert's own, whatever the record says of then.
    private static SignLimits LimitsOf(Alert alert, VitalSign sign, MonitoredPatient? then)
    {
        var held = then?.Limits[sign] ?? new SignLimits(null, null);
        return alert.Kind != AlertKind.Limit || sign.Info().Name != alert.Sign || alert.Limit is not { } limit ? held
            : alert.Direction == AlertDirection.Low ? held with { Low = limit } : held with { High = limit };
    }

    private static bool IsBefore(Alert one, Alert other) =>
        one.RaisedAt != other.RaisedAt ? one.RaisedAt < other.RaisedAt : one.Id.CompareTo(other.Id) < 0;

    private DateTime Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, time.LocalTimeZone).DateTime;
}
