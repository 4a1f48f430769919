using HealthDashboard.Data.Model;

namespace HealthDashboard.TimeTravel;

/// <summary>Patients by region, ward and bed, as the wall has them: bed 9 before bed 10.</summary>
internal static class PlaceOrder
{
    public static IComparer<Patient> Of { get; } = Comparer<Patient>.Create(static (a, b) =>
    {
        var bed = (Bed(a), Bed(b));
        return string.CompareOrdinal(a.Region, b.Region) is var region and not 0 ? region
            : string.CompareOrdinal(a.Ward, b.Ward) is var ward and not 0 ? ward
            : bed.Item1.Length != bed.Item2.Length ? bed.Item1.Length.CompareTo(bed.Item2.Length)
            : string.CompareOrdinal(bed.Item1, bed.Item2);
    });

    private static string Bed(Patient patient) => patient.Bed ?? "-";
}
