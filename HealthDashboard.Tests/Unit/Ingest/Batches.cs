using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Ingest;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Tests.Unit.Ingest;

/// <summary>A batch for one known patient at a known time, for tests of the formats alone.</summary>
internal sealed class Batches
{
    public static readonly DateTimeOffset Now = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);

    public Batches()
    {
        Directory = new PatientDirectory(
            new MemoryPatientStore(), new Dictionary<VitalSign, SignLimits>(), TimeProvider.System, NullLogger<PatientDirectory>.Instance);
        Directory.Set(Patient);
        Batch = new ReadingBatch(Directory);
        Batch.Begin(new ReadingRules(Now, TimeSpan.FromDays(7)));
    }

    public Patient Patient { get; } = MemoryPatientStore.Make();

    public PatientDirectory Directory { get; }

    public ReadingBatch Batch { get; }

    public DeviceNames Devices { get; } = new();

    public ReadingNames Names { get; } = new(Options.Create(new IngestOptions { Names = { ["puls"] = "heartRate", ["monitor"] = "vitals" } }));
}
