using HealthDashboard.Data.Model;
using HealthDashboard.Demo;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Demo;

public sealed class RecordingFileTests
{
    [Fact]
    public void Columns_are_found_by_name_blank_is_nothing_and_zero_is_sensor_off()
    {
        var recording = Read("SpO2,minute,HR\n97.5,0,60\n,1,0\n");
        Assert.Equal(
            [new RecordedValue(0, VitalSign.HeartRate, 60), new RecordedValue(0, VitalSign.Spo2, 97.5), new RecordedValue(1, VitalSign.HeartRate, 0)],
            recording.Values);
        Assert.Equal((2, 1, 1), (recording.Rows, recording.Blank, recording.SensorOff));
        Assert.Equal(TimeSpan.FromMinutes(1), recording.Length);
    }

    [Fact]
    public void Names_are_known_in_any_case_and_what_is_not_used_is_said()
    {
        var recording = Read("Minute,Hr,SPO2,ABP Sys,CVP\n0,60,97,120,5\n");
        Assert.Equal([60.0, 97, 120], recording.Values.Select(value => value.Value));
        Assert.Equal("Used: Hr is heartRate, SPO2 is spo2, ABP Sys is systolic. Not used: CVP.", recording.Columns);
    }

    [Fact]
    public void Of_two_columns_of_one_sign_the_first_with_a_value_counts()
    {
        var recording = Read("minute,HR,HR\n0,60,61\n1,,62\n2,0,63\n3,0,0\n");
        Assert.Equal([60.0, 62, 63, 0], recording.Values.Select(value => value.Value));
        Assert.Equal("Used: HR, then HR is heartRate. Not used: nothing.", recording.Columns);
    }

    [Fact]
    public void WFDB_s_clock_is_read()
    {
        var recording = Read("'Elapsed time','HR'\n'hh:mm:ss.mmm','bpm'\n'0:00.000',60\n'0:30.000',61\n'1:02:00.000',62\n");
        Assert.Equal([0, 0.5, 62], recording.Values.Select(value => value.Minute));
    }

    [Theory]
    [InlineData("seconds", 1.0 / 60)]
    [InlineData("minutes", 1.0)]
    [InlineData("hours", 60.0)]
    public void WFDB_s_CSV_is_read(string unit, double minutes)
    {
        var recording = Read($"'Elapsed time','HR','%SpO2','PULSE'\n'{unit}','bpm','%','bpm'\n0.0,101.3,-,99\n1.0,-,96.0,-\n");
        Assert.Equal([new RecordedValue(0, VitalSign.HeartRate, 101.3), new RecordedValue(minutes, VitalSign.Spo2, 96)], recording.Values);
        Assert.Equal((2, 2, "Used: HR is heartRate, %SpO2 is spo2. Not used: PULSE."), (recording.Rows, recording.Blank, recording.Columns));
    }

    [Theory]
    [InlineData("118,120", 118.0)]
    [InlineData("0,120", 120.0)]
    [InlineData(",120", 120.0)]
    [InlineData("118,", 118.0)]
    [InlineData("0,0", 0.0)]
    [InlineData("0,", null)]
    [InlineData(",", null)]
    public void The_arterial_line_comes_before_the_cuff_unless_it_is_off(string pressures, double? expected)
    {
        var systolic = Read($"minute,HR,ABPSys,NBPSys\n0,60,{pressures}\n").Values.Where(value => value.Sign == VitalSign.Systolic).ToList();
        Assert.Equal(expected, systolic.Count == 0 ? null : systolic.Single().Value);
    }

    [Theory]
    [InlineData("", "line 1")]
    [InlineData("time,HR\n0,60\n", "'minute'")]
    [InlineData("minute,pulse\n0,60\n", "HR, RESP, SpO2")]
    [InlineData("minute,HR\n0,60\n1,sixty\n", "Line 3, column HR: 'sixty'")]
    [InlineData("minute,HR\n0,NaN\n", "Line 2, column HR: 'NaN'")]
    [InlineData("minute,HR\n0,-1\n", "Line 2, column HR: '-1'")]
    [InlineData("minute,HR\n,60\n", "Line 2, column minute: ''")]
    [InlineData("minute,HR\n", "no values")]
    [InlineData("minute,HR\n0,-\n", "Line 2, column HR: '-'")]
    [InlineData("'Elapsed time','HR'\n'sample number','bpm'\n0,60\n", "'sample number' is not allowed; allowed is seconds, minutes, hours, hh:mm:ss.mmm")]
    [InlineData("'Elapsed time','HR'\n'hh:mm:ss.mmm','bpm'\n'0:x.000',60\n", "Line 3, column Elapsed time: '0:x.000'")]
    public void What_is_wrong_is_told_with_its_place(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<RecordingException>(() => Read(text)).Message, StringComparison.OrdinalIgnoreCase);

    [Fact]
    public void The_real_recording_has_what_is_known_of_it()
    {
        using var text = File.OpenText(SharedData.Find("mimic2", "s00001.csv"));
        var recording = Recording.Read(text);
        Assert.Equal(1936, recording.Rows);
        Assert.Equal(363, recording.Values.Count(value => value is { Sign: VitalSign.Spo2, Value: 0 }));
        Assert.Equal(2, recording.Values.Count(value => value is { Sign: VitalSign.Systolic, Value: > 160 }));
    }

    private static Recording Read(string text) => Recording.Read(new StringReader(text));
}
