using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Monitoring;

namespace HealthDashboard.Alerts;

/// <summary>The alerts as one screen knows them: those that are open, and those that ended before anybody acknowledged them.</summary>
internal sealed class AlertView
{
    /// <summary>As many status lines of ended alerts as a screen keeps.</summary>
    public const int MaxMissed = 50;

    private readonly Dictionary<ObjectId, Alert> open = [];
    private readonly Dictionary<ObjectId, Alert> missed = [];

    /// <summary>Every open alert: what nobody has acknowledged first, then the more urgent, then the newer.</summary>
    public IEnumerable<Alert> Open => open.Values
        .OrderBy(alert => alert.Response)
        .ThenByDescending(alert => alert.Priority)
        .ThenByDescending(alert => alert.RaisedAt)
        .ThenBy(alert => alert.Id);

    /// <summary>Alerts of medium priority or higher that ended and that nobody acknowledged, the one that ended last first.</summary>
    public IEnumerable<Alert> Missed => missed.Values.OrderByDescending(alert => alert.EndedAt).Take(MaxMissed);

    /// <summary>How far an alert was escalated and to whom, in words.</summary>
    public static string Escalated(Alert alert) =>
        alert.EscalatedTo == CareChain.Nobody ? CareChain.Nobody : $"step {alert.Escalation}, {alert.EscalatedTo ?? "nobody can be named"}";

    /// <summary>Starts again from a snapshot.</summary>
    public void Reset(AlertSnapshot snapshot)
    {
        open.Clear();
        foreach (var alert in snapshot.Open)
            open[alert.Id] = alert;
    }

    /// <summary>Takes what the feed says.</summary>
    public void Apply(AlertFeedMessage message)
    {
        if (message.Snapshot is { } snapshot)
            Reset(snapshot);
        if (message.Change is { } change)
            Apply(change.Alert);
    }

    /// <summary>Puts an alert as it is after a change in place of what was shown.</summary>
    public void Apply(Alert alert)
    {
        // The same change comes twice when the store was unavailable: first unrecorded, later with its number. Older ones never win.
        if (open.TryGetValue(alert.Id, out var known) && known.Version > alert.Version)
            return;
        if (alert.IsOpen)
            open[alert.Id] = alert;
        else
            open.Remove(alert.Id);
        if (IsMissed(alert))
            missed[alert.Id] = alert;
        else
            missed.Remove(alert.Id);
        while (missed.Count > 2 * MaxMissed)
            missed.Remove(missed.Values.MinBy(old => old.EndedAt)!.Id);
    }

    // What somebody has reviewed no longer counts as missed: else a review of last week's alert would bring it up on every screen.
    private static bool IsMissed(Alert alert) =>
        !alert.IsOpen && alert.Review is null && alert.Response == AlertResponse.Unacknowledged && alert.Priority >= AlertPriority.Medium;
}
