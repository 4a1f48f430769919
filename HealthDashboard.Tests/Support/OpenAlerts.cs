using HealthDashboard.Data.Model;
using HealthDashboard.Monitoring;

namespace HealthDashboard.Tests.Support;

/// <summary>Open alerts that a test puts there, and whose were ended before a record went.</summary>
internal sealed class OpenAlerts : IStayAlerts
{
    public List<Alert> Open { get; } = [];

    public List<ObjectId> Ended { get; } = [];

    public IReadOnlyList<Alert> OpenOf(ObjectId patientId) => Open.FindAll(alert => alert.PatientId == patientId);

    public Task EndAsync(ObjectId patientId, CancellationToken cancel)
    {
        Ended.Add(patientId);
        return Task.CompletedTask;
    }
}
