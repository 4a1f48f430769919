using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Tests.Contracts;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Tests.Unit.Patients;

public sealed class StayEndpointTests
{
    [Theory]
    [InlineData("discharge")]
    [InlineData("put")]
    [InlineData("delete")]
    public async Task Nobody_leaves_open_alerts_behind_without_a_reason(string way)
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        var patient = await FeatureHost.AddPatientAsync(nurse);
        host.OpenAlerts.Open.Add(Samples.Alert(patient.Id) with { Text = "* HR sensor off", Priority = AlertPriority.Low });
        host.OpenAlerts.Open.Add(Samples.Alert(patient.Id) with { Text = "*** SpO2 60 < 90", Priority = AlertPriority.High });
        host.OpenAlerts.Open.Add(Samples.Alert());

        var refused = await LeaveAsync(nurse, patient.Id, way, null);
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        var open = (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("openAlerts");
        Assert.Equal(["*** SpO2 60 < 90", "* HR sensor off"], open.EnumerateArray().Select(text => text.GetString()));
        var directory = host.Services.GetRequiredService<PatientDirectory>();
        Assert.Equal(PatientStatus.Admitted, directory.Find(patient.Id)!.Patient.Status);

        Assert.True((await LeaveAsync(nurse, patient.Id, way, "went home")).IsSuccessStatusCode);
        if (way == "delete")
        {
            Assert.Equal([patient.Id], host.OpenAlerts.Ended);
            Assert.Null(directory.Find(patient.Id));
            return;
        }
        var gone = directory.Find(patient.Id)!.Patient;
        Assert.Equal((PatientStatus.Discharged, new Discharge("nurse", "went home", host.Time.GetUtcNow())), (gone.Status, gone.Discharge));
        Assert.Contains("patient.discharge", (await host.ReadAuditAsync(patient.Id, 5)).Select(entry => entry.Action));
    }

