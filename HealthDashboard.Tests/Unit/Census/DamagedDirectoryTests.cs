using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using HealthDashboard.Tests.Unit.Ingest;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Tests.Unit.Census;

/// <summary>A record that is damaged while its patient is watched ends no alarm and changes no limit.</summary>
public sealed class DamagedDirectoryTests
{
    private readonly MemoryPatientStore memory = new();
    private readonly ManualTime time = new();

    [Fact]
    public async Task Of_whose_record_nothing_can_be_read_stays_known_as_before_and_is_not_lost()
    {
        var patient = MemoryPatientStore.Make("A");
        memory.Patients.Add(patient);
        var directory = Directory(memory);
        await directory.LoadAsync();
        memory.Patients.Clear();
        var damaged = new DamagedRecordException("test", new("patients", patient.Id.ToString(), ["ward"]), readable: null);
        var again = Directory(BrokenStore.Of<IPatientStore>(memory, nameof(IPatientStore.FindAsync), (_, _) => Task.FromException<Patient?>(damaged)));
        again.Set(patient);
        await again.LoadAsync();
        Assert.Same(patient, again.Find(patient.Id)!.Patient);
        Assert.Empty(again.Unaccounted);
    }

    [Fact]
    public async Task What_can_be_read_of_a_record_is_watched_and_an_older_version_of_it_takes_nothing_away()
    {
        var patient = MemoryPatientStore.Make("A", version: 3);
        var part = new DamagedRecordException("test", new("patients", patient.Id.ToString(), ["version"]), patient with { Version = 0 });
        var directory = Directory(BrokenStore.Of<IPatientStore>(memory, nameof(IPatientStore.FindAsync), (_, _) => Task.FromException<Patient?>(part)));
        Assert.Equal("A", (await directory.FindAsync(patient.Id))!.Patient.Mrn);
        directory.Set(patient);
        await directory.RefreshAsync([patient.Id], CancellationToken.None);
        Assert.Equal(3, directory.Find(patient.Id)!.Patient.Version);
    }

    [Fact]
    public void A_child_whose_date_of_birth_is_lost_keeps_the_limits_of_its_age()
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var child = MemoryPatientStore.Make("A") with { BirthDate = today.AddYears(-1) };
        var directory = Directory(memory);
        directory.Set(child);
        var low = directory.Find(child.Id)!.Limits[VitalSign.HeartRate].Low;
        memory.Damaged.Note(new("patients", child.Id.ToString(), ["birthDate"]));
        directory.Set(child with { BirthDate = default, Version = 2, Bed = "9" });
        Assert.Equal((low, "9"), (directory.Find(child.Id)!.Limits[VitalSign.HeartRate].Low, directory.Find(child.Id)!.Patient.Bed));
        Assert.NotEqual(50, low);

        memory.Damaged.Forget("patients", child.Id.ToString());
        directory.Set(child with { BirthDate = default, Version = 3 });
        Assert.Equal(50, directory.Find(child.Id)!.Limits[VitalSign.HeartRate].Low);
    }

    private PatientDirectory Directory(IPatientStore store) => new(
        store, new Dictionary<VitalSign, SignLimits> { [VitalSign.HeartRate] = new(50, 120) }, time, NullLogger<PatientDirectory>.Instance);
}
