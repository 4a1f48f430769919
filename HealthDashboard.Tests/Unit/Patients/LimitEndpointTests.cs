using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Tests.Unit.Patients;

public sealed class LimitEndpointTests
{
    [Fact]
    public async Task The_patients_limits_go_before_the_wards_and_those_before_the_default()
    {
        await using var host = await FeatureHost.StartAsync();
        var doctor = await host.SignedInAsync("doctor");
        var patient = await FeatureHost.AddPatientAsync(doctor);
        var before = await doctor.GetAsync($"/api/patients/{patient.Id}/limits");
        Assert.Equal("\"0\"", before.Headers.ETag!.Tag);
        Assert.Equal("50 120 default", Line(await JsonAsync(before), "heartRate"));

        var ward = await SetAsync(doctor, "/api/wards/North/ICU/limits", "\"0\"", new { limits = new { heartRate = new { low = 45, high = 130 }, spo2 = new { low = 92, high = 100 } } });
        Assert.Equal("45 130 ward", Line(await JsonAsync(ward), "heartRate"));
        var own = await SetAsync(doctor, $"/api/patients/{patient.Id}/limits", "\"0\"", new { limits = new { heartRate = new { low = 40, high = 110 } } });
        Assert.Equal("\"1\"", own.Headers.ETag!.Tag);

        var after = await JsonAsync(await doctor.GetAsync($"/api/patients/{patient.Id}/limits"));
        Assert.Equal(["40 110 patient", "92 100 ward", "90 160 default"], new[] { "heartRate", "spo2", "systolic" }.Select(sign => Line(after, sign)));
        Assert.Equal(40, host.Services.GetRequiredService<PatientDirectory>().Find(patient.Id)!.Limits[VitalSign.HeartRate].Low);
        Assert.Equal("limits.update", (await host.ReadAuditAsync(patient.Id, 1))[0].Action);
    }