    [Theory]
    [InlineData("discharge")]
    [InlineData("put")]
    [InlineData("delete")]
    public async Task Without_open_alerts_no_reason_is_needed(string way)
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        var patient = await FeatureHost.AddPatientAsync(nurse);
        Assert.True((await LeaveAsync(nurse, patient.Id, way, null)).IsSuccessStatusCode);
    }

    [Fact]
    public async Task A_patient_moves_leaves_and_comes_again()
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        var patient = await FeatureHost.AddPatientAsync(nurse);
        var path = $"/api/patients/{patient.Id}";
        Assert.Equal(HttpStatusCode.Conflict, (await nurse.PostAsync($"{path}/admit", null)).StatusCode);
        Assert.Equal(["ward"], await PatientEndpointTests.ErrorsAsync(await nurse.PostAsJsonAsync($"{path}/move", new { bed = "3" })));

        var moved = await nurse.PostAsJsonAsync($"{path}/move", new { ward = "Surgery", bed = "3" });
        Assert.Equal("\"2\"", moved.Headers.ETag!.Tag);
        Assert.Equal("North Surgery 3", Place((await moved.Content.ReadFromJsonAsync<Patient>())!));
        await nurse.PostAsJsonAsync($"{path}/discharge", new { reason = "well" });
        Assert.Equal(HttpStatusCode.Conflict, (await nurse.PostAsJsonAsync($"{path}/move", new { ward = "ICU" })).StatusCode);
        var back = (await (await nurse.PostAsJsonAsync($"{path}/admit", new { bed = "4" })).Content.ReadFromJsonAsync<Patient>())!;
        Assert.Equal(("North Surgery 4", PatientStatus.Admitted, null), (Place(back), back.Status, back.Discharge));
        Assert.Equal(
            ["patient.admit", "patient.discharge", "patient.move", "patient.create"], (await host.ReadAuditAsync(patient.Id, 9)).Select(entry => entry.Action));
        Assert.Equal(HttpStatusCode.NotFound, (await nurse.PostAsync($"/api/patients/{ObjectId.New(host.Time)}/discharge", null)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await host.Client(FeatureHost.ReadKey).PostAsync($"{path}/discharge", null)).StatusCode);
    }

    [Fact]
    public async Task A_bed_that_somebody_is_in_is_refused_with_who_is_there()
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        var first = await FeatureHost.AddPatientAsync(nurse);
        var second = await FeatureHost.AddPatientAsync(nurse, "M-2");
        var third = FeatureHost.NewPatient("M-3");
        third["bed"] = "1";
        await RefusedAsync(await nurse.PostAsJsonAsync("/api/patients", third));
        await RefusedAsync(await nurse.PostAsJsonAsync($"/api/patients/{second.Id}/move", new { ward = "ICU", bed = "1" }));
        var changed = FeatureHost.NewPatient("M-2");
        changed["bed"] = "1";
        await RefusedAsync(await PatientEndpointTests.PutAsync(nurse, second.Id, changed, "\"1\""));

        // Who is there may be changed, and in another ward is another bed.
        Assert.Equal(HttpStatusCode.OK, (await PatientEndpointTests.PutAsync(nurse, first.Id, FeatureHost.NewPatient(), "\"1\"")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await nurse.PostAsJsonAsync($"/api/patients/{second.Id}/move", new { ward = "Surgery", bed = "1" })).StatusCode);
        await nurse.PostAsync($"/api/patients/{first.Id}/discharge", null);
        Assert.Equal(HttpStatusCode.OK, (await nurse.PostAsJsonAsync($"/api/patients/{second.Id}/move", new { ward = "ICU", bed = "1" })).StatusCode);
        await RefusedAsync(await nurse.PostAsync($"/api/patients/{first.Id}/admit", null), "M-2");
        Assert.Equal(HttpStatusCode.OK, (await nurse.PostAsJsonAsync($"/api/patients/{first.Id}/admit", new { bed = "2" })).StatusCode);
    }

    [Fact]
    public async Task Of_two_who_are_put_into_one_bed_at_once_one_is()
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        Patient[] patients = [await FeatureHost.AddPatientAsync(nurse, "M-2"), await FeatureHost.AddPatientAsync(nurse, "M-3")];
        var answers = await Task.WhenAll(patients.Select(one => nurse.PostAsJsonAsync($"/api/patients/{one.Id}/move", new { ward = "ICU", bed = "7" })));
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Conflict], answers.Select(answer => answer.StatusCode).Order());
    }

    [Fact]
    public async Task A_record_takes_monitoring_standby_and_the_end_of_a_condition_and_can_be_sent_back()
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        var patient = await FeatureHost.AddPatientAsync(nurse);
        var body = FeatureHost.NewPatient();
        body["monitoring"] = "continuous";
        body["standby"] = new { until = host.Time.GetUtcNow().AddHours(2), reason = "in surgery" };
        body["medicalHistory"] = new[] { new { condition = "Pregnant", code = "77386006", diagnosed = "2020-01-02", abatement = "2020-09-30", clinicalStatus = "resolved" } };
        var json = await (await PatientEndpointTests.PutAsync(nurse, patient.Id, body, "\"1\"")).Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("continuous", json.GetProperty("monitoring").GetString());
        Assert.Equal("nurse", json.GetProperty("standby").GetProperty("setBy").GetString());
        Assert.Equal("2020-09-30 resolved", $"{json.GetProperty("medicalHistory")[0].GetProperty("abatement")} {json.GetProperty("medicalHistory")[0].GetProperty("clinicalStatus")}");

        // Also when the standby is over, and by someone else, who has not set it.
        host.Time.Advance(TimeSpan.FromHours(3));
        var again = await PatientEndpointTests.PutAsync(await host.SignedInAsync("doctor"), patient.Id, json, "\"2\"");
        Assert.Equal(json.GetProperty("standby").ToString(), (await again.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("standby").ToString());
    }

    [Theory]
    [InlineData("monitoring", "\"always\"", "monitoring")]
    [InlineData("standby", "{\"reason\":\"x\"}", "standby.until")]
    [InlineData("standby", "{\"reason\":\"x\",\"until\":\"2020-01-01T00:00:00Z\"}", "standby.until")]
    [InlineData("standby", "{\"reason\":\"x\",\"until\":\"2099-01-01T00:00:00Z\"}", "standby.until")]
    [InlineData("dischargeReason", "\"x\"", "dischargeReason")]
    [InlineData("medicalHistory", "[{\"condition\":\"x\",\"diagnosed\":\"2020-01-02\",\"abatement\":\"2020-01-01\"}]", "medicalHistory[0].abatement")]
    [InlineData("medicalHistory", "[{\"condition\":\"x\",\"clinicalStatus\":\"over\"}]", "medicalHistory[0].clinicalStatus")]
    public async Task What_is_wrong_with_them_is_told_by_field(string field, string value, string error)
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        var patient = await FeatureHost.AddPatientAsync(nurse);
        var body = FeatureHost.NewPatient();
        body[field] = JsonElement.Parse(value);
        Assert.Equal([error], await PatientEndpointTests.ErrorsAsync(await PatientEndpointTests.PutAsync(nurse, patient.Id, body, "\"1\"")));
    }

    private static async Task RefusedAsync(HttpResponseMessage answer, string occupant = "M-1")
    {
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        var there = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("occupant");
        Assert.Equal((occupant, "Quist, Zoë"), (there.GetProperty("mrn").GetString(), there.GetProperty("name").GetString()));
    }

    private static string Place(Patient patient) => $"{patient.Region} {patient.Ward} {patient.Bed}";

    private static async Task<HttpResponseMessage> LeaveAsync(HttpClient client, ObjectId id, string way, string? reason)
    {
        if (way == "discharge")
            return await client.PostAsJsonAsync($"/api/patients/{id}/discharge", new { reason });
        if (way == "put")
        {
            var body = FeatureHost.NewPatient();
            (body["status"], body["dischargeReason"]) = ("discharged", reason);
            return await PatientEndpointTests.PutAsync(client, id, body, "\"1\"");
        }
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"/api/patients/{id}{(reason is null ? "" : $"?reason={Uri.EscapeDataString(reason)}")}");
        request.Headers.TryAddWithoutValidation("If-Match", "\"1\"");
        return await client.SendAsync(request);
    }
}
