using HealthDashboard.Data.Model;
using HealthDashboard.Shared;

namespace HealthDashboard.CareTeam;

/// <summary>What is in the form that assigns somebody.</summary>
public sealed class AssignDraft
{
    /// <summary>The patient's id; "" for none.</summary>
    public string Patient { get; set; } = "";

    /// <summary>The clinician's id; "" for none.</summary>
    public string Clinician { get; set; } = "";

    /// <summary>The part, by its name in code; "" for the first that the clinician can have.</summary>
    public string Role { get; set; } = "";

    /// <summary>From when on the hospital's clock; "" for now.</summary>
    public string From { get; set; } = "";

    /// <summary>Until when on the hospital's clock; "" for an open end.</summary>
    public string Until { get; set; } = "";

    /// <summary>What the form asks for; null with a problem when a time cannot be read.</summary>
    /// <param name="clinicians">Everybody who can be chosen.</param>
    /// <param name="clock">The hospital's clock.</param>
    public (AssignWish? Wish, string? Problem) Read(IEnumerable<Clinician> clinicians, TimeProvider clock)
    {
        if (!TimeField.TryRead(From, clock, isEnd: false, out var from) || !TimeField.TryRead(Until, clock, isEnd: true, out var to))
            return (null, "Give a time as a day and an hour.");
        var who = ObjectId.TryParse(Clinician, out var id) ? clinicians.FirstOrDefault(one => one.Id == id) : null;
        return (new(ObjectId.TryParse(Patient, out var patient) ? [patient] : [], who?.Id, CareRoleWords.Chosen(Role, who), from, to), null);
    }
}
