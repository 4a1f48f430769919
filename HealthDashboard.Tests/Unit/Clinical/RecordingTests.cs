using System.Globalization;
using HealthDashboard.Data.Model;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Clinical;

/// <summary>32 hours of one real patient, one row a minute (PhysioNet MIMIC-II, record s00001), through the alarm rules.</summary>
public sealed class RecordingTests
{
    private static readonly (string Column, VitalSign Sign)[] Columns =
        [("HR", VitalSign.HeartRate), ("RESP", VitalSign.RespiratoryRate), ("SpO2", VitalSign.Spo2), ("NBPSys", VitalSign.Systolic)];

    private static List<Reading> Load()
    {
        var lines = File.ReadAllLines(SharedData.Find("mimic2", "s00001.csv"));
        var header = lines[0].Split(',');
        var readings = new List<Reading>();
        foreach (var row in lines.Skip(1).Select(line => line.Split(',')))
        {
            var minute = int.Parse(row[0], CultureInfo.InvariantCulture);
            foreach (var (column, sign) in Columns)
            {
                if (row[Array.IndexOf(header, column)] is { Length: > 0 } text)
                    readings.Add(Bedside.Reading(sign, 60.0 * minute, double.Parse(text, CultureInfo.InvariantCulture)));
            }
        }

        return readings;
    }

    private static Bedside Replay(List<Reading> readings)
    {
        var bed = new Bedside();
        foreach (var batch in readings.GroupBy(r => r.Time))
            bed.Evaluate((batch.First().At - Bedside.Start).TotalSeconds, [.. batch]);
        return bed;
    }

    [Fact]
    public void Zero_saturation_is_a_sensor_that_is_off_in_363_minutes_and_never_a_value()
    {
        var readings = Load();
        var bed = Replay(readings);
        Assert.Equal(363, readings.Count(r => r.Sign == VitalSign.Spo2 && r.IsSensorOff));
        Assert.DoesNotContain(bed.Log, c => c.Alert is { Sign: "spo2", Kind: AlertKind.Limit });
        Assert.Contains(bed.Log, c => c.Alert is { Sign: "spo2", Kind: AlertKind.Technical } && c.Kind == AlertChangeKind.Raised);
    }

    [Theory]
    [InlineData(VitalSign.HeartRate, 50, 2, 8, 5)]
    [InlineData(VitalSign.RespiratoryRate, 8, 1, 30, 26)]
    public void Every_episode_gives_an_alert(VitalSign sign, double limit, double hysteresis, int minutes, int episodes)
    {
        var readings = Load();
        var values = readings.Where(r => r.Sign == sign && !r.IsSensorOff).OrderBy(r => r.Time).ToList();
        Assert.Equal(minutes, values.Count(r => r.Value < limit));
        // An episode is a run of rows below the limit; neighbours that do not get back inside by the hysteresis between are one alert.
        var (runs, merged, below, open) = (0, 0, false, false);
        foreach (var value in values.Select(r => r.Value))
        {
            runs += value < limit && !below ? 1 : 0;
            merged += value < limit && !open ? 1 : 0;
            below = value < limit;
            open = value < limit || (open && value < limit + hysteresis);
        }

        Assert.Equal(episodes, runs);
        var name = sign.Info().Name;
        var alerts = Replay(readings).Log.Where(c => c.Alert.Sign == name && c.Alert.Direction == AlertDirection.Low && c.Alert.Kind == AlertKind.Limit).ToList();
        var raised = alerts.Count(c => c.Kind is AlertChangeKind.Raised or AlertChangeKind.Resumed);
        Assert.Equal(merged, raised);
        // What the merging hides is in the counts.
        Assert.Equal(episodes, alerts.GroupBy(c => c.Alert.Id).Sum(g => g.Last().Alert.Count));
    }

    [Fact]
    public void Cuff_pressure_above_160_alarms_at_once_both_times()
    {
        var bed = Replay(Load());
        var alerts = bed.Log.Where(c => c.Alert.Sign == "systolic" && c.Alert.Direction == AlertDirection.High).GroupBy(c => c.Alert.Id).ToList();
        Assert.Equal(2, alerts.Sum(g => g.Last().Alert.Count));
        Assert.All(alerts, g => Assert.Equal(AlertChangeKind.Raised, g.First().Kind));
    }
}
