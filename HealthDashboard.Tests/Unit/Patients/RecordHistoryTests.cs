using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Data.Model;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Patients;

/// <summary>Versions of a record, what restores one, and notes, over HTTP.</summary>
public sealed class RecordHistoryTests
{
    [Fact]
    public async Task Every_version_says_who_made_it_and_when()
    {
        await using var host = await FeatureHost.StartAsync();
        var (nurse, doctor) = (await host.SignedInAsync("nurse"), await host.SignedInAsync("doctor"));
        var patient = await FeatureHost.AddPatientAsync(nurse);
        var created = host.Time.GetUtcNow();
        host.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(HttpStatusCode.OK, (await PutAsync(doctor, patient.Id, 1, ("codeStatus", "dnacpr"))).StatusCode);

        var versions = await nurse.GetFromJsonAsync<JsonElement>($"/api/patients/{patient.Id}/versions");

        Assert.Equal(
            [(2L, "doctor", created.AddMinutes(5), (string?)"dnacpr"), (1L, "nurse", created, null)],
            versions.EnumerateArray().Select(version => (
                version.GetProperty("version").GetInt64(),
                version.GetProperty("changedBy").GetString()!,
                version.GetProperty("changedAt").GetDateTimeOffset(),
                version.GetProperty("codeStatus").GetString())));
        Assert.Equal(1, (await nurse.GetFromJsonAsync<JsonElement>($"/api/patients/{patient.Id}/versions?limit=1")).GetArrayLength());
        Assert.Equal(HttpStatusCode.BadRequest, (await nurse.GetAsync($"/api/patients/{patient.Id}/versions?limit=0")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await nurse.GetAsync($"/api/patients/{ObjectId.New(host.Time)}/versions")).StatusCode);
    }

    [Fact]
    public async Task A_version_that_is_restored_is_a_new_one_and_moves_nobody()
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        var patient = await FeatureHost.AddPatientAsync(nurse);
        await PutAsync(nurse, patient.Id, 1, ("allergies", new[] { "Penicillin" }), ("medicalHistory", new[] { new { condition = "Asthma", code = "195967001", diagnosed = "1999-12-31" } }));
        await PutAsync(nurse, patient.Id, 2, ("allergies", Array.Empty<string>()), ("bed", "9"), ("familyName", "Wrong"));

        var restored = await RestoreAsync(nurse, patient.Id, 2, "\"3\"");

