using System.Text.Json.Serialization;

namespace HealthDashboard.Data.Model;

/// <summary>Someone who cares for patients.</summary>
/// <param name="Id">The clinician's key.</param>
/// <param name="Name">The name as screens show it; 1 to 128 characters.</param>
/// <param name="Profession">What the clinician is.</param>
/// <param name="Region">Where the clinician works.</param>
/// <param name="Ward">The ward; null for one who works across wards.</param>
/// <param name="Account">The account the clinician signs in with; null when there is none.</param>
public sealed record Clinician(ObjectId Id, string Name, Profession Profession, string Region, string? Ward = null, string? Account = null);

/// <summary>What a clinician is.</summary>
[JsonConverter(typeof(NamesOnly<Profession>))]
public enum Profession
{
    /// <summary>Nurse.</summary>
    [JsonStringEnumMemberName("nurse")] Nurse,

    /// <summary>Doctor.</summary>
    [JsonStringEnumMemberName("doctor")] Doctor,
}

/// <summary>The part a clinician has in a patient's care. The order of the first three is the order of escalation.</summary>
[JsonConverter(typeof(NamesOnly<CareRole>))]
public enum CareRole
{
    /// <summary>The nurse assigned to the patient.</summary>
    [JsonStringEnumMemberName("assignedNurse")] AssignedNurse = 1,

    /// <summary>The nurse in charge of the shift.</summary>
    [JsonStringEnumMemberName("chargeNurse")] ChargeNurse = 2,

    /// <summary>The doctor responsible.</summary>
    [JsonStringEnumMemberName("attending")] Attending = 3,

    /// <summary>A doctor asked for advice.</summary>
    [JsonStringEnumMemberName("consulting")] Consulting = 4,
}

/// <summary>A clinician's part in a patient's care for a stretch of time.</summary>
/// <param name="PatientId">The patient.</param>
/// <param name="Clinician">The clinician.</param>
/// <param name="Role">The part.</param>
/// <param name="From">When it begins.</param>
/// <param name="To">When it ends, exclusive; null while open.</param>
public sealed record CareAssignment(ObjectId PatientId, Clinician Clinician, CareRole Role, DateTimeOffset From, DateTimeOffset? To = null)
{
    /// <summary>Whether it holds at a point in time.</summary>
    public bool HoldsAt(DateTimeOffset time) => From <= time && (To is null || time < To);
}

/// <summary>How many patients a clinician has in care.</summary>
/// <param name="Clinician">The clinician.</param>
/// <param name="Patients">The number of different patients.</param>
public sealed record Workload(Clinician Clinician, int Patients);
