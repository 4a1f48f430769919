using HealthDashboard.Shared;

namespace HealthDashboard.TimeTravel;

/// <summary>A past moment in an address.</summary>
internal static class PastTime
{
    /// <summary>Reads one as ISO 8601 writes it, UTC unless it says otherwise.</summary>
    /// <param name="text">What the address has.</param>
    /// <param name="clock">The hospital's clock.</param>
    /// <param name="at">The moment.</param>
    /// <param name="ahead">By how much it may lie in the future and then means now: an address is to the second, and what it leads to may just have happened.</param>
    /// <returns>What is wrong with it; null when it is a moment that has been.</returns>
    public static string? Read(string? text, TimeProvider clock, out DateTimeOffset at, TimeSpan ahead = default)
    {
        var now = clock.GetUtcNow();
        if (!QueryFields.TryTime(text, out at))
            return $"is '{text}'; allowed is a time such as 2026-01-31T08:00:00Z, from 1970 to now.";
        if (at > now + ahead)
            return $"is '{text}', which is in the future; allowed is a time from 1970 to {Display.Machine(now)}.";
        if (at > now)
            at = now;
        return null;
    }
}
