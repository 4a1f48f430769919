using HealthDashboard.Data.Model;

namespace HealthDashboard.CareTeam;

/// <summary>What is in the form that assigns somebody to several patients for a shift.</summary>
public sealed class ShiftDraft
{
    private readonly HashSet<ObjectId> chosen = [];

    /// <summary>The shift, by <see cref="ValueOf"/>; "" for none.</summary>
    public string Shift { get; set; } = "";

    /// <summary>The clinician's id; "" for none.</summary>
    public string Clinician { get; set; } = "";

    /// <summary>The part, by its name in code; "" for the first that the clinician can have.</summary>
    public string Role { get; set; } = "";

    /// <summary>Whether those who have the part within the shift give way.</summary>
    public bool Replace { get; set; } = true;

    /// <summary>A shift as the form names it.</summary>
    public static string ValueOf(Shift shift) => shift.From.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Whether a patient is chosen.</summary>
    public bool Has(ObjectId patient) => chosen.Contains(patient);

    /// <summary>Chooses a patient, or not any more.</summary>
    public void Set(ObjectId patient, bool isChosen) => _ = isChosen ? chosen.Add(patient) : chosen.Remove(patient);

    /// <summary>Chooses these patients and no others.</summary>
    public void Choose(IEnumerable<Patient> patients)
    {
        chosen.Clear();
        chosen.UnionWith(patients.Select(patient => patient.Id));
    }

    /// <summary>What the form asks for. A shift that has begun is meant from now on.</summary>
    public AssignWish Read(IReadOnlyList<Shift> shifts, IReadOnlyList<Patient> patients, IReadOnlyList<Workload> clinicians, DateTimeOffset now)
    {
        var who = ObjectId.TryParse(Clinician, out var id) ? clinicians.FirstOrDefault(load => load.Clinician.Id == id)?.Clinician : null;
        Shift? shift = shifts.Where(one => ValueOf(one) == Shift).Select(one => (Shift?)one).FirstOrDefault();
        return new(
            [.. patients.Select(patient => patient.Id).Where(Has)], who?.Id, CareRoleWords.Chosen(Role, who), shift is { From: var from } && from > now ? from : null, shift?.To, Replace);
    }
}
