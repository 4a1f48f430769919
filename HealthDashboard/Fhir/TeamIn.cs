using HealthDashboard.Data.Model;
using HealthDashboard.Shared;
using R4 = Hl7.Fhir.Model;

namespace HealthDashboard.Fhir;

/// <summary>What practitioners, their roles and care teams say of clinicians.</summary>
/// <param name="references">What the bundle refers to.</param>
/// <param name="known">Every clinician who has not left.</param>
/// <param name="options">Where somebody works of whom nothing is said.</param>
internal sealed class TeamIn(References references, IReadOnlyList<Clinician> known, FhirOptions options)
{
    private const int LongestName = 128;
    private static readonly string[] NurseCodes = ["nurse", "RN", "LPN", "224535009", "106292003"];
    private static readonly string[] DoctorCodes = ["doctor", "MD", "DO", "158965000", "309343006", "405279007", "112247003"];

    private readonly Dictionary<Entry, Clinician> read = [];
    private readonly Dictionary<string, Profession> roles = new(StringComparer.Ordinal);

    /// <summary>The clinicians to put, without those who are there as they are.</summary>
    public IEnumerable<Clinician> Changed => read.Values.Where(clinician => !known.Contains(clinician)).DistinctBy(clinician => clinician.Id);

    /// <summary>What a role says of its practitioner's profession.</summary>
    public void Read(Entry entry, R4.PractitionerRole role)
    {
        if (references.Find<R4.Practitioner>(role.Practitioner) is not var (practitioner, _) || ProfessionOf(role.Code) is not { } profession)
        {
            entry.PassOver("it says of no practitioner of the bundle that it is a nurse or a doctor");
            return;
        }
        roles[KeyOf(practitioner)] = profession;
        entry.Keep();
    }

    /// <summary>A clinician; roles are to be read before.</summary>
    public void Read(Entry entry, R4.Practitioner practitioner)
    {
        var (given, name) = (practitioner.Name.FirstOrDefault(), "");
        if (given is not null)
            name = ComposedText.Of((given.Text ?? string.Join(' ', [.. given.Prefix, .. given.Given, given.Family])).Trim());
        var profession = roles.TryGetValue(KeyOf(entry), out var said) ? said : ProfessionOf(practitioner.Qualification.Select(qualification => qualification.Code))
            ?? (given?.Prefix.Any(prefix => prefix?.StartsWith("Dr", StringComparison.OrdinalIgnoreCase) == true) == true ? Profession.Doctor : null);
        var id = IdOf(entry, practitioner);
        if (name.Length is 0 or > LongestName)
            entry.Refuse(StatusCodes.Status422UnprocessableEntity, $"Practitioner.name must have 1 to {LongestName} characters.");
        else if (id is null)
            entry.Refuse(StatusCodes.Status422UnprocessableEntity, "The Practitioner has no identifier, fullUrl or id by which it would be known again.");
        else if (profession is not { } what)
            entry.PassOver("nothing says whether it is a nurse or a doctor");
        else
        {
            var before = known.FirstOrDefault(clinician => clinician.Id == id);
            read[entry] = before is null ? new(id.Value, name, what, options.Region) : before with { Name = name };
            entry.Keep($"Practitioner/{id}", before is null);
        }
    }

    /// <summary>The assignments that a care team means for a patient.</summary>
    /// <param name="entry">The team's entry.</param>
    /// <param name="team">The team.</param>
    /// <param name="patientId">Whose team it is.</param>
    /// <param name="now">The time it is: where nothing is said, a part begins then.</param>
    public IReadOnlyList<CareAssignment> Read(Entry entry, R4.CareTeam team, ObjectId patientId, DateTimeOffset now)
    {
        if (team.Status is not (null or R4.CareTeam.CareTeamStatus.Active))
        {
            entry.PassOver("its status is not active");
            return [];
        }
        List<CareAssignment> assignments = [];
        foreach (var member in team.Participant)
        {
            if (ClinicianOf(member.Member) is not { } clinician)
                continue;
            if (RoleOf(member.Role, clinician.Profession) is not { } role)
                continue;
            var (from, to) = (TimeOf(member.Period?.Start) ?? TimeOf(team.Period?.Start) ?? now, TimeOf(member.Period?.End));
            if (to is null || to > from)
                assignments.Add(new(patientId, clinician, role, from, to));
        }
        if (assignments.Count == 0)
            entry.PassOver("none of its participants is a practitioner who is kept, with a part that fits a nurse or a doctor");
        return assignments;
    }

    private Clinician? ClinicianOf(R4.ResourceReference? reference)
    {
        if (references.Find(reference) is { } entry)
            return read.GetValueOrDefault(entry);
        if (References.IdOf(reference, "Practitioner") is { } id && (references.KnownBefore(reference) ?? (ObjectId.TryParse(id, out var key) ? key : null)) is { } own)
            return known.FirstOrDefault(clinician => clinician.Id == own);
        return References.Conditional(reference?.Reference ?? "") is ("Practitioner", var system, var value)
            ? known.FirstOrDefault(clinician => clinician.Id == Ids.OfIdentifier(system, value))
            : null;
    }

    private ObjectId? IdOf(Entry entry, R4.Practitioner practitioner)
    {
        if (ObjectId.TryParse(entry.Id, out var own) && known.Any(clinician => clinician.Id == own))
            return own;
        if (practitioner.Identifier.Find(identifier => identifier.Value is { Length: > 0 }) is { } identifier)
            return Ids.OfIdentifier(identifier.System ?? "", identifier.Value!);
        return (entry.FullUrl ?? entry.Id) is { Length: > 0 } name ? Ids.OfIdentifier("", name) : null;
    }

    private static string KeyOf(Entry entry) => entry.Index.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static Profession? ProfessionOf(IEnumerable<R4.CodeableConcept?> concepts)
    {
        foreach (var code in concepts.SelectMany(concept => concept?.Coding ?? []).Select(coding => coding.Code))
        {
            if (NurseCodes.Contains(code, StringComparer.OrdinalIgnoreCase))
                return Profession.Nurse;
            if (DoctorCodes.Contains(code, StringComparer.OrdinalIgnoreCase))
                return Profession.Doctor;
        }
        return null;
    }

    private static CareRole? RoleOf(IEnumerable<R4.CodeableConcept> concepts, Profession profession)
    {
        var said = concepts.SelectMany(concept => concept.Coding).Where(coding => coding.System == Terms.CareRoles).Select(coding => coding.Code).FirstOrDefault();
        var role = said is null ? (profession == Profession.Nurse ? CareRole.AssignedNurse : CareRole.Attending) : EnumNames<CareRole>.Values.TryGetValue(said, out var found) ? found : default;
        var fits = role is CareRole.AssignedNurse or CareRole.ChargeNurse ? profession == Profession.Nurse : role is CareRole.Attending or CareRole.Consulting && profession == Profession.Doctor;
        return fits ? role : null;
    }

    private static DateTimeOffset? TimeOf(string? time) =>
        time is not null && Ingest.IsoTime.TryParse(System.Text.Encoding.UTF8.GetBytes(time), out var milliseconds) ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;
}