        Assert.Equal("\"4\"", restored.Headers.ETag!.Tag);
        var record = (await restored.Content.ReadFromJsonAsync<Patient>(JsonSerializerOptions.Web))!;
        Assert.Equal((4L, "9", patient.FamilyName), (record.Version, record.Bed, record.FamilyName));
        Assert.Equal(["Penicillin"], record.Allergies);
        Assert.Equal([new MedicalCondition("Asthma", new DateOnly(1999, 12, 31), "195967001")], record.MedicalHistory);
        Assert.Contains(("patient.restore", "version 2"), (await host.ReadAuditAsync(patient.Id, 5)).Select(entry => (entry.Action, entry.Detail)));
    }

    [Fact]
    public async Task What_cannot_be_restored_is_refused_and_changes_nothing()
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        var patient = await FeatureHost.AddPatientAsync(nurse);
        await PutAsync(nurse, patient.Id, 1, ("bed", "9"));

        Assert.Equal(HttpStatusCode.PreconditionRequired, (await RestoreAsync(nurse, patient.Id, 1, null)).StatusCode);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await RestoreAsync(nurse, patient.Id, 1, "\"1\"")).StatusCode);
        var unknown = await RestoreAsync(nurse, patient.Id, 7, "\"2\"");
        Assert.Equal(HttpStatusCode.BadRequest, unknown.StatusCode);
        Assert.Contains("is 7; allowed are 1 to 2", await unknown.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.BadRequest, (await RestoreAsync(nurse, patient.Id, null, "\"2\"")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await RestoreAsync(nurse, ObjectId.New(host.Time), 1, "\"1\"")).StatusCode);
        Assert.Equal(2, (await nurse.GetFromJsonAsync<JsonElement>($"/api/patients/{patient.Id}/versions")).GetArrayLength());
    }

    [Fact]
    public async Task A_restored_MRN_that_somebody_else_has_by_now_is_refused()
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        var patient = await FeatureHost.AddPatientAsync(nurse);
        await PutAsync(nurse, patient.Id, 1, ("mrn", "M-2"), ("bed", "9"));
        await FeatureHost.AddPatientAsync(nurse);

        Assert.Equal(HttpStatusCode.Conflict, (await RestoreAsync(nurse, patient.Id, 1, "\"2\"")).StatusCode);
    }

    [Fact]
    public async Task Notes_are_kept_with_who_wrote_them_and_corrected_by_others()
    {
        await using var host = await FeatureHost.StartAsync();
        var (nurse, doctor) = (await host.SignedInAsync("nurse"), await host.SignedInAsync("doctor"));
        var patient = await FeatureHost.AddPatientAsync(nurse);
        var path = $"/api/patients/{patient.Id}/notes";
        var first = await (await nurse.PostAsJsonAsync(path, new { text = "  Fell.\nNo injury. " })).Content.ReadFromJsonAsync<JsonElement>();
        host.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.OK, (await doctor.PostAsJsonAsync(path, new { text = "Left wrist swollen.", corrects = first.GetProperty("id").GetString() })).StatusCode);

        var notes = (await nurse.GetFromJsonAsync<JsonElement>(path)).EnumerateArray().ToList();
        Assert.Equal([("doctor", "Left wrist swollen."), ("nurse", "Fell.\nNo injury.")], notes.Select(note => (note.GetProperty("by").GetString()!, note.GetProperty("text").GetString()!)));
        Assert.Equal(first.GetProperty("id").GetString(), notes[0].GetProperty("corrects").GetString());
    }

    [Theory]
    [InlineData("""{"text":" "}""", "text")]
    [InlineData("""{}""", "text")]
    [InlineData("""{"text":"a\u202eb"}""", "text")]
    [InlineData("""{"text":"a","corrects":"nothing"}""", "corrects")]
    [InlineData("""{"text":"a","corrects":"0123456789abcdef01234567"}""", "corrects")]
    [InlineData("""{"text":"a","by":"doctor"}""", "by")]
    public async Task A_note_that_is_wrong_is_refused(string body, string field)
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        var patient = await FeatureHost.AddPatientAsync(nurse);
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        var answer = await nurse.PostAsync($"/api/patients/{patient.Id}/notes", content);

        Assert.Equal([field], await PatientEndpointTests.ErrorsAsync(answer));
        Assert.Equal(0, (await nurse.GetFromJsonAsync<JsonElement>($"/api/patients/{patient.Id}/notes")).GetArrayLength());
    }

    [Fact]
    public async Task Nobody_writes_a_note_for_a_patient_who_is_not_there()
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        var path = $"/api/patients/{ObjectId.New(host.Time)}/notes";
        Assert.Equal(HttpStatusCode.NotFound, (await nurse.PostAsJsonAsync(path, new { text = "a" })).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await nurse.GetAsync(path)).StatusCode);
    }

    private static async Task<HttpResponseMessage> PutAsync(HttpClient client, ObjectId id, long version, params (string Field, object? Value)[] changes)
    {
        var record = FeatureHost.NewPatient();
        var now = await client.GetFromJsonAsync<Dictionary<string, object?>>($"/api/patients/{id}");
        foreach (var (field, value) in now!)
            record[field] = value;
        foreach (var (field, value) in changes)
            record[field] = value;
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/patients/{id}") { Content = JsonContent.Create(record) };
        request.Headers.TryAddWithoutValidation("If-Match", $"\"{version}\"");
        return await client.SendAsync(request);
    }

    private static Task<HttpResponseMessage> RestoreAsync(HttpClient client, ObjectId id, int? version, string? ifMatch)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/api/patients/{id}/restore") { Content = JsonContent.Create(new { version }) };
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return client.SendAsync(request);
    }
}
