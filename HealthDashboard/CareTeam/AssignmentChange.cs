using HealthDashboard.Data.Model;

namespace HealthDashboard.CareTeam;

/// <summary>What is to become of an assignment.</summary>
/// <param name="Before">The assignment as it was shown.</param>
/// <param name="Role">The part from now on.</param>
/// <param name="To">When it ends; null for an open end.</param>
public sealed record AssignmentChange(CareAssignment Before, CareRole Role, DateTimeOffset? To);
