using HealthDashboard.Data.Model;

namespace HealthDashboard.CareTeam;

/// <summary>The parts of a care team as pages name them.</summary>
internal static class CareRoleWords
{
    /// <summary>Every part, in the order of escalation.</summary>
    public static readonly IReadOnlyList<CareRole> All = [CareRole.AssignedNurse, CareRole.ChargeNurse, CareRole.Attending, CareRole.Consulting];

    /// <summary>The part within a sentence.</summary>
    public static string Of(CareRole role) => role switch
    {
        CareRole.AssignedNurse => "assigned nurse",
        CareRole.ChargeNurse => "charge nurse",
        CareRole.Attending => "attending doctor",
        _ => "consulting doctor",
    };

    /// <summary>What somebody is.</summary>
    public static string Of(Profession profession) => profession == Profession.Nurse ? "nurse" : "doctor";

    /// <summary>The part as a heading.</summary>
    public static string Title(CareRole role) => Of(role) is var words ? char.ToUpperInvariant(words[0]) + words[1..] : "";

    /// <summary>The parts that somebody of a profession can have.</summary>
    public static IEnumerable<CareRole> For(Profession profession) => All.Where(role => CareTeamDesk.ProfessionFor(role) == profession);

    /// <summary>The part that is chosen in a form, or the first that somebody can have.</summary>
    /// <param name="chosen">The part by its name in code; "" for none.</param>
    /// <param name="who">For whom; null while nobody is chosen.</param>
    public static CareRole Chosen(string chosen, Clinician? who) =>
        Enum.TryParse<CareRole>(chosen, out var role) && Enum.IsDefined(role) && (who is null || CareTeamDesk.ProfessionFor(role) == who.Profession) ? role
        : For(who?.Profession ?? Profession.Nurse).First();

    /// <summary>1 patient, 5 patients.</summary>
    public static string Patients(int count) => count == 1 ? "1 patient" : $"{count} patients";
}
