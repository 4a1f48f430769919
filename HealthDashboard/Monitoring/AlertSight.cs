using System.Security.Claims;
using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Monitoring;

/// <summary>Whose alerts somebody is shown: everybody's, because an alarm goes before any rule of access; but a wall shows those of its wards alone.</summary>
internal sealed class AlertSight(ClaimsPrincipal user, PatientDirectory patients)
{
    private readonly AccountWards? wards = user.IsInRole(Roles.Display) ? AccountWards.Of(user) : null;

    /// <summary>Whether an alert is shown; one whose ward nobody knows is.</summary>
    public bool Shows(Alert alert) => wards is null || WardGroup.Of(alert, patients.Find(alert.PatientId)?.Patient) is not { } ward || wards.Has(ward.Region, ward.Ward);
}
