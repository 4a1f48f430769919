using HealthDashboard.CareTeam;
using HealthDashboard.Data.Model;
using HealthDashboard.Shared;

namespace HealthDashboard.Handover;

/// <summary>A handover as somebody wants it: whom it names is here, and is of the right profession. What holds of the patients is not looked at yet.</summary>
/// <param name="From">Who gives.</param>
/// <param name="Role">In which part.</param>
/// <param name="At">From when on, to the millisecond.</param>
/// <param name="Patients">Each patient with who takes over.</param>
/// <param name="OnCallTo">Who takes over on call; null where that stays as it is.</param>
internal sealed record HandoverOrder(Clinician From, CareRole Role, DateTimeOffset At, IReadOnlyList<(ObjectId Patient, Clinician To)> Patients, Clinician? OnCallTo)
{
    /// <summary>How many patients are handed over at once at most.</summary>
    public const int MostPatients = 200;

    /// <summary>The parts that are handed over. Advice is asked for patient by patient.</summary>
    public static readonly IReadOnlyList<CareRole> Roles = [CareRole.AssignedNurse, CareRole.ChargeNurse, CareRole.Attending];

    /// <summary>So far back a handover may be entered.</summary>
    public static readonly TimeSpan Earliest = TimeSpan.FromHours(1);

    /// <summary>So far ahead it may be arranged.</summary>
    public static readonly TimeSpan Latest = TimeSpan.FromHours(24);

    /// <summary>Reads what <see cref="HandoverRequest"/> describes.</summary>
    /// <param name="fields">What was sent; what is wrong is added to their errors.</param>
    /// <param name="clinicians">Everybody who has not left.</param>
    /// <param name="now">The time it is.</param>
    /// <returns>Null when something is wrong.</returns>
    public static HandoverOrder? Read(JsonFields fields, IReadOnlyList<Clinician> clinicians, DateTimeOffset now)
    {
        var role = fields.Choice<CareRole>("role", null);
        if (!fields.HasError("role") && !Roles.Contains(role))
            fields.Add("role", "is consulting; allowed are assignedNurse, chargeNurse and attending.");
        var knowsRole = !fields.HasError("role");
        var from = Find(fields, "fromId", clinicians);
        var at = fields.Time("at") ?? now;
        if (at < now - Earliest || at > now + Latest)
            fields.Add("at", $"is {at.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}; allowed is from {Earliest.TotalHours:0} h ago to {Latest.TotalHours:0} h ahead.");
        var patients = fields.Objects("patients", MostPatients, item => (Patient: ReadId(item, "patientId"), To: Taker(item, "toId")));
        if (patients.Count == 0 && !fields.HasError("patients"))
            fields.Add("patients", $"is missing; needed are 1 to {MostPatients} patients.");
        else if (patients.DistinctBy(one => one.Patient).Count() < patients.Count)
            fields.Add("patients", "names a patient twice.");
        var onCallTo = fields.Has("onCallToId") ? Taker(fields, "onCallToId") : null;
        if (onCallTo is not null && role == CareRole.AssignedNurse)
            fields.Add("onCallToId", "is for a charge nurse or a doctor; an assigned nurse is not on call.");
        else if (onCallTo is not null && at > now)
            fields.Add("onCallToId", "cannot wait: on call changes at once, and the handover is later.");
        return fields.Errors.Count > 0 ? null : new(from!, role, DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds()), [.. patients.Select(one => (one.Patient, one.To!))], onCallTo);

        Clinician? Taker(JsonFields item, string name)
        {
            if (Find(item, name, clinicians) is not { } taker)
                return null;
            if (taker.Id == from?.Id)
                item.Add(name, $"is {taker.Name}, who hands over.");
            else if (knowsRole && taker.Profession != CareTeamDesk.ProfessionFor(role))
                item.Add(name, $"is {taker.Name}, a {CareRoleWords.Of(taker.Profession)}; needed is a {CareRoleWords.Of(CareTeamDesk.ProfessionFor(role))}.");
            return taker;
        }
    }

    private static ObjectId ReadId(JsonFields fields, string name)
    {
        var text = fields.Text(name, 2 * ObjectId.Size);
        if (!ObjectId.TryParse(text, out var id) && !fields.HasError(name))
            fields.Add(name, $"is '{text}'; needed is an id of 24 hex digits.");
        return id;
    }

    private static Clinician? Find(JsonFields fields, string name, IReadOnlyList<Clinician> clinicians)
    {
        var id = ReadId(fields, name);
        if (fields.HasError(name))
            return null;
        var found = clinicians.FirstOrDefault(clinician => clinician.Id == id);
        if (found is null)
            fields.Add(name, $"is '{id}'; there is no such clinician, or they have left.");
        return found;
    }
}
