using System.Text.Json;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;
using HealthDashboard.Tests.Support;
using HealthDashboard.Tests.Unit.Ingest;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Tests.Unit.Census;

public class PatientDirectoryTests
{
    private static readonly Dictionary<VitalSign, SignLimits> Defaults = new()
    {
        [VitalSign.HeartRate] = new(50, 120),
        [VitalSign.Spo2] = new(90, null, 80),
    };

    private readonly MemoryPatientStore store = new();
    private readonly ManualTime time = new();
    private readonly PatientDirectory directory;

    public PatientDirectoryTests() => directory = new PatientDirectory(store, Defaults, time, NullLogger<PatientDirectory>.Instance);

    [Fact]
    public async Task A_birthday_brings_other_limits_and_whoever_listens_hears_of_it()
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var child = MemoryPatientStore.Make("A") with { BirthDate = today.AddYears(-1).AddDays(1) };
        store.Patients.Add(child);
        await directory.LoadAsync();
        List<ObjectId> changed = [];
        using var listening = directory.OnChanged(changed.Add);
        directory.Pass();
        Assert.Equal((93, 0), (directory.Find(child.Id)!.Limits[VitalSign.HeartRate].Low, changed.Count));

        time.Advance(TimeSpan.FromDays(1));
        directory.Pass();
        directory.Pass();
        Assert.Equal(76, directory.Find(child.Id)!.Limits[VitalSign.HeartRate].Low);
        Assert.Equal([child.Id], changed);
    }

    [Fact]
    public async Task Loads_every_patient_with_the_limits_that_hold()
    {
        var (own, ward, plain) = (MemoryPatientStore.Make("A"), MemoryPatientStore.Make("B"), MemoryPatientStore.Make("C", ward: "ER"));
        store.Patients.AddRange([own, ward, plain]);
        store.Limits[LimitScope.OfWard("north", "ICU")] = Limits(1, VitalSign.HeartRate, 55, 130);
        store.Limits[LimitScope.OfPatient(own.Id)] = Limits(1, VitalSign.HeartRate, 40, 100);
        await directory.LoadAsync();

        Assert.Equal([own, ward, plain], directory.All.Select(known => known.Patient).OrderBy(patient => patient.Mrn));
        Assert.Equal([40, 55, 50], new[] { own, ward, plain }.Select(patient => directory.Find(patient.Id)!.Limits[VitalSign.HeartRate].Low));
        Assert.Equal(90, directory.Find(own.Id)!.Limits[VitalSign.Spo2].Low);
        Assert.Same(directory.Find(ward.Id), directory.FindByMrn("B"));
    }

    [Fact]
    public async Task Reading_again_brings_what_other_nodes_changed_and_takes_what_they_deleted()
    {
        var (stays, goes, leaves) = (MemoryPatientStore.Make("A"), MemoryPatientStore.Make("B"), MemoryPatientStore.Make("C"));
        store.Patients.AddRange([stays, goes, leaves]);
        await directory.LoadAsync();

        store.Patients.Remove(goes);
        store.Deleted.Add(goes.Id);
        store.Patients[1] = leaves with { Status = PatientStatus.Discharged, Version = 2 };
        store.Limits[LimitScope.OfPatient(stays.Id)] = Limits(1, VitalSign.HeartRate, 40, 100);
        await directory.LoadAsync();

        Assert.Equal([stays], directory.All.Select(known => known.Patient));
        Assert.Equal(100, directory.Find(stays.Id)!.Limits[VitalSign.HeartRate].High);
        Assert.Empty(directory.Unaccounted);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(49)]
    public async Task A_read_that_lacks_patients_whom_nobody_deleted_loses_nobody_and_is_reported(int left)
    {
        Patient[] patients = [.. Enumerable.Range(0, 50).Select(number => MemoryPatientStore.Make($"{number}"))];
        store.Patients.AddRange(patients);
        await directory.LoadAsync();
        List<ObjectId> heard = [];
        using var listening = directory.OnChanged(heard.Add);

        store.Patients.RemoveRange(left, 50 - left);
        await directory.LoadAsync();
        Assert.Equal(50, directory.All.Count);
        Assert.All(patients, patient => Assert.NotNull(directory.FindByMrn(patient.Mrn)));
        Assert.Equal(50 - left, directory.Unaccounted.Count);
        Assert.Equal(HealthStatus.Degraded, (await new DirectoryHealth(directory).CheckHealthAsync(new())).Status);
        Assert.Empty(heard);

        store.Patients.Clear();
        store.Patients.AddRange(patients);
        await directory.LoadAsync();
        Assert.Empty(directory.Unaccounted);
        Assert.Equal(HealthStatus.Healthy, (await new DirectoryHealth(directory).CheckHealthAsync(new())).Status);
    }

    [Fact]
    public async Task A_patient_who_is_not_admitted_is_found_in_the_store_once_and_not_listed()
    {
        var left = MemoryPatientStore.Make("A") with { Status = PatientStatus.Discharged };
        store.Patients.Add(left);
        await directory.LoadAsync();
        Assert.Empty(directory.All);
        Assert.Null(directory.Find(left.Id));

        Assert.Equal(left, (await directory.FindByMrnAsync("A"))!.Patient);
        Assert.Equal(left, (await directory.FindAsync(left.Id))!.Patient);
        Assert.Equal(1, store.Asked);
        Assert.Empty(directory.All);
        directory.Set(left with { Status = PatientStatus.Admitted, Version = 2 });
        Assert.Equal(left.Id, Assert.Single(directory.All).Patient.Id);
    }

    [Fact]
    public async Task Of_those_who_have_left_only_some_thousand_are_kept()
    {
        Patient[] patients = [.. Enumerable.Range(0, 3 * PatientDirectory.MostOthers).Select(number => MemoryPatientStore.Make($"{number}"))];
        foreach (var patient in patients)
            directory.Set(patient);
        foreach (var patient in patients.Skip(1))
            directory.Set(patient with { Status = PatientStatus.Discharged, Version = 2 });
        Assert.Equal(PatientDirectory.MostOthers, patients.Skip(1).Count(patient => directory.Find(patient.Id) is not null));
        Assert.Equal(patients[0], Assert.Single(directory.All).Patient);
        store.Patients.AddRange(patients);
        Assert.NotNull(await directory.FindAsync(patients[1].Id));
    }

    [Fact]
    public void A_record_that_was_undeleted_comes_back()
    {
        var patient = MemoryPatientStore.Make("A");
        directory.Set(patient);
        directory.Remove(patient.Id);
        directory.Set(patient);
        Assert.Null(directory.Find(patient.Id));
        directory.Set(patient with { Version = 2 });
        Assert.NotNull(directory.Find(patient.Id));
    }

    [Fact]
    public async Task A_copy_brings_back_all_that_was_known()
    {
        using var folder = new TempDirectory();
        var patient = MemoryPatientStore.Make("A") with { MedicalHistory = [new("Asthma", new DateOnly(1999, 12, 31), "195967001")], Spo2Scale = 2 };
        directory.Set(patient);
        directory.SetLimits(LimitScope.OfWard("north", "ICU"), Limits(3, VitalSign.HeartRate, 55, 130));
        var copy = new KeptFile<DirectoryContent>(folder["copy.json"]);
        Assert.Null(copy.Read());
        await copy.WriteAsync(directory.Content(), default);
        await copy.WriteAsync(directory.Content(), default);

        var again = new PatientDirectory(store, Defaults, time, NullLogger<PatientDirectory>.Instance);
        again.Restore(copy.Read()!);

        Assert.True(again.Loaded.IsCompletedSuccessfully);
        Assert.Equal(JsonSerializer.Serialize(patient), JsonSerializer.Serialize(again.FindByMrn("A")!.Patient));
        Assert.Equal(55, again.Find(patient.Id)!.Limits[VitalSign.HeartRate].Low);
        // The store's word is newer than the copy's.
        again.Set(patient with { Ward = "ER", Version = 2 });
        Assert.Equal(50, again.Find(patient.Id)!.Limits[VitalSign.HeartRate].Low);
    }

    [Fact]
    public void A_change_of_mrn_ward_or_limits_is_seen_at_once()
    {
        var patient = MemoryPatientStore.Make("A");
        directory.Set(patient);
        directory.SetLimits(LimitScope.OfWard("north", "ER"), Limits(1, VitalSign.HeartRate, 55, 130));
        Assert.Equal(50, directory.Find(patient.Id)!.Limits[VitalSign.HeartRate].Low);

        directory.Set(patient with { Mrn = "B", Ward = "ER", Version = 2 });
        Assert.Null(directory.FindByMrn("A"));
        Assert.Equal(55, directory.FindByMrn("B")!.Limits[VitalSign.HeartRate].Low);

        directory.SetLimits(LimitScope.OfWard("north", "ER"), Limits(2, VitalSign.HeartRate, 60, 130));
        Assert.Equal(60, directory.Find(patient.Id)!.Limits[VitalSign.HeartRate].Low);
    }

    [Fact]
    public void What_is_older_than_what_is_known_changes_nothing()
    {
        var patient = MemoryPatientStore.Make("A", version: 3);
        directory.Set(patient);
        directory.Set(patient with { Mrn = "OLD", Version = 2 });
        Assert.Equal("A", directory.Find(patient.Id)!.Patient.Mrn);

        directory.SetLimits(LimitScope.OfPatient(patient.Id), Limits(5, VitalSign.HeartRate, 40, 100));
        directory.SetLimits(LimitScope.OfPatient(patient.Id), Limits(4, VitalSign.HeartRate, 1, 2));
        Assert.Equal(40, directory.Find(patient.Id)!.Limits[VitalSign.HeartRate].Low);

        // Read just before the deletion, and taken after it.
        directory.Remove(patient.Id);
        directory.Set(patient);
        Assert.Null(directory.Find(patient.Id));
        Assert.Null(directory.FindByMrn("A"));
        Assert.Empty(directory.All);
    }

    [Fact]
    public void An_mrn_that_passed_to_another_patient_stays_with_that_one()
    {
        var (first, second) = (MemoryPatientStore.Make("A"), MemoryPatientStore.Make("B"));
        directory.Set(first);
        directory.Set(second);
        // The store freed "A" for the second before this node heard of the first's change.
        directory.Set(second with { Mrn = "A", Version = 2 });
        directory.Set(first with { Mrn = "C", Version = 2 });

        Assert.Equal(second.Id, directory.FindByMrn("A")!.Patient.Id);
        Assert.Equal(first.Id, directory.FindByMrn("C")!.Patient.Id);
        Assert.Null(directory.FindByMrn("B"));
    }

    [Fact]
    public void Listeners_hear_of_each_change_until_they_leave()
    {
        var (patient, other) = (MemoryPatientStore.Make("A"), MemoryPatientStore.Make("B", ward: "ER"));
        directory.Set(other);
        List<ObjectId> heard = [];
        using var failing = directory.OnChanged(_ => throw new InvalidOperationException("A listener failed."));
        var listening = directory.OnChanged(heard.Add);

        directory.Set(patient);
        directory.Set(patient);
        directory.SetLimits(LimitScope.OfWard("north", "ICU"), Limits(1, VitalSign.HeartRate, 55, 130));
        directory.SetLimits(LimitScope.OfPatient(other.Id), Limits(1, VitalSign.HeartRate, 55, 130));
        directory.Remove(patient.Id);
        listening.Dispose();
        listening.Dispose();
        directory.Remove(other.Id);

        Assert.Equal([patient.Id, patient.Id, other.Id, patient.Id], heard);
    }

    [Fact]
    public async Task A_patient_of_another_node_is_found_with_its_limits()
    {
        var patient = MemoryPatientStore.Make("A");
        store.Patients.Add(patient);
        store.Limits[LimitScope.OfPatient(patient.Id)] = Limits(1, VitalSign.HeartRate, 40, 100);
        store.Limits[LimitScope.OfWard("north", "ICU")] = Limits(1, VitalSign.Spo2, 88, null);

        var found = await directory.FindAsync(patient.Id);
        Assert.Equal((40, 88), (found!.Limits[VitalSign.HeartRate].Low, found.Limits[VitalSign.Spo2].Low));
        Assert.Same(found, await directory.FindByMrnAsync("A"));
        Assert.Equal(1, store.Asked);
    }

    [Fact]
    public async Task A_stranger_is_asked_for_once_in_a_while()
    {
        var stranger = MemoryPatientStore.Make("A");
        for (var i = 0; i < 100; i++)
            Assert.Null(await directory.FindAsync(stranger.Id));
        Assert.Equal(1, store.Asked);

        store.Patients.Add(stranger);
        time.Advance(MissingPatients.Period);
        Assert.NotNull(await directory.FindAsync(stranger.Id));
    }

    [Fact]
    public async Task A_flood_of_strangers_costs_the_store_little()
    {
        for (var i = 0; i < 10_000; i++)
            await directory.FindAsync(ObjectId.New(time));
        Assert.Equal(MissingPatients.AsksPerPeriod, store.Asked);
    }

    [Fact]
    public void Finding_allocates_nothing()
    {
        var patient = MemoryPatientStore.Make();
        directory.Set(patient);
        directory.Find(patient.Id);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            directory.Find(patient.Id);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static AlarmLimits Limits(long version, VitalSign sign, double? low, double? high) =>
        new() { Version = version, Signs = new Dictionary<VitalSign, SignLimits> { [sign] = new(low, high) } };
}
