using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;

using static HealthDashboard.Tests.Unit.Clinical.Bedside;

namespace HealthDashboard.Tests.Unit.Clinical;

/// <summary>What stands is judged when something else than a reading changes, and is what pages show (docs/clinical.md, S1).</summary>
public sealed class StandingTests
{
    private readonly Bedside bed = new(new Dictionary<VitalSign, SignLimits>(), Adult with { Spo2Scale = 2 });

    private Alert? Score => bed.Open.SingleOrDefault(alert => alert.Kind == AlertKind.Score);

    private void Becomes(Func<Patient, Patient> change) => bed.Patient = bed.Patient with { Patient = change(bed.Patient.Patient) };

    [Fact]
    public void A_change_of_scale_scores_what_stands()
    {
        bed.Read(VitalSign.Spo2, 0, 90);
        bed.Pass(60);
        Assert.Null(Score);
        Becomes(patient => patient with { Spo2Scale = 1 });
        bed.Pass(61);
        bed.Pass(92);
        Assert.Equal((3d, AlertPriority.Medium), (Score!.Value, Score.Priority));
    }

    [Fact]
    public void A_birth_date_that_is_corrected_begins_and_ends_the_score()
    {
        Becomes(patient => patient with { BirthDate = new DateOnly(2015, 1, 1) });
        bed.Read(VitalSign.HeartRate, 0, 140);
        bed.Pass(60);
        Assert.Null(Score);
        Becomes(patient => patient with { BirthDate = new DateOnly(1960, 1, 1) });
        bed.Pass(61);
        bed.Pass(92);
        Assert.NotNull(Score);
        Becomes(patient => patient with { MedicalHistory = [new("Pregnancy", Code: "77386006")] });
        bed.Pass(93);
        Assert.Null(Score);
    }

    [Fact]
    public void A_higher_threshold_of_the_patients_own_asks_for_nobody_at_five()
    {
        bed.Read(VitalSign.HeartRate, 0, 115);
        bed.Read(VitalSign.RespiratoryRate, 0, 22);
        bed.Read(VitalSign.OxygenFlow, 0, 2);
        bed.Patient = bed.Patient with { Limits = new EffectiveLimits(new Dictionary<VitalSign, SignLimits>(), null, new AlarmLimits { ScoreThreshold = 7 }, Start) };
        bed.Pass(120);
        Assert.Null(Score);
        bed.Patient = bed.Patient with { Limits = new EffectiveLimits(new Dictionary<VitalSign, SignLimits>(), null, null, Start) };
        bed.Pass(121);
        bed.Pass(152);
        Assert.Equal(6, Score!.Value);
    }

    [Theory]
    [InlineData(MonitoringMode.Continuous, 300, true)]
    [InlineData(MonitoringMode.Continuous, 301, false)]
    [InlineData(MonitoringMode.SpotCheck, 43_200, true)]
    [InlineData(MonitoringMode.SpotCheck, 43_201, false)]
    public void How_long_a_heart_rate_is_current_follows_from_how_the_patient_is_watched(MonitoringMode monitoring, int age, bool current)
    {
        Becomes(patient => patient with { Monitoring = monitoring });
        bed.Read(VitalSign.HeartRate, 0, 70);
        var shown = Assert.Single(Standing.Of(bed.State, bed.Patient, bed.Rules, At(age)));
        Assert.Equal(current ? ValueStanding.Current : ValueStanding.Stale, shown.State);
    }

    [Fact]
    public void Five_minutes_of_data_make_the_monitoring_continuous_and_a_clinician_may_say_otherwise()
    {
        bed.Hold(VitalSign.HeartRate, 0, 299, 70);
        Assert.False(Watch.IsContinuous(bed.State.Watch, bed.Patient.Patient));
        bed.Read(VitalSign.HeartRate, 300, 70);
        Assert.True(Watch.IsContinuous(bed.State.Watch, bed.Patient.Patient));
        Assert.False(Watch.IsContinuous(bed.State.Watch, Adult with { Monitoring = MonitoringMode.SpotCheck }));
    }
}
