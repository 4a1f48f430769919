using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Tests.Unit.Patients;

public sealed class PatientEndpointTests
{
    [Fact]
    public async Task A_new_record_is_answered_with_its_id_version_address_and_ETag_and_is_in_memory_at_once()
    {
        await using var host = await FeatureHost.StartAsync();
        var answer = await host.Client(FeatureHost.WriteKey).PostAsJsonAsync("/api/patients", FeatureHost.NewPatient());
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal("\"1\"", answer.Headers.ETag!.Tag);
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>();
        var id = json.GetProperty("id").GetString()!;
        Assert.Equal($"/api/patients/{id}", answer.Headers.Location!.ToString());
        Assert.Equal("female", json.GetProperty("sex").GetString());
        Assert.Equal("admitted", json.GetProperty("status").GetString());
        Assert.Equal("1960-02-29", json.GetProperty("birthDate").GetString());
        Assert.Equal(1, json.GetProperty("version").GetInt64());
        Assert.Equal("COPD", json.GetProperty("medicalHistory")[0].GetProperty("condition").GetString());
        Assert.NotNull(host.Services.GetRequiredService<PatientDirectory>().Find(ObjectId.Parse(id)));
    }

    [Fact]
    public async Task A_record_as_it_was_read_can_be_sent_back_changed()
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        var patient = await FeatureHost.AddPatientAsync(nurse);
        var read = await nurse.GetAsync($"/api/patients/{patient.Id}");
        var changed = (await read.Content.ReadFromJsonAsync<Dictionary<string, object?>>())!;
        changed["bed"] = "2";

