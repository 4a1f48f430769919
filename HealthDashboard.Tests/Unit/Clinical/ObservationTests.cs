using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;

using static HealthDashboard.Tests.Unit.Clinical.Bedside;

namespace HealthDashboard.Tests.Unit.Clinical;

/// <summary>When the next set of observations is due, and when it is so late that it is an alarm (docs/clinical.md, S3).</summary>
public sealed class ObservationTests
{
    private const double Hour = 3600;
    private readonly Bedside bed = new(new Dictionary<VitalSign, SignLimits>(), Adult with { Monitoring = MonitoringMode.SpotCheck });

    private Alert? Late => bed.Open.SingleOrDefault(alert => alert.Sign == Alert.ObservationsSign);

    private void Set(double at, double respiratoryRate = 16, double heartRate = 70, double temperature = 37)
    {
        bed.Evaluate(
            at,
            Reading(VitalSign.RespiratoryRate, at, respiratoryRate),
            Reading(VitalSign.Spo2, at, 97),
            Reading(VitalSign.OxygenFlow, at, 0),
            Reading(VitalSign.Systolic, at, 120),
            Reading(VitalSign.HeartRate, at, heartRate),
            Reading(VitalSign.Consciousness, at, (double)Acvpu.A),
            Reading(VitalSign.Temperature, at, temperature));
        bed.Pass(at + 1);
    }

    [Theory]
    [InlineData(16, 70, 37, 12, AlertPriority.Low)]
    [InlineData(16, 95, 37, 6, AlertPriority.Low)]
    [InlineData(26, 70, 37, 1, AlertPriority.Low)]
    [InlineData(22, 115, 38.5, 1, AlertPriority.Medium)]
    [InlineData(26, 115, 39.2, 0.25, AlertPriority.Medium)]
    public void The_next_set_is_due_by_the_score_of_the_last(double rr, double hr, double temperature, double hours, AlertPriority priority)
    {
        Set(0, rr, hr, temperature);
        Assert.Equal(At(hours * Hour).ToUnixTimeMilliseconds(), Watch.ObservationsDue(bed.State.Watch, bed.Patient.Patient, bed.Rules));
        bed.Pass(1.5 * hours * Hour);
        Assert.Null(Late);
        bed.Pass((1.5 * hours * Hour) + 1);
        Assert.Equal((priority, At(1.5 * hours * Hour)), (Late!.Priority, Late.RaisedAt));
    }

    [Fact]
    public void A_complete_set_ends_it_and_an_incomplete_one_does_not()
    {
        Set(0);
        bed.Pass((18 * Hour) + 1);
        Assert.NotNull(Late);
        bed.Read(VitalSign.HeartRate, (18 * Hour) + 60, 70);
        bed.Pass((18 * Hour) + 61);
        Assert.NotNull(Late);
        Set((18 * Hour) + 120);
        Assert.Null(Late);
    }

    [Fact]
    public void Before_the_first_set_it_counts_from_the_admission()
    {
        bed.Pass(0);
        bed.Pass(18 * Hour);
        Assert.Null(Late);
        bed.Pass((18 * Hour) + 1);
        Assert.NotNull(Late);
    }

    [Fact]
    public void Continuous_monitoring_owes_no_set()
    {
        bed.Patient = bed.Patient with { Patient = Adult with { Monitoring = MonitoringMode.Continuous } };
        Set(0);
        bed.Pass(100 * Hour);
        Assert.Null(Late);
    }
}
