using HealthDashboard.Data.Model;
using HealthDashboard.Shared;

namespace HealthDashboard.CareTeam;

/// <summary>A clinician as a caller sends it.</summary>
internal record ClinicianRequest : IRequestBody
{
    public required string Name { get; init; }

    public required Profession Profession { get; init; }

    public required string Region { get; init; }

    /// <summary>Null for one who works across wards.</summary>
    public string? Ward { get; init; }

    /// <summary>The account that the clinician signs in with.</summary>
    public string? Account { get; init; }
}

/// <summary>A clinician who replaces another's entry.</summary>
internal sealed record ClinicianReplacement : ClinicianRequest
{
    /// <summary>As in the address.</summary>
    public ObjectId? Id { get; init; }
}

/// <summary>Who is on call; null for nobody.</summary>
internal sealed record OnCallRequest(ObjectId? ChargeNurseId = null, ObjectId? DoctorId = null) : IRequestBody;

/// <summary>A clinician's part in a patient's care: from now on, until it is ended, where no times are given.</summary>
internal sealed record AssignRequest(ObjectId ClinicianId, CareRole Role, DateTimeOffset? From = null, DateTimeOffset? To = null) : IRequestBody;

/// <summary>The clinician to whom another refers patients.</summary>
internal sealed record ReferralRequest(ObjectId ToId) : IRequestBody;
