using HealthDashboard.Shared;

namespace HealthDashboard.TimeTravel;

/// <summary>A past moment in an address.</summary>
internal static class PastTime
{
    /// <summary>Reads one as ISO 8601 writes it, UTC unless it says otherwise.</summary>
    /// <returns>What is wrong with it; null when it is a moment that has been.</returns>
    public static string? Read(string? text, TimeProvider clock, out DateTimeOffset at)
    {
        if (!QueryFields.TryTime(text, out at))
            return $"is '{text}'; allowed is a time such as 2026-01-31T08:00:00Z, from 1970 to now.";
        return at > clock.GetUtcNow() ? $"is '{text}', which is in the future; allowed is a time from 1970 to {Display.Machine(clock.GetUtcNow())}." : null;
    }
}
