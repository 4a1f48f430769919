using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Patients;

public sealed class VitalEndpointTests
{
    [Fact]
    public async Task A_chart_has_the_last_hour_in_300_parts_unless_asked_otherwise()
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        var patient = await FeatureHost.AddPatientAsync(nurse);
        var now = host.Time.GetUtcNow().ToUnixTimeMilliseconds();
        await host.Vitals.AppendAsync([.. Enumerable.Range(1, 7200).Select(s => new Reading(patient.Id, VitalSign.HeartRate, now - s * 1000, 60 + s % 12))]);

        var usual = await nurse.GetFromJsonAsync<JsonElement>($"/api/patients/{patient.Id}/vitals?sign=heartRate");
        Assert.Equal(("heartRate", "/min"), (usual.GetProperty("sign").GetString(), usual.GetProperty("unit").GetString()));
        Assert.Equal(300, usual.GetProperty("points").GetArrayLength());
        var point = usual.GetProperty("points")[0];
        Assert.Equal(12, point.GetProperty("count").GetInt64());
        Assert.Equal((60, 71, 65.5), (point.GetProperty("min").GetDouble(), point.GetProperty("max").GetDouble(), point.GetProperty("mean").GetDouble()));
        Assert.Equal(host.Time.GetUtcNow().AddHours(-1), point.GetProperty("time").GetDateTimeOffset());

        var asked = await nurse.GetFromJsonAsync<JsonElement>(
            $"/api/patients/{patient.Id}/vitals?sign=heartRate&from=2026-01-05T06:00:00Z&to=2026-01-05T09:00%2B01:00&points=2");
        Assert.Equal([3600, 3600], asked.GetProperty("points").EnumerateArray().Select(p => p.GetProperty("count").GetInt32()));
    }

    [Theory]
    [InlineData("", "sign")]
    [InlineData("sign=pulse", "sign")]
    [InlineData("sign=HeartRate", "sign")]
    [InlineData("sign=spo2&points=0", "points")]
    [InlineData("sign=spo2&points=2001", "points")]
    [InlineData("sign=spo2&from=yesterday", "from")]
    [InlineData("sign=spo2&to=0001-01-01", "to")]
    [InlineData("sign=spo2&from=2026-01-05T08:00Z&to=2026-01-05T08:00Z", "from")]
    [InlineData("sign=spo2&step=5", "step")]
    public async Task A_chart_asked_for_wrongly_names_what_is_wrong(string query, string field)
    {
        await using var host = await FeatureHost.StartAsync();
        var client = await host.SignedInAsync("nurse");
        var patient = await FeatureHost.AddPatientAsync(client);
        Assert.Equal([field], await PatientEndpointTests.ErrorsAsync(await client.GetAsync($"/api/patients/{patient.Id}/vitals?{query}")));
    }

    [Fact]
    public async Task A_score_with_parts_missing_says_so()
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        var patient = await FeatureHost.AddPatientAsync(nurse);
        await host.Vitals.AppendAsync([new Reading(patient.Id, VitalSign.Temperature, host.Time.GetUtcNow().AddSeconds(-1).ToUnixTimeMilliseconds(), 40)]);

        var score = await nurse.GetFromJsonAsync<JsonElement>($"/api/patients/{patient.Id}/news2");
        // 39.1 and above scores 2 [RCP 2017, chart 1].
        Assert.Equal((2, false), (score.GetProperty("score").GetInt32(), score.GetProperty("complete").GetBoolean()));
        Assert.Contains("heartRate", score.GetProperty("missing").EnumerateArray().Select(part => part.GetString()));
    }

    [Fact]
    public async Task The_latest_values_say_their_age_and_whether_they_are_current()
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        var patient = await FeatureHost.AddPatientAsync(nurse);
        var now = host.Time.GetUtcNow().ToUnixTimeMilliseconds();
        Reading[] readings =
        [
            new(patient.Id, VitalSign.HeartRate, now - 300_000, 72),
            new(patient.Id, VitalSign.Spo2, now - 1_500, 0),
            new(patient.Id, VitalSign.RespiratoryRate, now - 43_200_001, 14),
            new(patient.Id, VitalSign.OxygenFlow, now + 60_000, 0),
            new(patient.Id, VitalSign.Consciousness, now - 3_600_000, (double)Acvpu.V),
        ];
        await host.Vitals.AppendAsync(readings);

        var latest = await nurse.GetFromJsonAsync<JsonElement>($"/api/patients/{patient.Id}/vitals/latest");
        Assert.Equal(
            ["heartRate 72 300 current", "respiratoryRate 14 43200 stale", "spo2 0 1.5 sensorOff", "oxygenFlow 0 0 timeUnknown", "consciousness V 3600 current"],
            latest.EnumerateArray().Select(v =>
                $"{v.GetProperty("sign")} {v.GetProperty("value")} {v.GetProperty("ageSeconds")} {v.GetProperty("state")}"));
        Assert.Equal(["/min", "/min", "%", "L/min", "{ACVPU}"], latest.EnumerateArray().Select(v => v.GetProperty("unit").GetString()));
    }

    [Fact]
    public async Task How_long_a_value_is_current_is_what_the_alarms_were_told()
    {
        await using var host = await FeatureHost.StartAsync(settings: ("Alarms:Limits:temperature:FreshFor", "04:00:00"));
        var nurse = await host.SignedInAsync("nurse");
        var patient = await FeatureHost.AddPatientAsync(nurse);
        await host.Vitals.AppendAsync([new(patient.Id, VitalSign.Temperature, host.Time.GetUtcNow().AddHours(-5).ToUnixTimeMilliseconds(), 36.6)]);

        var latest = await nurse.GetFromJsonAsync<JsonElement>($"/api/patients/{patient.Id}/vitals/latest");

        Assert.Equal("stale", Assert.Single(latest.EnumerateArray()).GetProperty("state").GetString());
    }

    [Fact]
    public async Task While_the_store_is_away_the_answer_is_503_with_a_time_to_come_again()
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        var patient = await FeatureHost.AddPatientAsync(nurse);
        host.Vitals.Unavailable = new StoreUnavailableException("Vitals", "secret detail");
        var answer = await nurse.GetAsync($"/api/patients/{patient.Id}/vitals?sign=spo2");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        var body = await answer.Content.ReadAsStringAsync();
        Assert.Contains("Vitals", body, StringComparison.Ordinal);
        Assert.DoesNotContain("secret detail", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_of_ours_is_a_500_that_gives_nothing_away()
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        var patient = await FeatureHost.AddPatientAsync(nurse);
        host.Vitals.Unavailable = new InvalidOperationException("secret detail");
        var answer = await nurse.GetAsync($"/api/patients/{patient.Id}/vitals?sign=spo2");
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var body = await answer.Content.ReadAsStringAsync();
        Assert.DoesNotContain("secret", body, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", body, StringComparison.Ordinal);
    }
}