    [Fact]
    public async Task A_ward_with_a_slash_in_its_name_has_limits_and_one_that_nobody_is_in_has_not()
    {
        await using var host = await FeatureHost.StartAsync();
        var doctor = await host.SignedInAsync("doctor");
        var patient = FeatureHost.NewPatient();
        patient["ward"] = "ICU/HDU";
        Assert.Equal(HttpStatusCode.Created, (await doctor.PostAsJsonAsync("/api/patients", patient)).StatusCode);

        var set = await SetAsync(doctor, "/api/wards/North/ICU%2FHDU/limits", "\"0\"", new { limits = new { heartRate = new { low = 45, high = 130 } } });
        Assert.Equal("45 130 ward", Line(await JsonAsync(set), "heartRate"));
        Assert.Equal("45 130 ward", Line(await JsonAsync(await doctor.GetAsync("/api/wards/North/ICU%2fHDU/limits")), "heartRate"));
        Assert.Equal(1, (await JsonAsync(await doctor.GetAsync("/api/wards/North/ICU%2FHDU/limits/history"))).GetProperty("items").GetArrayLength());

        foreach (var path in new[] { "/api/wards/North/Attic/limits", "/api/wards/North/Attic/limits/history", "/api/wards/South/ICU%2FHDU/limits" })
            Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync(path)).StatusCode);
    }

    [Fact]
    public async Task What_was_read_can_be_sent_back_and_changes_no_source()
    {
        await using var host = await FeatureHost.StartAsync();
        var doctor = await host.SignedInAsync("doctor");
        var patient = await FeatureHost.AddPatientAsync(doctor);
        var before = await JsonAsync(await doctor.GetAsync($"/api/patients/{patient.Id}/limits"));
        var after = await JsonAsync(await SetAsync(doctor, $"/api/patients/{patient.Id}/limits", "\"0\"", before));
        Assert.Equal(before.GetProperty("limits").ToString(), after.GetProperty("limits").ToString());
    }

    [Fact]
    public async Task Everything_that_is_wrong_with_limits_is_told_at_once()
    {
        await using var host = await FeatureHost.StartAsync();
        var doctor = await host.SignedInAsync("doctor");
        var patient = await FeatureHost.AddPatientAsync(doctor);
        var answer = await SetAsync(doctor, $"/api/patients/{patient.Id}/limits", "\"0\"", new
        {
            limits = new
            {
                heartRate = new { low = 130, high = 120 },
                spo2 = new { low = "x", margin = 1 },
                pulse = new { low = 1 },
                systolic = new { high = 999, source = "me" },
            },
        });
        Assert.Equal(
            ["limits.heartRate.low", "limits.pulse", "limits.spo2.low", "limits.spo2.margin", "limits.systolic.source"],
            await PatientEndpointTests.ErrorsAsync(answer));
        Assert.Equal(["limits"], await PatientEndpointTests.ErrorsAsync(await SetAsync(doctor, $"/api/patients/{patient.Id}/limits", "\"0\"", new { })));
    }

    [Fact]
    public async Task Limits_need_the_ETag_that_they_were_changed_from()
    {
        await using var host = await FeatureHost.StartAsync();
        var doctor = await host.SignedInAsync("doctor");
        var patient = await FeatureHost.AddPatientAsync(doctor);
        var limits = new { limits = new { } };
        Assert.Equal(428, (int)(await SetAsync(doctor, $"/api/patients/{patient.Id}/limits", null, limits)).StatusCode);
        Assert.Equal(412, (int)(await SetAsync(doctor, $"/api/patients/{patient.Id}/limits", "\"3\"", limits)).StatusCode);
        Assert.Equal(200, (int)(await SetAsync(doctor, $"/api/patients/{patient.Id}/limits", "\"0\"", limits)).StatusCode);
        Assert.Equal(412, (int)(await SetAsync(doctor, $"/api/patients/{patient.Id}/limits", "\"0\"", limits)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await SetAsync(doctor, "/api/wards/North/Nowhere/limits", "\"0\"", limits)).StatusCode);
    }

    [Fact]
    public async Task A_suggestion_is_made_from_the_patients_own_values_and_sets_nothing()
    {
        await using var host = await FeatureHost.StartAsync();
        var doctor = await host.SignedInAsync("doctor");
        var patient = await FeatureHost.AddPatientAsync(doctor);
        host.Live.Apply([new Reading(patient.Id, VitalSign.HeartRate, host.Time.GetUtcNow().ToUnixTimeMilliseconds(), 80)]);
        var suggestion = await JsonAsync(await doctor.GetAsync($"/api/patients/{patient.Id}/limits/suggestion"));
        Assert.Equal("64 100 patient", Line(suggestion, "heartRate"));
        Assert.Equal("50 120 default", Line(await JsonAsync(await doctor.GetAsync($"/api/patients/{patient.Id}/limits")), "heartRate"));

        var confirmed = await SetAsync(doctor, $"/api/patients/{patient.Id}/limits", "\"0\"", suggestion);
        Assert.Equal("64 100 patient", Line(await JsonAsync(confirmed), "heartRate"));
    }

    [Fact]
    public async Task An_alarm_is_switched_off_only_with_a_reason_and_comes_back_by_itself()
    {
        await using var host = await FeatureHost.StartAsync();
        var doctor = await host.SignedInAsync("doctor");
        var patient = await FeatureHost.AddPatientAsync(doctor);
        var path = $"/api/patients/{patient.Id}/limits";
        var off = new { heartRate = new { low = (int?)null, high = 120, extremeHigh = 150 }, spo2 = new { } };
        Assert.Equal(["reason"], await PatientEndpointTests.ErrorsAsync(await SetAsync(doctor, path, "\"0\"", new { limits = off })));

        var set = await JsonAsync(await SetAsync(doctor, path, "\"0\"", new { limits = off, reason = "pacing wires are tested" }));
        var line = set.GetProperty("limits").GetProperty("heartRate");
        Assert.Equal("""["low"]""", line.GetProperty("off").ToString());
        Assert.Equal("""["low"]""", line.GetProperty("widerThanWard").ToString());
        Assert.Equal(host.Time.GetUtcNow().AddHours(8), line.GetProperty("offUntil").GetDateTimeOffset());
        // An SpO2 above 100 cannot be, so only its low alarm is off.
        Assert.Equal("""["low"]""", set.GetProperty("limits").GetProperty("spo2").GetProperty("off").ToString());
        Assert.Equal("pacing wires are tested", set.GetProperty("reason").GetString());
        // What was read can be sent back as it is.
        Assert.Equal(HttpStatusCode.OK, (await SetAsync(doctor, path, "\"1\"", set)).StatusCode);

        host.Time.Advance(TimeSpan.FromHours(8));
        await Eventually.HoldsAsync(
            () => host.Services.GetRequiredService<PatientDirectory>().Find(patient.Id)!.Limits[VitalSign.HeartRate].Low == 50, "the alarm that was off comes back");
        var after = (await JsonAsync(await doctor.GetAsync(path))).GetProperty("limits").GetProperty("heartRate");
        Assert.Equal(("50", "[]"), (after.GetProperty("low").ToString(), after.GetProperty("off").ToString()));
    }

    [Theory]
    [InlineData("""{"limits":{"heartRate":{"low":0,"high":120}}}""", "reason")]
    [InlineData("""{"limits":{"heartRate":{"low":50,"high":350}}}""", "reason")]
    [InlineData("""{"limits":{"heartRate":{"low":null,"high":null}}}""", "reason")]
    [InlineData("""{"limits":{"heartRate":{"high":120,"offUntil":"2020-01-01T00:00:00Z"}},"reason":"x"}""", "limits.heartRate.offUntil")]
    [InlineData("""{"limits":{"heartRate":{"high":120,"offUntil":"2099-01-01T00:00:00Z"}},"reason":"x"}""", "limits.heartRate.offUntil")]
    [InlineData("""{"limits":{"heartRate":{"low":125}},"reason":"x"}""", "limits.heartRate.low")]
    [InlineData("""{"limits":{},"scoreThreshold":6}""", "reason")]
    [InlineData("""{"limits":{},"scoreThreshold":8,"reason":"x"}""", "scoreThreshold")]
    [InlineData("""{"limits":{},"scoreThreshold":4,"reason":"x"}""", "scoreThreshold")]
    public async Task What_would_let_a_patient_go_unwatched_is_refused(string body, string field)
    {
        await using var host = await FeatureHost.StartAsync();
        var doctor = await host.SignedInAsync("doctor");
        var patient = await FeatureHost.AddPatientAsync(doctor);
        var answer = await SetAsync(doctor, $"/api/patients/{patient.Id}/limits", "\"0\"", JsonElement.Parse(body));
        Assert.Equal([field], await PatientEndpointTests.ErrorsAsync(answer));
    }

    [Fact]
    public async Task The_history_has_every_version_with_who_when_and_why_and_the_threshold()
    {
        await using var host = await FeatureHost.StartAsync();
        var doctor = await host.SignedInAsync("doctor");
        var patient = await FeatureHost.AddPatientAsync(doctor);
        var path = $"/api/patients/{patient.Id}/limits";
        await SetAsync(doctor, path, "\"0\"", new { limits = new { heartRate = new { low = 45, high = 130 } } });
        await SetAsync(doctor, path, "\"1\"", new { limits = new { }, scoreThreshold = 6, reason = "always at 5" });
        var items = (await JsonAsync(await doctor.GetAsync($"{path}/history"))).GetProperty("items");
        Assert.Equal(
            ["2 doctor always at 5 6", "1 doctor  "],
            items.EnumerateArray().Select(v => $"{v.GetProperty("version")} {v.GetProperty("setBy")} {v.GetProperty("reason")} {v.GetProperty("scoreThreshold")}"));
        Assert.Equal(45, items[1].GetProperty("limits").GetProperty("heartRate").GetProperty("low").GetDouble());
        Assert.Equal(6, host.Services.GetRequiredService<PatientDirectory>().Find(patient.Id)!.Limits.ScoreThreshold);
        Assert.Equal(["scoreThreshold"], await PatientEndpointTests.ErrorsAsync(await SetAsync(doctor, "/api/wards/North/ICU/limits", "\"0\"", new { limits = new { }, scoreThreshold = 6, reason = "x" })));
        Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync($"/api/patients/{ObjectId.New(host.Time)}/limits/history")).StatusCode);
    }

    [Fact]
    public async Task An_infant_has_an_infants_defaults_and_a_ward_may_set_others()
    {
        await using var host = await FeatureHost.StartAsync();
        var doctor = await host.SignedInAsync("doctor");
        var infant = FeatureHost.NewPatient();
        infant["birthDate"] = DateOnly.FromDateTime(host.Time.GetUtcNow().UtcDateTime).AddMonths(-6).ToString("yyyy-MM-dd", null);
        infant["medicalHistory"] = Array.Empty<object>();
        var patient = (await (await doctor.PostAsJsonAsync("/api/patients", infant)).Content.ReadFromJsonAsync<Patient>())!;
        var sheet = await JsonAsync(await doctor.GetAsync($"/api/patients/{patient.Id}/limits"));
        Assert.Equal("infant", sheet.GetProperty("ageBand").GetString());
        Assert.Equal(["93 181 default", "22 66 default", "70 104 default"], new[] { "heartRate", "respiratoryRate", "systolic" }.Select(sign => Line(sheet, sign)));
        await SetAsync(doctor, "/api/wards/North/ICU/limits", "\"0\"", new { limits = new { heartRate = new { low = 80, high = 190 } } });
        Assert.Equal("80 190 ward", Line(await JsonAsync(await doctor.GetAsync($"/api/patients/{patient.Id}/limits")), "heartRate"));
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static string Line(JsonElement sheet, string sign)
    {
        var line = sheet.GetProperty("limits").GetProperty(sign);
        return $"{line.GetProperty("low")} {line.GetProperty("high")} {line.GetProperty("source")}";
    }

    private static async Task<HttpResponseMessage> SetAsync(HttpClient client, string path, string? ifMatch, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = JsonContent.Create(body) };
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return await client.SendAsync(request);
    }
}
