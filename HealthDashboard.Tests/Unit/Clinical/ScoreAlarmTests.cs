using HealthDashboard.Data.Model;

using static HealthDashboard.Tests.Unit.Clinical.Bedside;

namespace HealthDashboard.Tests.Unit.Clinical;

public sealed class ScoreAlarmTests
{
    // Limits off, so that only the score speaks.
    private readonly Bedside bed = new(new Dictionary<VitalSign, SignLimits>());

    private void Chart(double at, double rr = 16, double spo2 = 97, double oxygen = 0, double systolic = 120, double hr = 70, Acvpu level = Acvpu.A, double temperature = 37) =>
        bed.Evaluate(
            at,
            Reading(VitalSign.RespiratoryRate, at, rr),
            Reading(VitalSign.Spo2, at, spo2),
            Reading(VitalSign.OxygenFlow, at, oxygen),
            Reading(VitalSign.Systolic, at, systolic),
            Reading(VitalSign.HeartRate, at, hr),
            Reading(VitalSign.Consciousness, at, (double)level),
            Reading(VitalSign.Temperature, at, temperature));

    private Alert? Score => bed.Open.SingleOrDefault(a => a.Kind == AlertKind.Score);

    [Fact]
    public void Seven_is_high_once_it_has_stood()
    {
        Chart(0, rr: 26, hr: 115, temperature: 39.2);
        bed.Pass(29);
        Assert.Null(Score);
        bed.Pass(31);
        Assert.Equal((AlertPriority.High, 7d, 7d, At(30), "*** NEWS2 7, emergency"), (Score!.Priority, Score.Value, Score.Limit, Score.RaisedAt, Score.Text));
    }

    [Theory]
    [InlineData(22, 115, 38.5, true)]
    [InlineData(22, 100, 38.5, false)]
    [InlineData(26, 70, 37, true)]
    public void Five_or_a_single_three_is_medium(double rr, double hr, double temperature, bool alarms)
    {
        Chart(0, rr: rr, hr: hr, temperature: temperature);
        bed.Pass(31);
        Assert.Equal(alarms ? AlertPriority.Medium : null, Score?.Priority);
    }

    [Fact]
    public void Incomplete_score_alarms_by_its_lower_bound()
    {
        bed.Evaluate(0, Reading(VitalSign.RespiratoryRate, 0, 26), Reading(VitalSign.HeartRate, 0, 135), Reading(VitalSign.Temperature, 0, 38.5));
        bed.Pass(30.1);
        Assert.Equal("*** NEWS2 at least 7, emergency", Score!.Text);
    }

    [Fact]
    public void Score_that_rises_raises_the_priority_of_the_same_alert()
    {
        Chart(0, rr: 26);
        bed.Pass(31);
        var id = Score!.Id;
        Chart(40, rr: 26, hr: 135, temperature: 39.5);
        bed.Pass(71);
        Assert.Equal((id, AlertPriority.High, 8d), (Score!.Id, Score.Priority, Score.Extreme));
    }

    [Fact]
    public void Ends_when_it_has_been_below_for_a_minute()
    {
        Chart(0, rr: 26);
        bed.Pass(31);
        Chart(40);
        bed.Pass(99);
        Assert.NotNull(Score);
        bed.Pass(101);
        Assert.Null(Score);
    }

    [Fact]
    public void Part_that_grows_old_makes_the_score_incomplete_and_ends_nothing()
    {
        bed.Patient = bed.Patient with { Patient = Adult with { Monitoring = MonitoringMode.Continuous } };
        Chart(0, rr: 26);
        bed.Pass(31);
        Assert.False(Score!.Incomplete);
        bed.Pass(302);
        Assert.True(Score!.Incomplete);
        bed.Pass(3600);
        Assert.NotNull(Score);
        Chart(3601);
        bed.Pass(3660);
        Assert.NotNull(Score);
        bed.Pass(3662);
        Assert.Null(Score);
    }

    [Fact]
    public void Children_are_not_scored()
    {
        bed.Patient = bed.Patient with { Patient = Adult with { BirthDate = new DateOnly(2015, 1, 1) } };
        Chart(0, rr: 30, hr: 140, level: Acvpu.V);
        bed.Pass(31);
        Assert.Empty(bed.Log);
    }
}
