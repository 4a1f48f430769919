using HealthDashboard.Data.Model;
using HealthDashboard.Shared;

namespace HealthDashboard.Live;

/// <summary>A bed on standby in words.</summary>
internal static class StandbyWords
{
    /// <summary>"Standby until 14:00: theatre"; null while the bed is not on standby.</summary>
    public static string? Of(Patient patient, TimeProvider clock) => patient.Standby is { } standby && standby.Until > clock.GetUtcNow()
        ? $"Standby until {Display.Minute(standby.Until, clock)}: {standby.Reason}"
        : null;
}
