using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Handover;
using HealthDashboard.Tests.Contracts;

namespace HealthDashboard.Tests.Unit.Handover;

/// <summary>NEWS2 as it was, worked out from what was measured.</summary>
public sealed class PastScoresTests
{
    private static readonly DateTimeOffset Now = Samples.Noon;
    private static readonly Patient Patient = Samples.Patient("M-1");

    [Fact]
    public void A_set_counts_for_one_who_is_measured_by_hand_until_it_is_too_old()
    {
        // RR 26, SpO2 91, oxygen, SBP 88, HR 135, V, 39.2: 19, the example of the chart. The pressure counts for an hour alone.
        var points = Charted(Now.AddHours(-10), (VitalSign.RespiratoryRate, 26), (VitalSign.Spo2, 91), (VitalSign.OxygenFlow, 2), (VitalSign.Systolic, 88), (VitalSign.HeartRate, 135), (VitalSign.Consciousness, (double)Acvpu.V), (VitalSign.Temperature, 39.2));
        var scores = PastScores.Of(Patient, isContinuous: false, points, AlarmRules.Default, Now);
        Assert.Equal([-24, -20, -16, -12, -8, -4], scores.Select(score => (int)(score.At - Now).TotalHours));
        Assert.Equal([null, null, null, null, 16, 16], scores.Select(score => score.Score.Score));
        Assert.Equal(["systolic"], scores[4].Score.Missing);
    }

    [Fact]
    public void The_whole_score_is_that_of_the_chart()
    {
        var points = Charted(Now.AddHours(-4).AddMinutes(-20), (VitalSign.RespiratoryRate, 26), (VitalSign.Spo2, 91), (VitalSign.OxygenFlow, 2), (VitalSign.Systolic, 88), (VitalSign.HeartRate, 135), (VitalSign.Consciousness, (double)Acvpu.V), (VitalSign.Temperature, 39.2));
        var last = PastScores.Of(Patient, isContinuous: false, points, AlarmRules.Default, Now)[^1].Score;
        Assert.Equal((19, true), (last.Score, last.Complete));
    }

    [Fact]
    public void What_a_device_sent_counts_only_while_it_sent()
    {
        var points = Charted(Now.AddHours(-10), (VitalSign.HeartRate, 135));
        Assert.All(PastScores.Of(Patient, isContinuous: true, points, AlarmRules.Default, Now), score => Assert.Null(score.Score.Score));
    }

    private static Dictionary<VitalSign, IReadOnlyList<VitalPoint>> Charted(DateTimeOffset at, params (VitalSign Sign, double Value)[] values) =>
        values.ToDictionary(one => one.Sign, one => (IReadOnlyList<VitalPoint>)[new VitalPoint(at, one.Value, one.Value, one.Value, 1)]);
}
