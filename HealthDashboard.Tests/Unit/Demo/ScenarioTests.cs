using HealthDashboard.Data.Model;
using HealthDashboard.Demo;

namespace HealthDashboard.Tests.Unit.Demo;

/// <summary>What a presenter promises happens, under the real rules, at the speed of a presentation.</summary>
public sealed class ScenarioTests
{
    private const int Before = 60;

    [Theory]
    [InlineData(Scenario.Sepsis, "news2", AlertPriority.High, 90)]
    [InlineData(Scenario.Hypoxia, "spo2", AlertPriority.High, 60)]
    [InlineData(Scenario.Bleeding, "systolic", AlertPriority.Medium, 90)]
    [InlineData(Scenario.Bradycardia, "heartRate", AlertPriority.High, 40)]
    [InlineData(Scenario.SensorOff, "spo2", AlertPriority.Low, 15)]
    [InlineData(Scenario.DeviceSilent, "feed", AlertPriority.Low, 65)]
    internal void A_scenario_alarms_in_time_and_ends_when_recovered(Scenario scenario, string sign, AlertPriority priority, int within)
    {
        // One with an arterial line, one with a cuff.
        foreach (var demo in DemoHospital.Patients(4).Where((_, number) => number is 0 or 3))
        {
            var started = DateTimeOffset.FromUnixTimeSeconds(DemoBed.Start + Before);
            var running = new RunningScenario(demo.Patient.Id, scenario, started, ScenarioCourse.DefaultSpeed, started.AddSeconds(150));
            var bed = new DemoBed(demo);
            bed.Run(Before + 150 + 180, running);

            var alert = bed.Log.Where(change => change.Alert.Sign == sign && change.Alert.Priority == priority).MinBy(change => change.Time);
            Assert.True(alert is not null, $"{demo.Patient.Bed}: no {priority} alert on {sign}, but {string.Join(", ", bed.Log.Select(change => change.Alert.Text).Distinct())}");
            Assert.InRange((alert.Time - started).TotalSeconds, 0, within);
            Assert.True(running.IsOver(started.AddSeconds(150 + 60)));
            Assert.Contains(bed.Log, change => change.Alert.Id == alert.Alert.Id && change.Kind is AlertChangeKind.Ended or AlertChangeKind.Latched);
        }
    }

    [Fact]
    public void Sepsis_becomes_an_emergency_within_twenty_of_its_minutes()
    {
        var demo = DemoHospital.Patients(1)[0];
        var started = DateTimeOffset.FromUnixTimeSeconds(DemoBed.Start);
        int? emergency = null;
        new DemoBed(demo).Run(20 * 60, new RunningScenario(demo.Patient.Id, Scenario.Sepsis, started, 1, started.AddHours(1)), (second, score) =>
        {
            if (score.Score >= 7)
                emergency ??= second;
        });
        Assert.NotNull(emergency);
    }

    [Fact]
    public void A_silent_device_sends_nothing_until_it_is_back()
    {
        var demo = DemoHospital.Patients(1)[0];
        List<Reading> readings = [];
        demo.Monitor.Read(DemoBed.Start, new Disturbance(Silent: 1), all: true, readings);
        Assert.Empty(readings);
    }
}
