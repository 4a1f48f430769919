using HealthDashboard.Data.Model;
using HealthDashboard.Shared;

namespace HealthDashboard.Patients;

/// <summary>A patient's record as a caller sends it; <see cref="PatientFields"/> reads it. What is left out is as <see cref="Patient"/> has it.</summary>
internal record PatientRequest : IRequestBody
{
    public required string Mrn { get; init; }

    public required string Region { get; init; }

    public required string Ward { get; init; }

    public string? Room { get; init; }

    public string? Bed { get; init; }

    /// <summary>None for somebody with one name.</summary>
    public string? GivenName { get; init; }

    public required string FamilyName { get; init; }

    /// <summary>The day as yyyy-MM-dd; only yyyy-MM or yyyy where no more is known, which counts as estimated; null where nobody knows it.</summary>
    public required string? BirthDate { get; init; }

    public bool? BirthDateEstimated { get; init; }

    public Sex? Sex { get; init; }

    public PatientStatus? Status { get; init; }

    public MonitoringMode? Monitoring { get; init; }

    public StandbyRequest? Standby { get; init; }

    /// <summary>As it was read; nothing that is said here changes it.</summary>
    public Discharge? Discharge { get; init; }

    /// <summary>1 or 2.</summary>
    public int? Spo2Scale { get; init; }

    public IReadOnlyList<ConditionRequest>? MedicalHistory { get; init; }

    public IReadOnlyList<string>? Allergies { get; init; }

    public IReadOnlyList<string>? Medications { get; init; }

    public CodeStatus? CodeStatus { get; init; }

    /// <summary>As it was read; nothing that is said here changes it.</summary>
    public string? ChangedBy { get; init; }

    /// <summary>As it was read; nothing that is said here changes it.</summary>
    public DateTimeOffset? ChangedAt { get; init; }
}

/// <summary>A whole record that replaces another. It may be the one that was read, changed.</summary>
internal sealed record PatientReplacement : PatientRequest
{
    /// <summary>As in the address.</summary>
    public ObjectId? Id { get; init; }

    /// <summary>As in If-Match.</summary>
    public long? Version { get; init; }

    /// <summary>Why the patient is discharged, where the status becomes that.</summary>
    public string? DischargeReason { get; init; }
}

/// <summary>A bed whose silence is meant.</summary>
internal sealed record StandbyRequest(DateTimeOffset Until, string Reason, string? SetBy = null) : IRequestBody;

/// <summary>An entry of the medical history.</summary>
internal sealed record ConditionRequest(
    string Condition, DateOnly? Diagnosed = null, string? Code = null, DateOnly? Abatement = null, ClinicalStatus? ClinicalStatus = null) : IRequestBody;

/// <summary>Where an admitted patient comes to; what is left out is as before.</summary>
internal sealed record AdmitRequest(string? Region = null, string? Ward = null, string? Room = null, string? Bed = null) : IRequestBody;

/// <summary>Where a patient moves to; without a region within the same one.</summary>
internal sealed record MoveRequest(string Ward, string? Region = null, string? Room = null, string? Bed = null) : IRequestBody;

/// <summary>Why a patient is discharged; needed where alerts are open.</summary>
internal sealed record DischargeRequest(string? Reason = null) : IRequestBody;

/// <summary>A set of observations as a caller sends it: each in its sign's unit, consciousness as a letter; at least one.</summary>
internal sealed record ObservationsRequest : IRequestBody
{
    /// <summary>When they were made, not longer ago than 24 h; now where it is left out.</summary>
    public DateTimeOffset? Time { get; init; }

    public double? RespiratoryRate { get; init; }

    public double? Spo2 { get; init; }

    /// <summary>L/min; 0 is room air.</summary>
    public double? OxygenFlow { get; init; }

    public double? Systolic { get; init; }

    public double? Diastolic { get; init; }

    public double? HeartRate { get; init; }

    /// <summary>A, C, V, P or U.</summary>
    public string? Consciousness { get; init; }

    public double? Temperature { get; init; }

    /// <summary>A note with it, at most 10,000 characters.</summary>
    public string? Note { get; init; }
}

/// <summary>Alarm limits; a sign that is left out takes those of the next wider scope. The sheet that was read may be sent back changed.</summary>
internal sealed record LimitsRequest(
    IReadOnlyDictionary<string, LimitRequest> Limits,
    string? Reason = null,
    int? ScoreThreshold = null,
    long? Version = null,
    string? AgeBand = null,
    string? SetBy = null,
    DateTimeOffset? SetAt = null) : IRequestBody;

/// <summary>The limits of one sign; null is no alarm on that side.</summary>
internal sealed record LimitRequest(
    double? Low = null,
    double? High = null,
    double? ExtremeLow = null,
    double? ExtremeHigh = null,
    DateTimeOffset? OffUntil = null,
    string? Source = null,
    IReadOnlyList<AlertDirection>? Off = null,
    IReadOnlyList<AlertDirection>? WiderThanWard = null) : IRequestBody;
