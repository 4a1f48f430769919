using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.WhatIf;

public sealed class WhatIfEndpointTests
{
    [Fact]
    public async Task A_what_if_is_started_and_read_and_answers_with_its_figures_and_alerts()
    {
        await using var host = await FeatureHost.StartAsync();
        var doctor = await host.SignedInAsync("doctor");
        var patient = await PastAsync(host, doctor);
        var started = await doctor.PostAsJsonAsync("/api/what-if", Ask(host, limits: new { heartRate = new { high = 90 } }, search: new { sign = "heartRate", side = "high", from = 85, to = 120, step = 5 }));
        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        var address = started.Headers.Location!.ToString();
        Assert.EndsWith((await JsonAsync(started)).GetProperty("id").GetString()!, address, StringComparison.Ordinal);

        var done = await DoneAsync(doctor, address);
        Assert.Equal((0, 1, 0, 1, 0), (Int(done, "history"), Int(done, "proposed"), Int(done, "saved"), Int(done, "added"), Int(done, "missedActedOn")));
        Assert.Equal(1, done.GetProperty("progress").GetDouble());
        Assert.Equal("{\"high\":0,\"medium\":1,\"low\":0}", done.GetProperty("byPriority").GetRawText());
        Assert.Equal("North/ICU 1", done.GetProperty("byBed")[0].GetProperty("key").GetString());
        Assert.Equal("heartRate high", done.GetProperty("bySign")[0].GetProperty("key").GetString());
        Assert.Equal("85 1, 90 1, 95 1, 100 0, 105 0, 110 0, 115 0, 120 0", string.Join(", ", done.GetProperty("curve").EnumerateArray().Select(point => $"{point.GetProperty("value")} {point.GetProperty("proposed")}")));
        Assert.Equal(100, done.GetProperty("best").GetDouble());

        var added = (await JsonAsync(await doctor.GetAsync($"{address}/alerts?kind=added"))).GetProperty("items")[0];
        Assert.Equal((patient.Id.ToString(), "heartRate", "high"), (added.GetProperty("patientId").GetString(), added.GetProperty("sign").GetString(), added.GetProperty("direction").GetString()));
        Assert.Equal(0, (await JsonAsync(await doctor.GetAsync($"{address}/alerts?kind=saved"))).GetProperty("total").GetInt32());
        Assert.Contains("page", await ErrorsAsync(await doctor.GetAsync($"{address}/alerts?page=0")), StringComparison.Ordinal);
        Assert.Contains(await host.ReadAuditAsync(patient.Id, 10), entry => entry.Action == "look.whatIf" && entry.Actor == "doctor");
    }

    [Fact]
    public async Task Without_wards_and_patients_it_is_of_everybody_whom_the_caller_may_see()
    {
        await using var host = await FeatureHost.StartAsync();
        var doctor = await host.SignedInAsync("doctor");
        var patient = await PastAsync(host, doctor);
        var now = host.Time.GetUtcNow();
        var started = await doctor.PostAsJsonAsync("/api/what-if", new { from = now.AddHours(-1), to = now, limits = new { heartRate = new { high = 90 } } });
        Assert.Equal(1, Int(await DoneAsync(doctor, started.Headers.Location!.ToString()), "added"));
        Assert.Contains(await host.ReadAuditAsync(patient.Id, 10), entry => entry.Action == "look.whatIf");
    }

    [Fact]
    public async Task What_is_wrong_is_named_with_its_value()
    {
        await using var host = await FeatureHost.StartAsync();
        var doctor = await host.SignedInAsync("doctor");
        await FeatureHost.AddPatientAsync(doctor);
        var now = host.Time.GetUtcNow();
        async Task RefusedAsync(object body, params string[] parts)
        {
            var errors = await ErrorsAsync(await doctor.PostAsJsonAsync("/api/what-if", body));
            Assert.All(parts, part => Assert.Contains(part, errors, StringComparison.Ordinal));
        }
        object[] ward = [new { region = "North", ward = "ICU" }];
        await RefusedAsync(new { }, "\"from\"", "\"to\"");
        await RefusedAsync(new { wards = ward, from = now, to = now.AddHours(-1) }, "\"from\"", "must be before to");
        await RefusedAsync(new { wards = ward, from = now.AddDays(-32), to = now }, "31 days");
        await RefusedAsync(new { wards = ward, from = now.AddDays(-7), to = now }, "\"from\"", "raw readings are kept for 7 days");
        await RefusedAsync(new { wards = ward, from = now.AddDays(-1), to = now.AddMinutes(1) }, "\"to\"", "allowed is the past");
        await RefusedAsync(new { wards = ward, from = now.AddDays(-1), to = now, limits = new { spo2 = new { low = 101 } } }, "\"limits.spo2.low\"", "is 101");
        await RefusedAsync(new { wards = ward, from = now.AddDays(-1), to = now, limits = new { pulse = new { low = 101 } } }, "\"limits.pulse\"", "is not known");
        await RefusedAsync(new { wards = ward, from = now.AddDays(-1), to = now, rules = new { spo2 = new { lowHoldOff = 90 } } }, "\"rules.spo2.lowHoldOff\"", "is 90");
        await RefusedAsync(new { wards = ward, from = now.AddDays(-1), to = now, scoreThreshold = 9 }, "\"scoreThreshold\"");
        await RefusedAsync(new { wards = ward, from = now.AddDays(-1), to = now, search = new { sign = "spo2", side = "low", from = 50, to = 90 } }, "\"search.step\"", "at most 12");
        await RefusedAsync(new { wards = new[] { new { region = "North", ward = "Attic" } }, from = now.AddDays(-1), to = now }, "\"wards[0]\"", "North/Attic");
        await RefusedAsync(new { patients = new[] { "nobody" }, from = now.AddDays(-1), to = now }, "\"patients[0]\"", "'nobody'");
        await RefusedAsync(new { patients = new[] { "65a000000000000000000001" }, from = now.AddDays(-1), to = now }, "\"patients[0]\"", "no such patient");
    }

