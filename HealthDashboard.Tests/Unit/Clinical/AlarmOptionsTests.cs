using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Tests.Unit.Clinical;

public class AlarmOptionsTests
{
    [Fact]
    public void The_default_limits_are_those_of_the_clinical_rules()
    {
        var expected = new Dictionary<VitalSign, SignLimits>
        {
            [VitalSign.HeartRate] = new(50, 120, 40, 150),
            [VitalSign.RespiratoryRate] = new(8, 30, 5),
            [VitalSign.Spo2] = new(90, 100, 80),
            [VitalSign.Systolic] = new(90, 160),
            [VitalSign.Diastolic] = new(50, 90),
            [VitalSign.MeanPressure] = new(60, 110),
            [VitalSign.Temperature] = new(36, 39),
        };

        Assert.Equal(expected, new AlarmOptions().DefaultLimits);
    }

    [Theory]
    [InlineData(VitalSign.HeartRate, 6, 6, 2, true), InlineData(VitalSign.RespiratoryRate, 14, 14, 1, true), InlineData(VitalSign.Spo2, 10, 0, 1, true)]
    [InlineData(VitalSign.Systolic, 0, 0, 2, false), InlineData(VitalSign.Diastolic, 0, 0, 2, false), InlineData(VitalSign.MeanPressure, 0, 0, 2, false)]
    [InlineData(VitalSign.Temperature, 0, 0, 0.2, false)]
    public void The_default_rules_are_those_of_the_clinical_rules(VitalSign sign, int low, int high, double hysteresis, bool continuous) =>
        Assert.Equal(
            new SignRule
            {
                LowHoldOff = TimeSpan.FromSeconds(low),
                HighHoldOff = TimeSpan.FromSeconds(high),
                Hysteresis = hysteresis,
                FreshFor = sign.Info().FreshFor,
                Continuous = continuous,
            },
            AlarmRules.Default[sign]);

    [Fact]
    public void The_default_times_are_those_of_the_clinical_rules()
    {
        var rules = AlarmRules.Default;

        Assert.Equal((10, 30, 60, 300), (Seconds(rules.SensorOffHoldOff), Seconds(rules.SignSilence), Seconds(rules.FeedSilence), Seconds(rules.LongestFeedSilence)));
        Assert.Equal((30, 60, 5), (Seconds(rules.ScoreHoldOff), Seconds(rules.ScoreEndAfter), Seconds(rules.UpdateEvery)));
        Assert.Equal((120, 300, 60, 300), (Seconds(rules.Silence), Seconds(rules.LongestSilence), Seconds(rules.EscalateHighAfter), Seconds(rules.EscalateMediumAfter)));
    }

    [Fact]
    public void What_is_configured_holds_and_the_rest_stays()
    {
        var options = Read(("Alarms:Limits:heartRate:Low", "45"), ("Alarms:Limits:spo2:LowHoldOff", "00:00:20"), ("Alarms:Silence", "00:01:00"));

        Assert.Equal(new SignLimits(45, 120, 40, 150), options.DefaultLimits[VitalSign.HeartRate]);
        Assert.Equal(TimeSpan.FromSeconds(20), options.ToRules()[VitalSign.Spo2].LowHoldOff);
        Assert.Equal(TimeSpan.FromSeconds(60), options.ToRules().Silence);
    }

