using HealthDashboard.Data.Model;
using HealthDashboard.Patients;

namespace HealthDashboard.Handover;

/// <summary>A patient in the list of a handover. Equal ones look the same.</summary>
/// <param name="Patient">The record.</param>
/// <param name="Row">NEWS2, the alarm that the wall names, and what is due.</param>
/// <param name="Alerts">How many alerts are open.</param>
internal sealed record HandoverRow(Patient Patient, PatientRow Row, int Alerts)
{
    /// <summary>As somebody goes round: by region, ward and bed, "9" before "10"; who has no bed last.</summary>
    public static IEnumerable<Patient> InOrder(IEnumerable<Patient> patients) => patients
        .OrderBy(patient => patient.Region, StringComparer.Ordinal)
        .ThenBy(patient => patient.Ward, StringComparer.Ordinal)
        .ThenBy(patient => patient.Bed is null)
        .ThenBy(patient => patient.Bed?.Length)
        .ThenBy(patient => patient.Bed, StringComparer.Ordinal)
        .ThenBy(patient => patient.DisplayName, StringComparer.CurrentCulture);
}
