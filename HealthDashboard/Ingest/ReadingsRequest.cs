using HealthDashboard.Data.Model;
using HealthDashboard.Shared;

namespace HealthDashboard.Ingest;

/// <summary>Readings as devices send them; <see cref="JsonReadings"/> reads them.</summary>
/// <param name="Readings">At most <c>Ingest:MaxReadings</c>.</param>
internal sealed record ReadingsRequest(IReadOnlyList<ReadingRequest> Readings) : IRequestBody;

/// <summary>A reading.</summary>
/// <param name="PatientId">Whose.</param>
/// <param name="Sign">What was measured.</param>
/// <param name="Value">A number in the sign's unit; for consciousness the letter.</param>
/// <param name="Time">When it was measured.</param>
/// <param name="DeviceId">What measured it.</param>
internal sealed record ReadingRequest(ObjectId PatientId, VitalSign Sign, object Value, DateTimeOffset Time, string? DeviceId = null) : IRequestBody;