    [Fact]
    public async Task It_is_its_owners_alone_one_at_a_time_and_can_be_cancelled()
    {
        var gate = new TaskCompletionSource();
        await using var host = await FeatureHost.StartAsync(services => Slow.Put(services, gate.Task));
        var doctor = await host.SignedInAsync("doctor");
        await FeatureHost.AddPatientAsync(doctor);
        var started = await doctor.PostAsJsonAsync("/api/what-if", Ask(host));
        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        var address = started.Headers.Location!.ToString();
        Assert.Equal(HttpStatusCode.Conflict, (await doctor.PostAsJsonAsync("/api/what-if", Ask(host))).StatusCode);
        var running = await JsonAsync(await doctor.GetAsync(address));
        Assert.Equal("running", running.GetProperty("state").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync($"{address}/alerts")).StatusCode);

        var nurse = await host.SignedInAsync("nurse");
        Assert.Equal(HttpStatusCode.NotFound, (await nurse.GetAsync(address)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await nurse.DeleteAsync(address)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await doctor.DeleteAsync(address)).StatusCode);
        await Eventually.HoldsAsync(async () => (await JsonAsync(await doctor.GetAsync(address))).GetProperty("state").GetString() == "cancelled", "cancelled");

        gate.SetResult();
        var next = (await doctor.PostAsJsonAsync("/api/what-if", Ask(host))).Headers.Location!.ToString();
        await DoneAsync(doctor, next);
        host.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync(next)).StatusCode);
    }

    [Fact]
    public async Task Only_patients_whom_the_caller_may_see_are_looked_at()
    {
        await using var host = await FeatureHost.StartAsync();
        var doctor = await host.SignedInAsync("doctor");
        var patient = await FeatureHost.AddPatientAsync(doctor);
        var account = (await host.Accounts.FindByNameAsync("nurse"))!;
        await host.Accounts.ReplaceAsync(account.SignedOut() with { Wards = AccountWards.Of([("North", "Surgery")]).ToString() });
        var nurse = await host.SignedInAsync("nurse");
        Assert.Contains("\"wards[0]\"", await ErrorsAsync(await nurse.PostAsJsonAsync("/api/what-if", Ask(host))), StringComparison.Ordinal);
        var now = host.Time.GetUtcNow();
        var named = await nurse.PostAsJsonAsync("/api/what-if", new { patients = new[] { patient.Id }, from = now.AddHours(-1), to = now });
        Assert.Equal(HttpStatusCode.Forbidden, named.StatusCode);
        Assert.Contains(await host.ReadAuditAsync(patient.Id, 10), entry => entry.Action == "look.refused");
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.Client().PostAsJsonAsync("/api/what-if", Ask(host))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await host.Client(FeatureHost.IngestKey).PostAsJsonAsync("/api/what-if", Ask(host))).StatusCode);
    }

    private static object Ask(FeatureHost host, object? limits = null, object? search = null)
    {
        var now = host.Time.GetUtcNow();
        return new { wards = new[] { new { region = "North", ward = "ICU" } }, from = now.AddHours(-1), to = now, limits = limits ?? new { }, search };
    }

    // A patient whose heart beat 99 for a minute half an hour ago.
    private static async Task<Patient> PastAsync(FeatureHost host, HttpClient client)
    {
        var patient = await FeatureHost.AddPatientAsync(client);
        var now = host.Time.GetUtcNow().ToUnixTimeMilliseconds();
        await host.Vitals.AppendAsync(
        [
            .. Enumerable.Range(0, 7200).SelectMany(second => new Reading[]
            {
                new(patient.Id, VitalSign.HeartRate, now - (1000L * (7200 - second)), second is > 5400 and < 5460 ? 99 : 72),
                new(patient.Id, VitalSign.RespiratoryRate, now - (1000L * (7200 - second)), 14),
                new(patient.Id, VitalSign.Spo2, now - (1000L * (7200 - second)), 97),
            }),
        ]);
        return patient;
    }

    private static async Task<JsonElement> DoneAsync(HttpClient client, string address)
    {
        JsonElement answer = default;
        await Eventually.HoldsAsync(
            async () =>
            {
                answer = await JsonAsync(await client.GetAsync(address));
                return answer.GetProperty("state").GetString() != "running";
            },
            "a what-if that is worked out");
        Assert.Equal("done", answer.GetProperty("state").GetString());
        return answer;
    }

    private static int Int(JsonElement json, string name) => json.GetProperty(name).GetInt32();

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer)
    {
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static async Task<string> ErrorsAsync(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }
}
