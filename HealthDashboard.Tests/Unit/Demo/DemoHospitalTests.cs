using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Demo;

namespace HealthDashboard.Tests.Unit.Demo;

public sealed class DemoHospitalTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);
    private static readonly IReadOnlyList<DemoPatient> Patients = DemoHospital.Patients(36);

    [Fact]
    public void The_hospital_is_the_same_each_time_and_a_larger_one_begins_with_it()
    {
        var larger = DemoHospital.Patients(1000);
        Assert.Equal(Patients.Select(Describe), larger.Take(36).Select(Describe));
        Assert.Equal(1000, larger.Select(demo => demo.Patient.Id).Distinct().Count());
        Assert.Equal(1000, larger.Select(demo => demo.Patient.Mrn).Distinct().Count());
        Assert.Equal(1000, larger.Select(demo => (demo.Patient.Region, demo.Patient.Ward, demo.Patient.Bed)).Distinct().Count());
    }

    [Fact]
    public void It_has_three_regions_six_wards_and_whom_a_demonstration_needs()
    {
        Assert.Equal(3, Patients.Select(demo => demo.Patient.Region).Distinct().Count());
        Assert.Equal(6, Patients.Select(demo => (demo.Patient.Region, demo.Patient.Ward)).Distinct().Count());
        Assert.Equal(36, Patients.Select(demo => demo.Patient.DisplayName).Distinct().Count());
        Assert.Contains(Patients, demo => demo.Ward.IsIntensive);
        var scale2 = Patients.Where(demo => demo.Patient.Spo2Scale == 2).ToList();
        Assert.InRange(scale2.Count, 1, 5);
        // Their own limits, or they would alarm all day.
        Assert.All(scale2, demo => Assert.True(demo.Limits!.Signs[VitalSign.Spo2].Low < demo.Baseline.Spo2 - 3));
        Assert.All(Patients, demo => Assert.True(NewsApplies.To(demo.Patient, Now)));
        Assert.All(Patients, demo => Assert.All(demo.Patient.MedicalHistory, entry =>
        {
            Assert.Matches("^[0-9]{6,18}$", entry.Code!);
            Assert.InRange(entry.Diagnosed!.Value, demo.Patient.BirthDate, DateOnly.FromDateTime(Now.UtcDateTime));
        }));
    }

    [Fact]
    public void At_every_hour_each_patient_has_a_nurse_a_charge_nurse_and_a_doctor()
    {
        List<CareAssignment> all = [.. DemoTeam.Lasting(Patients, Now.AddDays(-1)), .. DemoTeam.Shifts(Patients, Now.AddDays(-1), Now.AddDays(3))];
        var clinicians = DemoTeam.Clinicians(Patients).Select(clinician => clinician.Id).ToHashSet();
        Assert.All(all, assignment => Assert.Contains(assignment.Clinician.Id, clinicians));
        for (var time = Now.AddDays(-1); time < Now.AddDays(3); time += TimeSpan.FromMinutes(30))
        {
            var team = all.Where(assignment => assignment.HoldsAt(time)).ToLookup(assignment => assignment.PatientId);
            Assert.All(Patients, demo => Assert.Equal(
                [CareRole.AssignedNurse, CareRole.ChargeNurse, CareRole.Attending],
                team[demo.Patient.Id].Select(assignment => assignment.Role).Where(role => role != CareRole.Consulting).Order()));
        }
        Assert.Equal(["charge", "doctor", "nurse"], DemoTeam.Clinicians(Patients).Select(clinician => clinician.Account).OfType<string>().Order());
        Assert.All(DemoTeam.Referrals(Patients), pair => Assert.NotEqual(pair.From, pair.To));
    }

    [Fact]
    public void Patients_share_rooms_with_no_more_than_its_beds_and_some_have_changed_theirs()
    {
        var all = DemoHospital.Patients(77);
        var moves = DemoStays.Moves(all, Now.AddDays(-1)).ToList();
        Assert.All(moves, move => Assert.NotNull(move.Room));
        foreach (var time in new[] { Now.AddDays(-1), Now })
        {
            var places = moves.Where(move => move.At <= time).GroupBy(move => move.PatientId).Select(own => (own.Key, own.Last().Room)).ToList();
            Assert.Equal(77, places.Count);
            Assert.All(places.GroupBy(place => place.Room), room => Assert.InRange(room.Count(), 1, room.Key!.Ward == "Intensive care" ? 2 : 4));
        }
        var last = moves.GroupBy(move => move.PatientId).ToDictionary(own => own.Key, own => own.Last().Room);
        Assert.All(all, demo => Assert.Equal(Room.Of(demo.Patient), last[demo.Patient.Id]));
        Assert.InRange(moves.Count - all.Count, 5, 30);
    }

    private static string Describe(DemoPatient demo) => $"{demo.Patient with { MedicalHistory = [], Allergies = [], Medications = [] }} {demo.Baseline} {string.Join(";", demo.Patient.MedicalHistory)}";
}
