using HealthDashboard.Data.Model;
using HealthDashboard.Shared;

namespace HealthDashboard.Handover;

/// <summary>A shift that is handed over, as a caller sends it.</summary>
internal sealed record HandoverRequest : IRequestBody
{
    /// <summary>Who has the patients now.</summary>
    public required ObjectId FromId { get; init; }

    /// <summary>In which part: assignedNurse, chargeNurse or attending.</summary>
    public required CareRole Role { get; init; }

    /// <summary>When, from an hour ago to a day ahead; now where it is left out.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>1 to 200 patients, each once.</summary>
    public required IReadOnlyList<HandoverPatient> Patients { get; init; }

    /// <summary>Who is on call from now on wherever the giver is, as charge nurse or as doctor; left out where on call stays as it is.</summary>
    public ObjectId? OnCallToId { get; init; }
}

/// <summary>A patient, and who takes over.</summary>
internal sealed record HandoverPatient(ObjectId PatientId, ObjectId ToId) : IRequestBody;
