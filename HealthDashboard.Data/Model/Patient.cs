using System.Text.Json.Serialization;

namespace HealthDashboard.Data.Model;

/// <summary>A patient's record.</summary>
public sealed record Patient
{
    /// <summary>The record's key.</summary>
    public ObjectId Id { get; init; }

    /// <summary>Medical record number, unique in the hospital; 1 to 64 characters.</summary>
    public required string Mrn { get; init; }

    /// <summary>The region that holds the record, the first part of its shard key; 1 to 64 characters.</summary>
    public required string Region { get; init; }

    /// <summary>The ward; 1 to 64 characters.</summary>
    public required string Ward { get; init; }

    /// <summary>The room within the ward, at most 16 characters; null when it is not known. Who names the same one shares it.</summary>
    public string? Room { get; init; }

    /// <summary>The bed within the ward, at most 16 characters; null when the patient has none.</summary>
    public string? Bed { get; init; }

    /// <summary>Given names, at most 128 characters; empty for somebody with one name, which is then the family name.</summary>
    public required string GivenName { get; init; }

    /// <summary>Family name; 1 to 128 characters.</summary>
    public required string FamilyName { get; init; }

    /// <summary>Date of birth, not in the future; the default where nobody knows it, which JSON says as null.</summary>
    [JsonConverter(typeof(DayOrUnknown))]
    public DateOnly BirthDate { get; init; }

    /// <summary>Whether the date of birth is estimated, or only its year or month is known: it is then in the middle of that.</summary>
    public bool BirthDateEstimated { get; init; }

    /// <summary>Administrative gender, as FHIR names it.</summary>
    public Sex Sex { get; init; } = Sex.Unknown;

    /// <summary>Only admitted patients are monitored.</summary>
    public PatientStatus Status { get; init; } = PatientStatus.Admitted;

    /// <summary>
    /// How closely the patient is watched; null when nobody has set it: then spot checks, until a device has been sending for five minutes.
    /// </summary>
    public MonitoringMode? Monitoring { get; init; }

    /// <summary>While the bed is on standby its silence raises no alert; null when it is not.</summary>
    public Standby? Standby { get; init; }

    /// <summary>Who discharged the patient and why; null while admitted, and where it was not said.</summary>
    public Discharge? Discharge { get; init; }

    /// <summary>NEWS2's SpO2 scale: 1, or 2 for a target of 88-92 % set by a clinician.</summary>
    public int Spo2Scale { get; init; } = 1;

    /// <summary>What the patient had and has; empty when nothing is known.</summary>
    public IReadOnlyList<MedicalCondition> MedicalHistory { get; init; } = [];

    /// <summary>Allergies as text; empty when none is known.</summary>
    public IReadOnlyList<string> Allergies { get; init; } = [];

    /// <summary>Medication as text; empty when none is known.</summary>
    public IReadOnlyList<string> Medications { get; init; } = [];

    /// <summary>How far treatment is to go when the patient gets worse; null when nobody has said, which counts as all the way.</summary>
    public CodeStatus? CodeStatus { get; init; }

    /// <summary>Who made this version of the record; null in one of an older program.</summary>
    public string? ChangedBy { get; init; }

    /// <summary>When this version was made; null in one of an older program.</summary>
    public DateTimeOffset? ChangedAt { get; init; }

    /// <summary>1 when created, one more with each change; what ETag and If-Match carry.</summary>
    public long Version { get; init; }

    /// <summary>Family name, comma, given names, as lists show it.</summary>
    [JsonIgnore]
    public string DisplayName => GivenName.Length == 0 ? FamilyName : $"{FamilyName}, {GivenName}";

    /// <summary>Full years of age on a day.</summary>
    public int AgeOn(DateOnly day)
    {
        var years = day.Year - BirthDate.Year;
        return BirthDate.AddYears(years) > day ? years - 1 : years;
    }
}

