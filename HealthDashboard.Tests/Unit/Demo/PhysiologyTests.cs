using FsCheck;
using FsCheck.Fluent;
using HealthDashboard.Data.Model;
using HealthDashboard.Demo;

namespace HealthDashboard.Tests.Unit.Demo;

public sealed class PhysiologyTests
{
    private static readonly Baseline Adult = new(72, 15, 97.5, 124, 72, 36.8);
    private static readonly DemoPatient Any = DemoHospital.Patients(1)[0];

    [Fact]
    public void The_same_second_is_the_same_however_often_and_in_whatever_order_it_is_asked_for()
    {
        var forward = Read(Any, Enumerable.Range(0, 600));
        var backward = Read(DemoHospital.Patients(1)[0], Enumerable.Range(0, 600).Reverse());
        Assert.Equal(forward, backward.OrderBy(reading => reading.Time).ThenBy(reading => forward.IndexOf(reading)));
        Assert.NotEqual(
            Read(DemoHospital.Patients(2)[0], Enumerable.Range(0, 600)).Select(reading => reading.Value),
            Read(DemoHospital.Patients(2)[1], Enumerable.Range(0, 600)).Select(reading => reading.Value));
    }

    [Fact]
    public void Whatever_is_wrong_every_reading_is_plausible()
    {
        var part = Gen.Choose(0, 100).Select(percent => percent / 100.0);
        var gen = from number in Gen.Choose(0, 500)
                  from second in Gen.Choose(0, 400_000_000)
                  from parts in part.ArrayOf(10)
                  select (number, second, Wrong: new Disturbance(
                      6 * parts[0], 60 * parts[1], parts[2], parts[3], parts[4], parts[5], 15 * parts[6], 80 * parts[7], parts[8], 0.4 * parts[9]));
        Prop.ForAll(gen.ToArbitrary(), test =>
        {
            List<Reading> readings = [];
            DemoHospital.Patients(test.number + 1)[test.number].Monitor.Read(1_700_000_000L + test.second, test.Wrong, all: true, readings);
            return readings.Count == VitalSigns.All.Count
                && readings.All(reading => reading.Value >= reading.Sign.Info().Minimum && reading.Value <= reading.Sign.Info().Maximum);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_signs_follow_one_another()
    {
        var well = Mean(default);
        var fever = Mean(new Disturbance(Fever: 2));
        Assert.InRange(fever.HeartRate - well.HeartRate, 18, 22);
        Assert.InRange(fever.RespiratoryRate - well.RespiratoryRate, 3, 5);
        var hypoxia = Mean(new Disturbance(Shunt: 17));
        Assert.True(hypoxia.Spo2 < 82 && hypoxia.HeartRate > well.HeartRate + 10 && hypoxia.RespiratoryRate > well.RespiratoryRate + 3);
        var bleeding = Mean(new Disturbance(VolumeLoss: 0.4));
        Assert.True(bleeding.Systolic < 90 && bleeding.HeartRate > 100 && bleeding.Diastolic < well.Diastolic);
    }

    [Fact]
    public void Nights_are_calmer_than_afternoons()
    {
        const long midnight = 1_767_225_600;
        Assert.True(Mean(default, midnight + (3 * 3600)).HeartRate + 4 < Mean(default, midnight + (15 * 3600)).HeartRate);
    }

    private static VitalState Mean(Disturbance wrong, long from = 1_767_225_600)
    {
        var noise = BedsideMonitor.NoiseOf(Any.Patient.Id);
        var states = Enumerable.Range(0, 7200).Select(second => Physiology.At(Adult, noise, wrong, from + second)).ToList();
        return new VitalState(
            states.Average(state => state.HeartRate), states.Average(state => state.RespiratoryRate), states.Average(state => state.Spo2),
            states.Average(state => state.Systolic), states.Average(state => state.Diastolic), states.Average(state => state.Temperature), 0, Acvpu.A);
    }

    private static List<Reading> Read(DemoPatient demo, IEnumerable<int> seconds)
    {
        List<Reading> readings = [];
        foreach (var second in seconds)
            demo.Monitor.Read(DemoBed.Start + second, default, all: false, readings);
        return readings;
    }
}