    [Theory]
    [InlineData("Alarms:Limits:heartRate:Low", "130", "Alarms:Limits:heartRate:Low is 130; allowed is below high, which is 120.")]
    [InlineData("Alarms:Limits:heartRate:Low", "fifty", "Alarms:Limits:heartRate:Low is 'fifty'; allowed is a number.")]
    [InlineData("Alarms:Limits:heartRate:Low", "", "Alarms:Limits:heartRate:Low is ''; allowed is a number.")]
    [InlineData("Alarms:Limits:spo2:ExtremeLow", "95", "Alarms:Limits:spo2:ExtremeLow is 95; allowed is at most low, which is 90.")]
    [InlineData("Alarms:Limits:spo2:LowHoldOff", "10", "Alarms:Limits:spo2:LowHoldOff is 10.00:00:00; allowed is 00:00:00 to 00:01:00.")]
    [InlineData("Alarms:Limits:spo2:LowHoldOff", "10 s", "Alarms:Limits:spo2:LowHoldOff is '10 s'; allowed is a time as hh:mm:ss.")]
    [InlineData("Alarms:Limits:spo2:Hysteresis", "21", "Alarms:Limits:spo2:Hysteresis is 21; allowed is 0 to 20.")]
    [InlineData("Alarms:Limits:hartRate:Low", "45", "Alarms:Limits:hartRate is no setting; allowed are HeartRate, RespiratoryRate, ")]
    [InlineData("Alarms:Limits:heartRate:Lo", "45", "Alarms:Limits:heartRate:Lo is no setting; allowed are Low, High, ")]
    [InlineData("Alarms:Limits:heartRate", "45", "Alarms:Limits:heartRate is '45'; allowed are settings below it: Low, High, ")]
    [InlineData("Alarms:Limits:heartRate:FreshFor", "00:00:10", "Alarms:Limits:heartRate:FreshFor is 00:00:10; allowed is 00:01:00 to 1.00:00:00.")]
    [InlineData("Alarms:LongestSilence", "00:06:00", "Alarms:LongestSilence is 00:06:00; allowed is 00:00:01 to 00:05:00.")]
    [InlineData("Alarms:LongestSilence", "00:01:00", "Alarms:Silence is 00:02:00; allowed is at most Alarms:LongestSilence, 00:01:00.")]
    [InlineData("Alarms:LongestFeedSilence", "00:00:30", "Alarms:FeedSilence is 00:01:00; allowed is at most Alarms:LongestFeedSilence, 00:00:30.")]
    public void A_wrong_setting_is_told_with_its_key_and_what_is_allowed(string key, string value, string message)
    {
        var error = Assert.Throws<OptionsValidationException>(() => Read((key, value)));

        Assert.Contains(error.Failures, failure => failure.StartsWith(message, StringComparison.Ordinal));
    }

    [Fact]
    public void No_data_may_not_come_after_a_value_is_stale()
    {
        var error = Assert.Throws<OptionsValidationException>(
            () => Read(("Alarms:SignSilence", "00:05:00"), ("Alarms:Limits:spo2:FreshFor", "00:02:00")));

        Assert.Equal(["Alarms:Limits:spo2:FreshFor is 00:02:00; allowed is at least Alarms:SignSilence, 00:05:00."], error.Failures);
    }

    [Fact]
    public async Task A_start_with_wrong_settings_stops_and_tells_all_of_them_together()
    {
        using var host = Host(("Alarms:Limits:heartRate:Low", "130"), ("Alarms:Silense", "1"), ("Alarms:Silence", "x"), ("Alarms:UpdateEvery", "00:02:00"));

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Equal(
            ["Alarms:Limits:heartRate:Low", "Alarms:Silence", "Alarms:Silense", "Alarms:UpdateEvery"],
            error.Failures.Select(failure => failure.Split(' ')[0]).Order());
    }

    [Fact]
    public async Task The_rules_are_there_after_a_start_with_the_defaults()
    {
        using var host = Host();
        await host.StartAsync();

        Assert.Equal(TimeSpan.FromSeconds(60), host.Services.GetRequiredService<AlarmRules>().EscalateHighAfter);
        await host.StopAsync();
    }

    private static AlarmOptions Read(params (string Key, string Value)[] settings)
    {
        using var host = Host(settings);
        return host.Services.GetRequiredService<IOptions<AlarmOptions>>().Value;
    }

    private static IHost Host(params (string Key, string Value)[] settings)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, string? (setting) => setting.Value));
        builder.Services.AddClinical(builder.Configuration);
        return builder.Build();
    }

    private static int Seconds(TimeSpan time) => (int)time.TotalSeconds;
}
