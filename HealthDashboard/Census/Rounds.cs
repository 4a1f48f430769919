using HealthDashboard.Data.Model;

namespace HealthDashboard.Census;

/// <summary>The order in which somebody goes round.</summary>
internal static class Rounds
{
    /// <summary>Patients by region, ward and bed, "9" before "10"; who has no bed last.</summary>
    public static IEnumerable<Patient> InOrder(IEnumerable<Patient> patients) => InOrder(patients, static patient => patient);

    /// <summary>The same of what is about a patient each.</summary>
    public static IEnumerable<T> InOrder<T>(IEnumerable<T> items, Func<T, Patient> of) => items
        .Select(item => (Item: item, Patient: of(item)))
        .OrderBy(one => one.Patient.Region, StringComparer.Ordinal)
        .ThenBy(one => one.Patient.Ward, StringComparer.Ordinal)
        .ThenBy(one => one.Patient.Bed is null)
        .ThenBy(one => one.Patient.Bed?.Length)
        .ThenBy(one => one.Patient.Bed, StringComparer.Ordinal)
        .ThenBy(one => one.Patient.DisplayName, StringComparer.CurrentCulture)
        .ThenBy(one => one.Patient.Id)
        .Select(one => one.Item);
}
