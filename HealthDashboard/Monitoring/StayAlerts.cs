using HealthDashboard.Data.Model;

namespace HealthDashboard.Monitoring;

/// <summary>The alerts that a stay leaves behind.</summary>
internal sealed class StayAlerts(AlertFeed feed, AlarmEngine engine, MonitorSet monitors) : IStayAlerts
{
    public IReadOnlyList<Alert> OpenOf(ObjectId patientId) => [.. feed.Snapshot().Open.Where(alert => alert.PatientId == patientId)];

    // Before the engine runs nothing has been restored that could be evaluated; the record is found discharged or gone when it does.
    public Task EndAsync(ObjectId patientId, CancellationToken cancel) =>
        engine.Ready.IsCompletedSuccessfully ? monitors.EvaluateAsync(patientId, default, cancel) : Task.CompletedTask;
}