        var answer = await PutAsync(nurse, patient.Id, changed, read.Headers.ETag!.Tag);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("\"2\"", answer.Headers.ETag!.Tag);
        Assert.Equal("2", host.Services.GetRequiredService<PatientDirectory>().Find(patient.Id)!.Patient.Bed);
    }

    [Fact]
    public async Task A_date_of_birth_that_nobody_knows_is_null_and_can_be_sent_back()
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        var body = FeatureHost.NewPatient(new string('x', 64));
        (body["birthDate"], body["bed"]) = (null, "1");
        var json = await (await nurse.PostAsJsonAsync("/api/patients", body)).Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(JsonValueKind.Null, json.GetProperty("birthDate").ValueKind);
        var id = ObjectId.Parse(json.GetProperty("id").GetString()!);
        Assert.Equal(HttpStatusCode.OK, (await PutAsync(nurse, id, json, "\"1\"")).StatusCode);
        Assert.Equal(default, host.Services.GetRequiredService<PatientDirectory>().Find(id)!.Patient.BirthDate);
    }

    [Theory]
    [InlineData(null, 428)]
    [InlineData("\"7\"", 412)]
    [InlineData("*", 400)]
    [InlineData("W/\"1\"", 400)]
    [InlineData("1", 400)]
    [InlineData("\"1\", \"2\"", 400)]
    public async Task A_change_needs_the_ETag_that_it_was_made_from(string? ifMatch, int status)
    {
        await using var host = await FeatureHost.StartAsync();
        var client = host.Client(FeatureHost.WriteKey);
        var patient = await FeatureHost.AddPatientAsync(client);
        var put = await PutAsync(client, patient.Id, FeatureHost.NewPatient(), ifMatch);
        var delete = await DeleteAsync(client, patient.Id, ifMatch);
        Assert.Equal((status, status), ((int)put.StatusCode, (int)delete.StatusCode));
        Assert.Equal("application/problem+json", put.Content.Headers.ContentType?.MediaType);
        Assert.Equal("application/problem+json", delete.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Of_two_changes_made_from_one_version_the_second_is_refused()
    {
        await using var host = await FeatureHost.StartAsync();
        var client = host.Client(FeatureHost.WriteKey);
        var patient = await FeatureHost.AddPatientAsync(client);
        var both = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => PutAsync(client, patient.Id, FeatureHost.NewPatient(), "\"1\"")));
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.PreconditionFailed], both.Select(a => a.StatusCode).Order());
    }

    [Fact]
    public async Task A_second_patient_with_an_MRN_is_refused_whether_made_or_changed()
    {
        await using var host = await FeatureHost.StartAsync();
        var client = host.Client(FeatureHost.WriteKey);
        await FeatureHost.AddPatientAsync(client);
        var other = await FeatureHost.AddPatientAsync(client, "M-2");
        Assert.Equal(HttpStatusCode.Conflict, (await client.PostAsJsonAsync("/api/patients", FeatureHost.NewPatient())).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await PutAsync(client, other.Id, FeatureHost.NewPatient(), "\"1\"")).StatusCode);
    }

    [Fact]
    public async Task A_deleted_record_is_gone_from_every_answer()
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        var patient = await FeatureHost.AddPatientAsync(nurse);
        Assert.Equal(HttpStatusCode.NoContent, (await DeleteAsync(nurse, patient.Id, "\"1\"")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await nurse.GetAsync($"/api/patients/{patient.Id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await DeleteAsync(nurse, patient.Id, "\"1\"")).StatusCode);
        Assert.Equal(0, (await nurse.GetFromJsonAsync<JsonElement>("/api/patients")).GetProperty("total").GetInt32());
        Assert.Null(host.Services.GetRequiredService<PatientDirectory>().Find(patient.Id));
    }

    [Fact]
    public async Task Lists_are_searched_filtered_and_paged()
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        foreach (var mrn in new[] { "M-1", "M-2", "M-3" })
            await FeatureHost.AddPatientAsync(nurse, mrn);
        var page = await nurse.GetFromJsonAsync<JsonElement>("/api/patients?search=zo%C3%AB&region=North&ward=ICU&page=2&pageSize=2");
        Assert.Equal(3, page.GetProperty("total").GetInt32());
        Assert.Equal(1, page.GetProperty("items").GetArrayLength());
        Assert.Equal(0, (await nurse.GetFromJsonAsync<JsonElement>("/api/patients?ward=other")).GetProperty("total").GetInt32());
    }

    [Theory]
    [InlineData("page=0", "page")]
    [InlineData("page=x", "page")]
    [InlineData("pageSize=501", "pageSize")]
    [InlineData("pageSize=0", "pageSize")]
    [InlineData("sort=name", "sort")]
    public async Task A_list_asked_for_wrongly_names_what_is_wrong(string query, string field)
    {
        await using var host = await FeatureHost.StartAsync();
        var answer = await host.Client(FeatureHost.ReadKey).GetAsync($"/api/patients?{query}");
        Assert.Equal([field], await ErrorsAsync(answer));
    }

    [Fact]
    public async Task Each_change_and_each_look_at_one_record_is_in_the_audit_under_who_did_it()
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        var patient = await FeatureHost.AddPatientAsync(nurse);
        await nurse.GetAsync($"/api/patients/{patient.Id}");
        await PutAsync(host.Client(FeatureHost.WriteKey), patient.Id, FeatureHost.NewPatient(), "\"1\"");
        await DeleteAsync(nurse, patient.Id, "\"2\"");
        await DeleteAsync(nurse, patient.Id, "\"2\"");
        Assert.Equal(
            [("nurse", "patient.delete"), ("test write", "patient.update"), ("nurse", "look.patient"), ("nurse", "patient.create")],
            (await host.ReadAuditAsync(patient.Id, 10)).Select(e => (e.Actor, e.Action)));
    }

    internal static Task<HttpResponseMessage> PutAsync(HttpClient client, ObjectId id, object body, string? ifMatch, string what = "") =>
        SendAsync(client, HttpMethod.Put, $"/api/patients/{id}{what}", ifMatch, JsonContent.Create(body));

    internal static async Task<string[]> ErrorsAsync(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var errors = JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("errors");
        return [.. errors.EnumerateObject().Select(e => e.Name).Order(StringComparer.Ordinal)];
    }

    private static Task<HttpResponseMessage> DeleteAsync(HttpClient client, ObjectId id, string? ifMatch) =>
        SendAsync(client, HttpMethod.Delete, $"/api/patients/{id}", ifMatch, null);

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, HttpMethod method, string path, string? ifMatch, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (ifMatch is not null)
            Assert.True(request.Headers.TryAddWithoutValidation("If-Match", ifMatch));
        return await client.SendAsync(request);
    }
}
