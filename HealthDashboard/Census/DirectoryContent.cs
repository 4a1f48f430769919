using HealthDashboard.Data.Model;

namespace HealthDashboard.Census;

/// <summary>What a <see cref="PatientDirectory"/> has.</summary>
/// <param name="Patients">The records.</param>
/// <param name="Limits">The limits that someone set.</param>
internal sealed record DirectoryContent(IReadOnlyList<Patient> Patients, IReadOnlyList<ScopedLimits> Limits);

/// <summary>Limits and what they were set for: a ward of a region, or a patient.</summary>
/// <param name="Region">The region; null for a patient's limits.</param>
/// <param name="Ward">The ward; null for a patient's limits.</param>
/// <param name="PatientId">The patient; null for a ward's limits.</param>
/// <param name="Limits">The limits.</param>
internal sealed record ScopedLimits(string? Region, string? Ward, ObjectId? PatientId, AlarmLimits Limits);
