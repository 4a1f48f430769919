using System.Text.Json.Serialization;

namespace HealthDashboard.Data.Model;

/// <summary>
/// Someone who shared a nurse or a room with a patient over overlapping time: whom infection control asks for. The same two patients are
/// there once for each nurse, each room and each stretch of time.
/// </summary>
/// <param name="PatientId">The other patient.</param>
/// <param name="From">When the overlap begins.</param>
/// <param name="To">When it ends, exclusive; null while it lasts.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "shared")]
[JsonDerivedType(typeof(NurseContact), "nurse")]
[JsonDerivedType(typeof(RoomContact), "room")]
public abstract record Contact(ObjectId PatientId, DateTimeOffset From, DateTimeOffset? To);

/// <summary>The same nurse cared for both.</summary>
/// <param name="PatientId">The other patient.</param>
/// <param name="Nurse">The nurse.</param>
/// <param name="From">When the overlap begins.</param>
/// <param name="To">When it ends, exclusive; null while it lasts.</param>
public sealed record NurseContact(ObjectId PatientId, Clinician Nurse, DateTimeOffset From, DateTimeOffset? To) : Contact(PatientId, From, To);

/// <summary>Both lay in the same room.</summary>
/// <param name="PatientId">The other patient.</param>
/// <param name="Room">The room.</param>
/// <param name="From">When the overlap begins.</param>
/// <param name="To">When it ends, exclusive; null while it lasts.</param>
public sealed record RoomContact(ObjectId PatientId, Room Room, DateTimeOffset From, DateTimeOffset? To) : Contact(PatientId, From, To);
