using System.ComponentModel.DataAnnotations;

namespace HealthDashboard.Ingest;

/// <summary>Bounds of what devices may send, from the configuration section <c>Ingest</c>.</summary>
internal sealed class IngestOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Ingest";

    /// <summary>The largest body, before and after unpacking; 64 KiB to 64 MiB.</summary>
    [Range(64 * 1024, 64 * 1024 * 1024)]
    public int MaxBodyBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>How many readings a JSON request may carry; 1 to 100,000.</summary>
    [Range(1, 100_000)]
    public int MaxReadings { get; set; } = 10_000;

    /// <summary>How many readings (fields) a line protocol request may carry; 1 to 100,000.</summary>
    [Range(1, 100_000)]
    public int MaxLineReadings { get; set; } = 50_000;

    /// <summary>
    /// How many readings may be on their way to the store and the alarms before more wait in line (<see cref="IngestRoom"/>); at least as many
    /// as one request may carry, at most 10 million.
    /// </summary>
    [Range(100_000, 10_000_000)]
    public int QueueReadings { get; set; } = 200_000;

    /// <summary>How many bytes of readings the spool may hold while the store is unavailable, about 43 a reading; 1 MiB to 1 TiB.</summary>
    [Range(1024 * 1024, 1L << 40)]
    public long SpoolBytes { get; set; } = 1L << 30;

    /// <summary>How many requests a key may send at once, after a rest; 1 to 1 million.</summary>
    [Range(1, 1_000_000)]
    public int BurstRequests { get; set; } = 4_000;

    /// <summary>How many requests a second a key may send in the long run; 1 to 1 million.</summary>
    [Range(1, 1_000_000)]
    public int RequestsPerSecond { get; set; } = 2_000;

    /// <summary>Names of signs and tags in line protocol beside those that are known: <c>Ingest:Names:puls</c> is <c>heartRate</c>.</summary>
    public Dictionary<string, string> Names { get; } = new(StringComparer.Ordinal);

    /// <summary>How long raw readings are kept, so how old a reading may be: <c>Vitals:RawRetention</c>; 1 hour to 10 years.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "3650.00:00:00"), Display(Name = "Vitals:RawRetention")]
    public TimeSpan RawRetention { get; set; } = TimeSpan.FromDays(7);
}
