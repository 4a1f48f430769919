using HealthDashboard.Data.Model;

namespace HealthDashboard.Census;

/// <summary>The order in which somebody goes round.</summary>
internal static class Rounds
{
    /// <summary>Patients by region, ward and bed, "9" before "10"; who has no bed last.</summary>
    public static IEnumerable<Patient> InOrder(IEnumerable<Patient> patients) => patients
        .OrderBy(patient => patient.Region, StringComparer.Ordinal)
        .ThenBy(patient => patient.Ward, StringComparer.Ordinal)
        .ThenBy(patient => patient.Bed is null)
        .ThenBy(patient => patient.Bed?.Length)
        .ThenBy(patient => patient.Bed, StringComparer.Ordinal)
        .ThenBy(patient => patient.DisplayName, StringComparer.CurrentCulture)
        .ThenBy(patient => patient.Id);
}
