using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Analytics;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Tests.Unit.Analytics;

public sealed class AnalyticsRollUpTests
{
    private static readonly DateOnly Today = new(2026, 1, 5);

    [Fact]
    public async Task Hours_and_days_are_worked_out_and_running_again_changes_nothing()
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        var (first, second) = (await FeatureHost.AddPatientAsync(nurse, "M-1"), await FeatureHost.AddPatientAsync(nurse, "M-2"));
        await host.Vitals.AppendAsync([At(first, "06:10", 60), At(first, "06:20", 80), At(first, "07:00", 100), At(second, "07:59", 40)]);

        var rollUp = RollUp(host);
        await rollUp.RunAsync(default);
        await rollUp.RunAsync(default);

        var hourly = await nurse.GetFromJsonAsync<JsonElement>($"/api/analytics/hourly?patientId={first.Id}&sign=heartRate");
        Assert.Equal(host.Time.GetUtcNow(), hourly.GetProperty("asOf").GetDateTimeOffset());
        Assert.Equal(["06 60 80 70 2", "07 100 100 100 1"], hourly.GetProperty("items").EnumerateArray().Select(i =>
            $"{i.GetProperty("hour").GetDateTimeOffset():HH} {i.GetProperty("min")} {i.GetProperty("max")} {i.GetProperty("mean")} {i.GetProperty("count")}"));
        var daily = await nurse.GetFromJsonAsync<JsonElement>("/api/analytics/daily?region=North&ward=ICU&sign=heartRate");
        Assert.Equal(["2026-01-05 40 100 70 4 2"], daily.GetProperty("items").EnumerateArray().Select(i =>
            $"{i.GetProperty("day")} {i.GetProperty("min")} {i.GetProperty("max")} {i.GetProperty("mean")} {i.GetProperty("count")} {i.GetProperty("patients")}"));
    }

    [Fact]
    public async Task Who_leaves_today_stays_in_todays_figures_of_the_ward()
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        var (stays, leaves) = (await FeatureHost.AddPatientAsync(nurse, "M-1"), await FeatureHost.AddPatientAsync(nurse, "M-2"));
        await host.Vitals.AppendAsync([At(stays, "06:10", 60), At(leaves, "06:20", 80)]);
        var rollUp = RollUp(host);
        await rollUp.RunAsync(default);
        var patients = host.Services.GetRequiredService<IPatientStore>();
        var now = host.Time.GetUtcNow();
        await patients.ReplaceAsync((await patients.FindAsync(leaves.Id))! with { Status = PatientStatus.Discharged, Discharge = new("nurse", null, now), ChangedAt = now });
        host.Time.Advance(TimeSpan.FromMinutes(1));
        await rollUp.RunAsync(default);
        var day = Assert.Single((await host.Services.GetRequiredService<IAnalyticsStore>().DailyAsync("North", "ICU", VitalSign.HeartRate, Today, Today)).Items);
        Assert.Equal((60.0, 80.0, 2), (day.Min, day.Max, day.Patients));
    }

    [Fact]
    public async Task A_reading_that_comes_a_day_late_is_in_after_the_hour_and_one_that_comes_later_after_the_day()
    {
        await using var host = await FeatureHost.StartAsync();
        var patient = await FeatureHost.AddPatientAsync(await host.SignedInAsync("nurse"));
        var rollUp = RollUp(host);
        await rollUp.RunAsync(default);
        await host.Vitals.AppendAsync([At(patient, "08:00", 60, daysAgo: 1), At(patient, "08:00", 60, daysAgo: 5)]);

        await rollUp.RunAsync(default);
        Assert.Equal(0, await HoursAsync(host, patient));
        host.Time.Advance(TimeSpan.FromHours(1));
        await rollUp.RunAsync(default);
        Assert.Equal(1, await HoursAsync(host, patient));
        host.Time.Advance(TimeSpan.FromDays(1));
        await rollUp.RunAsync(default);
        Assert.Equal(2, await HoursAsync(host, patient));
    }

    [Fact]
    public async Task Who_has_stored_much_of_a_time_long_past_asks_for_it_once()
    {
        await using var host = await FeatureHost.StartAsync();
        var patient = await FeatureHost.AddPatientAsync(await host.SignedInAsync("nurse"));
        var back = new LookBack();
        var rollUp = RollUp(host, back: back);
        await rollUp.RunAsync(default);
        await host.Vitals.AppendAsync([At(patient, "08:00", 60, daysAgo: 9)]);
        back.Ask();
        await rollUp.RunAsync(default);
        Assert.Equal(1, await HoursAsync(host, patient));
        await host.Vitals.AppendAsync([At(patient, "09:00", 60, daysAgo: 9)]);
        await rollUp.RunAsync(default);
        Assert.Equal(1, await HoursAsync(host, patient));
    }

    [Fact]
    public async Task After_a_restart_it_goes_on_from_the_last_run_that_went_through()
    {
        await using var host = await FeatureHost.StartAsync();
        var patient = await FeatureHost.AddPatientAsync(await host.SignedInAsync("nurse"));
        await RollUp(host).RunAsync(default);
        await host.Vitals.AppendAsync([At(patient, "08:00", 60)]);
        host.Time.Advance(TimeSpan.FromDays(9));
        await RollUp(host).RunAsync(default);
        Assert.Equal(1, await HoursAsync(host, patient));
    }

    [Fact]
    public async Task A_run_that_a_store_breaks_off_claims_nothing_and_the_next_makes_up_for_it()
    {
        await using var host = await FeatureHost.StartAsync();
        var patient = await FeatureHost.AddPatientAsync(await host.SignedInAsync("nurse"));
        var rollUp = RollUp(host);
        await host.Vitals.AppendAsync([At(patient, "08:00", 60, daysAgo: 5)]);
        host.Vitals.Unavailable = new StoreUnavailableException("Vitals", "away");
        await Assert.ThrowsAsync<StoreUnavailableException>(() => rollUp.RunAsync(default));
        var store = host.Services.GetRequiredService<IAnalyticsStore>();
        Assert.NotEqual(host.Time.GetUtcNow(), (await store.DailyAsync("North", "ICU", VitalSign.HeartRate, Today, Today)).AsOf);

        host.Vitals.Unavailable = null;
        await rollUp.RunAsync(default);
        Assert.Equal(1, await HoursAsync(host, patient));
    }

    [Fact]
    public async Task Alerts_are_counted_by_the_day_they_were_raised_on_with_their_response_times()
    {
        await using var host = await FeatureHost.StartAsync();
        var patient = await FeatureHost.AddPatientAsync(await host.SignedInAsync("nurse"));
        var alerts = Alerts(host);
        var rollUp = RollUp(host, alerts);
        var now = host.Time.GetUtcNow();
        Alert[] raised = [.. Enumerable.Range(0, 3).Select(i => new Alert
        {
            Id = ObjectId.New(host.Time), PatientId = patient.Id, Sign = VitalSigns.All[i].Name, Direction = AlertDirection.Low,
            Priority = AlertPriority.High, Text = "***", RaisedAt = now, RecordedAt = now, Version = 1,
        })];
        await alerts.WriteAsync([.. raised.Select(a => new AlertChange(AlertChangeKind.Raised, a, AlertChange.SystemActor, now))], []);
        await rollUp.RunAsync(default);
        Assert.Equal("3 0  ", await CountsAsync(host));

        // The day after, some are acknowledged: that changes the day on which they were raised.
        host.Time.Advance(TimeSpan.FromDays(1));
        await rollUp.RunAsync(default);
        foreach (var (i, seconds) in new[] { 10, 30 }.Index())
        {
            var taken = raised[i] with { Response = AlertResponse.Acknowledged, AcknowledgedAt = now.AddSeconds(seconds), AcknowledgedBy = "nurse", Version = 2 };
            await alerts.WriteAsync([new AlertChange(AlertChangeKind.Acknowledged, taken, "nurse", now.AddSeconds(seconds))], []);
        }
        host.Time.Advance(TimeSpan.FromMinutes(1));
        await rollUp.RunAsync(default);
        Assert.Equal("3 2 20 30", await CountsAsync(host));
    }

    [Theory]
    [InlineData("hourly?sign=spo2", "patientId")]
    [InlineData("hourly?patientId=1&sign=x", "patientId sign")]
    [InlineData("daily?sign=spo2&ward=ICU", "region")]
    [InlineData("alerts?region=North&ward=ICU&from=1990-01-01", "from")]
    public async Task A_view_asked_for_wrongly_names_what_is_wrong(string query, string fields)
    {
        await using var host = await FeatureHost.StartAsync();
        var answer = await host.Client(FeatureHost.ReadKey).GetAsync("/api/analytics/" + query);
        Assert.Equal(fields.Split(' '), await Patients.PatientEndpointTests.ErrorsAsync(answer));
    }

    private static AnalyticsRollUp RollUp(FeatureHost host, IAlertStore? alerts = null, LookBack? back = null)
    {
        var (patients, store) = (host.Services.GetRequiredService<IPatientStore>(), host.Services.GetRequiredService<IAnalyticsStore>());
        var counts = new AlertRollUp(alerts ?? Alerts(host), new PastStays(patients), new AlarmLoadRollUp(store), store);
        return new(patients, new VitalRollUp(host.Vitals, store), counts, store, back ?? new LookBack(), host.Time, NullLogger<AnalyticsRollUp>.Instance);
    }

    private static IAlertStore Alerts(FeatureHost host) => host.Services.GetRequiredService<IAlertStore>();

    private static Reading At(Patient patient, string time, double value, int daysAgo = 0) => new(
        patient.Id,
        VitalSign.HeartRate,
        new DateTimeOffset(Today.AddDays(-daysAgo), TimeOnly.ParseExact(time, "HH:mm"), TimeSpan.Zero).ToUnixTimeMilliseconds(),
        value);

    private static async Task<int> HoursAsync(FeatureHost host, Patient patient)
    {
        var start = new DateTimeOffset(Today.AddDays(-10), default, TimeSpan.Zero);
        return (await host.Services.GetRequiredService<IAnalyticsStore>().HourlyAsync(patient.Id, VitalSign.HeartRate, start, start.AddDays(30))).Items.Count;
    }

    private static async Task<string> CountsAsync(FeatureHost host)
    {
        var day = Assert.Single((await host.Services.GetRequiredService<IAnalyticsStore>().AlertsAsync("North", "ICU", Today, Today)).Items);
        return $"{day.Raised} {day.Acknowledged} {day.MedianResponseSeconds} {day.LongestResponseSeconds}";
    }
}
