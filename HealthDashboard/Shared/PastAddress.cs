using System.Globalization;

namespace HealthDashboard.Shared;

/// <summary>The addresses of past moments.</summary>
internal static class PastAddress
{
    /// <summary>The wall an hour ago.</summary>
    public const string AnHourAgo = "/at";

    /// <summary>The wall at a moment, to the second: at the first one by which all of that moment had happened.</summary>
    public static string Of(DateTimeOffset at) =>
        $"{AnHourAgo}/{WholeSecond(at).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}";

    /// <summary>The first whole second at or after a moment.</summary>
    public static DateTimeOffset WholeSecond(DateTimeOffset at) => new((at.UtcTicks + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, TimeSpan.Zero);
}
