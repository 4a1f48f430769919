using System.ComponentModel.DataAnnotations;

namespace HealthDashboard.Fhir;

/// <summary>What FHIR may bring in, and where patients are put of whom a bundle does not say it; the configuration section <c>Fhir</c>.</summary>
internal sealed class FhirOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Fhir";

    /// <summary>The largest body, before and after unpacking; 64 KiB to 512 MiB.</summary>
    [Range(64 * 1024, 512 * 1024 * 1024)]
    public int MaxBodyBytes { get; set; } = 50 * 1024 * 1024;

    /// <summary>How many entries a bundle may have; 1 to 1 million.</summary>
    [Range(1, 1_000_000)]
    public int MaxEntries { get; set; } = 50_000;

    /// <summary>How many bundles are worked on at once, for each holds several times its size in memory; 1 to 64.</summary>
    [Range(1, 64)]
    public int Concurrent { get; set; } = 2;

    /// <summary>The largest file that may be imported, or that an export may come to in all; 1 MiB to 1 TiB each.</summary>
    [Range(1024L * 1024, 1L << 40)]
    public long MaxImportBytes { get; set; } = 2L << 30;

    /// <summary>As <see cref="MaxImportBytes"/>, of an export.</summary>
    [Range(1024L * 1024, 1L << 40)]
    public long MaxExportBytes { get; set; } = 10L << 30;

    /// <summary>
    /// How much may lie on disk of all exports and imports together; 1 MiB to 1 TiB. When it is full no export begins, and the one that runs ends
    /// with an error.
    /// </summary>
    [Range(1024L * 1024, 1L << 40)]
    public long MaxBulkBytes { get; set; } = 20L << 30;

    /// <summary>How many hours the files of an export or import are kept after its end; 1 to 720.</summary>
    [Range(1, 720)]
    public int KeepBulkHours { get; set; } = 24;

    /// <summary>How many exports and imports may wait or run; 1 to 100.</summary>
    [Range(1, 100)]
    public int MaxJobs { get; set; } = 8;

    /// <summary>The region of patients and practitioners of whom nothing says another; 1 to 64 characters.</summary>
    [Required, StringLength(64, MinimumLength = 1)]
    public string Region { get; set; } = "Imported";

    /// <summary>The ward of patients of whom nothing says another; 1 to 64 characters.</summary>
    [Required, StringLength(64, MinimumLength = 1)]
    public string Ward { get; set; } = "Imported";

    /// <summary>The system of the identifier that is the medical record number, a URI.</summary>
    [Required, StringLength(256, MinimumLength = 3)]
    public string MrnSystem { get; set; } = "urn:healthdashboard:mrn";
}
