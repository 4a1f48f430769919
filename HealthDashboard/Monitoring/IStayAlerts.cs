using HealthDashboard.Data.Model;

namespace HealthDashboard.Monitoring;

/// <summary>What the end of a stay needs of alerts.</summary>
internal interface IStayAlerts
{
    /// <summary>The patient's open alerts, latched ones too.</summary>
    IReadOnlyList<Alert> OpenOf(ObjectId patientId);

    /// <summary>Ends what is open of a patient whom the directory knows to be discharged, before the record goes.</summary>
    Task EndAsync(ObjectId patientId, CancellationToken cancel);
}
