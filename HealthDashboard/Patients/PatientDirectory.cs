using System.Collections.Concurrent;
using HealthDashboard.Alarms;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Patients;

/// <summary>
/// Every patient of the hospital in memory, for what happens with each reading and each tile. Filled from the store at start
/// and told of each change after the store has it.
/// </summary>
internal sealed class PatientDirectory
{
    private readonly ConcurrentDictionary<ObjectId, MonitoredPatient> byId = new();

    /// <summary>Every patient, admitted or not, as of now.</summary>
    public IReadOnlyCollection<MonitoredPatient> All => (IReadOnlyCollection<MonitoredPatient>)byId.Values;

    /// <summary>Finds a patient; null when there is none.</summary>
    public MonitoredPatient? Find(ObjectId id) => byId.GetValueOrDefault(id);

    /// <summary>Finds a patient by MRN; null when there is none.</summary>
    public MonitoredPatient? FindByMrn(string mrn) => byId.Values.FirstOrDefault(p => p.Patient.Mrn == mrn);
}
