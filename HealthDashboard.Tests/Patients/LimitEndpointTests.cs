using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Data.Model;
using HealthDashboard.Patients;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Tests.Patients;

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
        var own = await SetAsync(doctor, $"/api/patients/{patient.Id}/limits", "\"0\"", new { limits = new { heartRate = new { low = 40 } } });
        Assert.Equal("\"1\"", own.Headers.ETag!.Tag);

        var after = await JsonAsync(await doctor.GetAsync($"/api/patients/{patient.Id}/limits"));
        Assert.Equal(["40  patient", "92 100 ward", "90 160 default"], new[] { "heartRate", "spo2", "systolic" }.Select(sign => Line(after, sign)));
        Assert.Equal(40, host.Services.GetRequiredService<PatientDirectory>().Find(patient.Id)!.Limits[VitalSign.HeartRate].Low);
        Assert.Equal("limits.update", (await host.Accounts.ReadAuditAsync(patient.Id, 1))[0].Action);
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