/// <summary>An entry of the medical history.</summary>
/// <param name="Condition">The condition in words; 1 to 256 characters.</param>
/// <param name="Diagnosed">The day of the diagnosis; null when not known.</param>
/// <param name="Code">Its SNOMED CT or ICD-10 code; null when it has none.</param>
/// <param name="Abatement">The day on which it ended, as FHIR Condition.abatement; null while it has not, and where that is not known.</param>
/// <param name="ClinicalStatus">FHIR Condition.clinicalStatus; null where it was not said, which counts as active.</param>
public sealed record MedicalCondition(
    string Condition, DateOnly? Diagnosed = null, string? Code = null, DateOnly? Abatement = null, ClinicalStatus? ClinicalStatus = null)
{
    /// <summary>Whether the condition is over on a day.</summary>
    public bool IsOver(DateOnly day) =>
        Abatement <= day || ClinicalStatus is Model.ClinicalStatus.Inactive or Model.ClinicalStatus.Remission or Model.ClinicalStatus.Resolved;
}

/// <summary>FHIR Condition.clinicalStatus.</summary>
[JsonConverter(typeof(NamesOnly<ClinicalStatus>))]
public enum ClinicalStatus
{
    /// <summary>Present.</summary>
    [JsonStringEnumMemberName("active")] Active,

    /// <summary>Present again.</summary>
    [JsonStringEnumMemberName("recurrence")] Recurrence,

    /// <summary>Worse again.</summary>
    [JsonStringEnumMemberName("relapse")] Relapse,

    /// <summary>No longer present.</summary>
    [JsonStringEnumMemberName("inactive")] Inactive,

    /// <summary>No longer present, and may be readmitted.</summary>
    [JsonStringEnumMemberName("remission")] Remission,

    /// <summary>Over for good.</summary>
    [JsonStringEnumMemberName("resolved")] Resolved,
}

/// <summary>FHIR administrative gender.</summary>
[JsonConverter(typeof(NamesOnly<Sex>))]
public enum Sex
{
    /// <summary>Not known.</summary>
    [JsonStringEnumMemberName("unknown")] Unknown,

    /// <summary>Male.</summary>
    [JsonStringEnumMemberName("male")] Male,

    /// <summary>Female.</summary>
    [JsonStringEnumMemberName("female")] Female,

    /// <summary>Other.</summary>
    [JsonStringEnumMemberName("other")] Other,
}

/// <summary>Where the patient is in the stay.</summary>
[JsonConverter(typeof(NamesOnly<PatientStatus>))]
public enum PatientStatus
{
    /// <summary>In the hospital, and monitored.</summary>
    [JsonStringEnumMemberName("admitted")] Admitted,

    /// <summary>Has left; readings are kept, alarms are off.</summary>
    [JsonStringEnumMemberName("discharged")] Discharged,
}

/// <summary>How far treatment is to go when a patient gets worse. NEWS2 and alarms are the same for all.</summary>
[JsonConverter(typeof(NamesOnly<CodeStatus>))]
public enum CodeStatus
{
    /// <summary>All the way, with intensive care and resuscitation.</summary>
    [JsonStringEnumMemberName("full")] Full,

    /// <summary>Up to a ceiling that the record names, without intensive care; with resuscitation.</summary>
    [JsonStringEnumMemberName("limited")] Limited,

    /// <summary>Cardiopulmonary resuscitation is not to be attempted (DNACPR); every other treatment goes on.</summary>
    [JsonStringEnumMemberName("dnacpr")] Dnacpr,
}

/// <summary>How closely a patient is watched.</summary>
[JsonConverter(typeof(NamesOnly<MonitoringMode>))]
public enum MonitoringMode
{
    /// <summary>Sets of observations now and then; what is due next follows from the last score.</summary>
    [JsonStringEnumMemberName("spotCheck")] SpotCheck,

    /// <summary>A device sends all the time, and its silence is an alarm.</summary>
    [JsonStringEnumMemberName("continuous")] Continuous,
}

/// <summary>A bed whose silence is meant.</summary>
/// <param name="Until">When it ends by itself.</param>
/// <param name="Reason">Why; 1 to 200 characters.</param>
/// <param name="SetBy">Who set it.</param>
public sealed record Standby(DateTimeOffset Until, string Reason, string SetBy);

/// <summary>The end of a stay.</summary>
/// <param name="By">Who discharged the patient.</param>
/// <param name="Reason">Why; 1 to 200 characters, null where no alert was open and nothing was said.</param>
/// <param name="At">When.</param>
public sealed record Discharge(string By, string? Reason, DateTimeOffset At);
