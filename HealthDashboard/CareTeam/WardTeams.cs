using HealthDashboard.Data.Model;

namespace HealthDashboard.CareTeam;

/// <summary>Who or what a page of teams has in the middle.</summary>
/// <param name="Patient">The patient; null when it is none.</param>
/// <param name="Clinician">The clinician; null when it is none, and with <paramref name="Patient"/> null it is the whole ward.</param>
public readonly record struct Middle(ObjectId? Patient, ObjectId? Clinician)
{
    /// <summary>Reads it from the query of an address; what is no id is nobody.</summary>
    public static Middle Of(string? patient, string? clinician) => ObjectId.TryParse(patient ?? "", out var patientId) ? new(patientId, null)
        : ObjectId.TryParse(clinician ?? "", out var clinicianId) ? new(null, clinicianId)
        : default;

    /// <summary>Where it is shown.</summary>
    public override string ToString() => Patient is { } patient ? $"/care-team?patient={patient}" : Clinician is { } clinician ? $"/care-team?clinician={clinician}" : "/care-team";
}

/// <summary>A patient and who cares for them.</summary>
/// <param name="Patient">The patient.</param>
/// <param name="Team">The assignments that hold, by role and start.</param>
/// <param name="Later">Those of the next days that do not hold yet, by start.</param>
/// <param name="Steps">Whom an alert is escalated to, step by step; empty when there is nobody.</param>
public sealed record TeamRow(
    Patient Patient, IReadOnlyList<CareAssignment> Team, IReadOnlyList<CareAssignment> Later, IReadOnlyList<IReadOnlyList<Clinician>> Steps)
{
    /// <summary>Those who have a part now.</summary>
    public IEnumerable<CareAssignment> In(CareRole role) => Team.Where(member => member.Role == role);

    /// <summary>Whether alerts go to who is on call, because nobody of a team of the patient's own is in a step.</summary>
    public bool IsOnCallOnly => Steps.Count > 0 && Team.All(member => member.Role == CareRole.Consulting);

    /// <summary>At which step a member is notified; 0 for at none.</summary>
    public int StepOf(CareAssignment member) => member.Role == CareRole.Consulting
        ? 0
        : Steps.TakeWhile(people => people.All(person => person.Id != member.Clinician.Id)).Count() + 1 is var step && step <= Steps.Count ? step : 0;

    /// <summary>Bed and name, as lists to choose from have them.</summary>
    public string Label => NameOf(Patient);

    /// <summary>Bed and name.</summary>
    public static string NameOf(Patient patient) => patient.Bed is null ? patient.DisplayName : $"{patient.Bed} {patient.DisplayName}";
}

/// <summary>The teams of a ward or of the whole hospital as of one moment, as somebody may see them.</summary>
/// <param name="At">The moment.</param>
/// <param name="Rows">The admitted patients, by region, ward and bed.</param>
/// <param name="NotListed">How many more there are than a page lists.</param>
/// <param name="Clinicians">Every clinician with the number of patients, those of the ward first, then by name.</param>
/// <param name="OwnWard">How many of <paramref name="Clinicians"/> are of the ward.</param>
/// <param name="Center">The patient in the middle; null when it is none, or one who is not there.</param>
/// <param name="Who">The clinician in the middle; null when it is none, or one who has left.</param>
/// <param name="Theirs">The patients of the clinician in the middle, in the order of <paramref name="Rows"/>.</param>
/// <param name="Hidden">How many patients of that clinician somebody may not see.</param>
/// <param name="OnCall">Who is on call, the hospital first.</param>
public sealed record WardTeams(
    DateTimeOffset At,
    IReadOnlyList<TeamRow> Rows,
    int NotListed,
    IReadOnlyList<Workload> Clinicians,
    int OwnWard,
    TeamRow? Center,
    Clinician? Who,
    IReadOnlyList<TeamRow> Theirs,
    int Hidden,
    IReadOnlyList<OnCall> OnCall)
{
    /// <summary>How many patients a clinician has.</summary>
    public int LoadOf(ObjectId clinician) => Clinicians.FirstOrDefault(load => load.Clinician.Id == clinician)?.Patients ?? 0;

    /// <summary>Everybody on the page, each once.</summary>
    public IEnumerable<TeamRow> Everybody => (Center is null ? Rows : Rows.Prepend(Center)).Concat(Theirs).DistinctBy(row => row.Patient.Id);
}
