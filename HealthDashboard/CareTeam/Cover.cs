using HealthDashboard.Data.Model;
using HealthDashboard.Monitoring;
using HealthDashboard.Shared;

namespace HealthDashboard.CareTeam;

/// <summary>One who is notified when an alert is escalated.</summary>
/// <param name="Number">The step, 1 for the first.</param>
/// <param name="Person">Who.</param>
/// <param name="Why">Why it is this person, in words.</param>
public sealed record CoverStep(int Number, Clinician Person, string Why);

/// <summary>Whom an alert that nobody acknowledges is escalated to, step by step.</summary>
/// <param name="Patient">Whose alert; null for a ward's own, and for a patient without a team.</param>
/// <param name="Steps">In order; empty when there is nobody.</param>
/// <param name="IsOnCall">Whether these are the people on call, because there is no team.</param>
public sealed record Cover(Patient? Patient, IReadOnlyList<CoverStep> Steps, bool IsOnCall)
{
    /// <summary>What holds for a patient.</summary>
    /// <param name="patient">The patient.</param>
    /// <param name="team">The assignments that hold.</param>
    /// <param name="onCall">Who is on call.</param>
    /// <param name="clock">The hospital's clock.</param>
    public static Cover Of(Patient patient, IReadOnlyList<CareAssignment> team, IReadOnlyList<OnCall> onCall, TimeProvider clock)
    {
        var own = CareChain.StepsOf(team);
        return own.Count > 0
            ? new(patient, Number(own, person => string.Join(", ", team.Where(member => member.Clinician.Id == person.Id && member.Role != CareRole.Consulting).Select(member => Words(member, clock)))), false)
            : Of(new WardKey(patient.Region, patient.Ward), onCall) with { Patient = patient };
    }

    /// <summary>What holds for a ward's own alerts, and for its patients without a team.</summary>
    public static Cover Of(WardKey ward, IReadOnlyList<OnCall> onCall) =>
        new(null, Number(CareChain.StepsOf(onCall, ward.ToString()), person => string.Join(", ", onCall.SelectMany(place => Words(place, ward, person)))), true);

    private static string Words(CareAssignment member, TimeProvider clock) =>
        $"{CareRoleWords.Of(member.Role)} since {Display.Minute(member.From, clock)}{(member.To is { } to ? $", until {Display.Minute(to, clock)}" : "")}";

    private static IEnumerable<string> Words(OnCall place, WardKey ward, Clinician person)
    {
        if (place.Ward is not null && place.Ward != ward)
            yield break;
        if (place.ChargeNurse?.Id == person.Id)
            yield return $"charge nurse on call for {OnCallEdit.NameOf(place.Ward)}";
        if (place.Doctor?.Id == person.Id)
            yield return $"doctor on call for {OnCallEdit.NameOf(place.Ward)}";
    }

    private static List<CoverStep> Number(IReadOnlyList<IReadOnlyList<Clinician>> steps, Func<Clinician, string> why) =>
        [.. steps.Index().SelectMany(step => step.Item.Select(person => new CoverStep(step.Index + 1, person, why(person))))];
}
