using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Monitoring;

/// <summary>Something on its way to the store of alerts.</summary>
/// <param name="PatientId">Whose.</param>
/// <param name="Change">The change; null where only state is to be kept.</param>
/// <param name="State">The state after the change; null where more changes of the same evaluation follow, so that a state is never stored before what it brought about.</param>
/// <param name="Answer">Where the outcome is awaited; null where it is not.</param>
internal sealed record AlertWrite(ObjectId PatientId, AlertChange? Change, MonitorState? State, TaskCompletionSource<AlertWriteOutcome>? Answer = null)
{
    /// <summary>Whether the patient's stored state is to be removed.</summary>
    public bool Forgets { get; init; }

    /// <summary>What the store is to keep as the patient's state, empty for nothing; null where it keeps what it has.</summary>
    public AlarmState? Stored => Forgets ? new AlarmState(PatientId, default) : State is null ? null : new AlarmState(PatientId, State.Serialize());
}

/// <summary>A change the store refused, since another node was first.</summary>
/// <param name="Ours">The alert as the refused change had it.</param>
/// <param name="Stored">The alert as stored, or another that is open for the same key; null when there is neither.</param>
/// <param name="WasShown">Whether screens have shown it, as not recorded yet.</param>
internal sealed record RefusedAlert(Alert Ours, Alert? Stored, bool WasShown);
