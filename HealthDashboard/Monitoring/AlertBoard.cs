using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Monitoring;

/// <summary>The open alerts as viewers see them: what the log says, and over it what the store has not taken yet. Not thread-safe.</summary>
internal sealed class AlertBoard
{
    private readonly Dictionary<ObjectId, Alert> recorded = [];
    private readonly Dictionary<ObjectId, Alert> unrecorded = [];

    /// <summary>The number of the last change from the log.</summary>
    public long Sequence { get; private set; }

    /// <summary>Starts from what the store has open.</summary>
    public void Load(AlertSnapshot snapshot)
    {
        recorded.Clear();
        foreach (var alert in snapshot.Open)
            recorded[alert.Id] = alert;
        Sequence = snapshot.Sequence;
    }

    /// <summary>Takes the next change of the log.</summary>
    public void Apply(AlertChange change)
    {
        var alert = change.Alert;
        if (alert.IsOpen)
            recorded[alert.Id] = alert;
        else
            recorded.Remove(alert.Id);
        if (unrecorded.TryGetValue(alert.Id, out var shown) && shown.Version <= alert.Version)
            unrecorded.Remove(alert.Id);
        Sequence = change.Sequence;
    }

    /// <summary>Takes a change that the store has not.</summary>
    /// <returns>The change to show; null when the log is already as far.</returns>
    public AlertChange? ShowUnrecorded(AlertChange change)
    {
        var alert = change.Alert with { Sequence = 0 };
        if (recorded.GetValueOrDefault(alert.Id)?.Version >= alert.Version || unrecorded.GetValueOrDefault(alert.Id)?.Version >= alert.Version)
            return null;
        unrecorded[alert.Id] = alert;
        return change with { Alert = alert };
    }

    /// <summary>Learns what became of a change that may have been shown as not recorded.</summary>
    /// <returns>Whether it was taken out of view: viewers must start again.</returns>
    public bool Settle(AlertWriteOutcome outcome)
    {
        var alert = outcome.Change.Alert;
        if (!unrecorded.TryGetValue(alert.Id, out var shown))
            return false;
        var comesByLog = outcome.Taken && (outcome.Change.Sequence > Sequence || shown.Version > alert.Version);
        return !comesByLog && unrecorded.Remove(alert.Id);
    }

    /// <summary>Whether an alert was shown that the store has not taken yet.</summary>
    public bool HasUnrecorded(ObjectId id) => unrecorded.ContainsKey(id);

    /// <summary>An open alert; null when it is not open.</summary>
    public Alert? FindOpen(ObjectId id)
    {
        var alert = unrecorded.GetValueOrDefault(id) ?? recorded.GetValueOrDefault(id);
        return alert is { IsOpen: true } ? alert : null;
    }

    /// <summary>All of them now.</summary>
    public AlertSnapshot Snapshot()
    {
        if (unrecorded.Count == 0)
            return new AlertSnapshot(Sequence, [.. recorded.Values]);
        var open = new Dictionary<ObjectId, Alert>(recorded);
        foreach (var alert in unrecorded.Values)
            open[alert.Id] = alert;
        return new AlertSnapshot(Sequence, [.. open.Values.Where(alert => alert.IsOpen)]);
    }
}
