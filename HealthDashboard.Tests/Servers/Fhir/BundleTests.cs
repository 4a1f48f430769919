using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Servers.Fhir;

/// <summary><c>POST /fhir</c> on the real app.</summary>
public sealed class BundleTests(FhirApp app) : IClassFixture<FhirApp>
{
    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task A_transaction_brings_in_a_patient_with_record_stay_team_and_readings_of_now_that_alarms_see()
    {
        var (answer, body) = await app.PostAsync("fhir", FhirApp.Bundle(
            "transaction",
            FhirApp.Patient("F-1"),
            """{"resourceType":"Condition","clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]},"code":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10","code":"J44.1"}],"text":"COPD"},"subject":{"reference":"urn:uuid:0"},"onsetDateTime":"2011-05-01T23:30:00-05:00"}""",
            """{"resourceType":"AllergyIntolerance","code":{"text":"Penicillin"},"patient":{"reference":"Patient?identifier=urn:healthdashboard:mrn|F-1"}}""",
            """{"resourceType":"MedicationStatement","status":"active","medicationCodeableConcept":{"text":"Salbutamol"},"subject":{"reference":"urn:uuid:0"}}""",
            """{"resourceType":"Location","name":"7","physicalType":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/location-physical-type","code":"bd"}]},"partOf":{"reference":"urn:uuid:5"}}""",
            """{"resourceType":"Location","name":"ICU","physicalType":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/location-physical-type","code":"wa"}]}}""",
            """{"resourceType":"Encounter","status":"in-progress","class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"IMP"},"subject":{"reference":"urn:uuid:0"},"location":[{"location":{"reference":"urn:uuid:4"}}]}""",
            """{"resourceType":"Practitioner","identifier":[{"system":"urn:x","value":"n1"}],"name":[{"text":"Nora Nurse"}]}""",
            """{"resourceType":"PractitionerRole","practitioner":{"reference":"urn:uuid:7"},"code":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/practitioner-role","code":"nurse"}]}]}""",
            """{"resourceType":"CareTeam","status":"active","subject":{"reference":"urn:uuid:0"},"participant":[{"member":{"reference":"urn:uuid:7"}}]}""",
            """{"resourceType":"Device","identifier":[{"value":"monitor-7"}],"deviceName":[{"name":"Monitor 7","type":"user-friendly-name"}]}""",
            $$"""{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"8867-4"}]},"subject":{"reference":"urn:uuid:0"},"device":{"reference":"urn:uuid:10"},"effectiveDateTime":"{{Now.AddSeconds(-20):yyyy-MM-ddTHH:mm:ssZ}}","valueQuantity":{"value":200,"unit":"beats/minute","system":"http://unitsofmeasure.org","code":"/min"} }""",
            $$"""{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"8867-4"}]},"subject":{"reference":"urn:uuid:0"},"device":{"reference":"urn:uuid:10"},"effectiveDateTime":"{{Now:yyyy-MM-ddTHH:mm:ssZ}}","valueQuantity":{"value":201,"unit":"beats/minute","system":"http://unitsofmeasure.org","code":"/min"} }""",
            $$"""{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"85354-9"}]},"subject":{"reference":"urn:uuid:0"},"effectiveDateTime":"{{Now:yyyy-MM-ddTHH:mm:ssZ}}","component":[{"code":{"coding":[{"system":"http://loinc.org","code":"8480-6"}]},"valueQuantity":{"value":16,"system":"http://unitsofmeasure.org","code":"kPa"} },{"code":{"coding":[{"system":"http://loinc.org","code":"8462-4"}]},"valueQuantity":{"value":80,"unit":"mmHg"} }]}"""));

        Assert.True(answer.StatusCode == HttpStatusCode.OK, body.ToString());
        Assert.Equal("transaction-response", body.GetProperty("type").GetString());
        var entries = body.GetProperty("entry").EnumerateArray().ToList();
        Assert.Equal(14, entries.Count);
        Assert.All(entries, entry => Assert.StartsWith("20", entry.GetProperty("response").GetProperty("status").GetString(), StringComparison.Ordinal));
        Assert.False(answer.Headers.Contains("X-Not-Kept"));
        var id = Location(entries[0])["Patient/".Length..];
        var record = await app.Server.Client.GetFromJsonAsync<JsonElement>($"api/patients/{id}");
        Assert.Equal(("F-1", "Quist", "Zoë Ann", "ICU", "7", "admitted"), (Text(record, "mrn"), Text(record, "familyName"), Text(record, "givenName"), Text(record, "ward"), Text(record, "bed"), Text(record, "status")));
        Assert.Equal("J44.1 2011-05-01 COPD", record.GetProperty("medicalHistory")[0] is var entry0 ? $"{Text(entry0, "code")} {Text(entry0, "diagnosed")} {Text(entry0, "condition")}" : "");
        Assert.Equal(("Penicillin", "Salbutamol"), (record.GetProperty("allergies")[0].GetString(), record.GetProperty("medications")[0].GetString()));
        var team = await app.Server.Client.GetFromJsonAsync<JsonElement>($"api/patients/{id}/care-team");
        Assert.Contains("Nora Nurse", team.ToString(), StringComparison.Ordinal);
        var latest = await app.Server.Client.GetFromJsonAsync<JsonElement>($"api/patients/{id}/vitals/latest");
        Assert.Equal([201.0, 120.0, 80.0], latest.EnumerateArray().Select(value => value.GetProperty("value").GetDouble()));
        await Eventually.HoldsAsync(
            async () => (await app.Server.Client.GetStringAsync($"api/alerts?patientId={id}")).Contains("heartRate", StringComparison.Ordinal),
            "the alert on a heart rate of 200");
    }

    [Fact]
    public async Task A_transaction_with_one_bad_entry_writes_nothing()
    {
        var got = await app.PostAsync("fhir", FhirApp.Bundle(
            "transaction",
            FhirApp.Patient("F-2"),
            """{"resourceType":"Condition","code":{"text":"COPD"},"subject":{"reference":"urn:uuid:nobody"}}"""));

        FhirApp.AssertRefused(HttpStatusCode.UnprocessableEntity, got);
        Assert.Contains("Bundle.entry[1]", got.Body.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync("F-2"));
    }

    [Fact]
    public async Task A_batch_keeps_what_is_good_and_says_of_each_other_why_not()
    {
        var (answer, body) = await app.PostAsync("fhir", FhirApp.Bundle(
            "batch",
            FhirApp.Patient("F-3"),
            """{"resourceType":"Condition","code":{"text":"COPD"},"subject":{"reference":"urn:uuid:nobody"}}""",
            """{"resourceType":"Claim"}""",
            """{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"8867-4"}]},"subject":{"reference":"urn:uuid:0"},"effectiveDateTime":"2026-01-01T10:00:00","valueQuantity":{"value":70,"code":"/min"}}""",
            """{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"8867-4"}]},"subject":{"reference":"urn:uuid:0"},"effectiveDateTime":"2026-01-01","valueQuantity":{"value":70,"code":"/min"}}""",
            """{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"8867-4"}]},"subject":{"reference":"urn:uuid:0"},"effectiveDateTime":"2999-01-01T10:00:00Z","valueQuantity":{"value":70,"code":"/min"}}"""));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("Claim=1, Condition=1, Observation=3", Assert.Single(answer.Headers.GetValues("X-Not-Kept")));
        Assert.Equal(
            ["201 Created", "422", "200 OK", "400", "422", "422"],
            body.GetProperty("entry").EnumerateArray().Select(entry => Text(entry.GetProperty("response"), "status")));
        Assert.Equal(1, await CountAsync("F-3"));
    }

    [Fact]
    public async Task Sent_again_a_bundle_changes_nothing()
    {
        var bundle = FhirApp.Bundle(
            "collection",
            FhirApp.Patient("F-4"),
            """{"resourceType":"Condition","code":{"coding":[{"system":"http://snomed.info/sct","code":"38341003"}],"text":"Hypertension"},"subject":{"reference":"urn:uuid:0"},"onsetDateTime":"2001-02-03"}""",
            """{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"8310-5"}]},"subject":{"reference":"urn:uuid:0"},"effectiveDateTime":"2001-02-03T04:05:06Z","valueQuantity":{"value":98.6,"code":"[degF]"}}""");
        var first = await app.PostAsync("fhir", bundle);
        var id = Location(first.Body.GetProperty("entry")[0])["Patient/".Length..];
        var before = await app.Server.Client.GetStringAsync($"api/patients/{id}");

        var (_, body) = await app.PostAsync("fhir", bundle);

        Assert.Equal(before, await app.Server.Client.GetStringAsync($"api/patients/{id}"));
        Assert.Equal("200 OK", Text(body.GetProperty("entry")[0].GetProperty("response"), "status"));
        var chart = await app.Server.Client.GetFromJsonAsync<JsonElement>($"api/patients/{id}/vitals?sign=temperature&from=2001-02-03T04:00:00Z&to=2001-02-03T04:10:00Z");
        var point = Assert.Single(chart.GetProperty("points").EnumerateArray());
        Assert.Equal((37.0, 1), (point.GetProperty("mean").GetDouble(), point.GetProperty("count").GetInt32()));
    }

    [Fact]
    public async Task The_same_bundle_from_several_at_once_is_one_patient()
    {
        var bundle = FhirApp.Bundle("transaction", FhirApp.Patient("F-10"), """{"resourceType":"Condition","code":{"text":"COPD"},"subject":{"reference":"urn:uuid:0"}}""");

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => app.PostAsync("fhir", bundle)));

        Assert.All(answers, got => Assert.True(got.Answer.StatusCode == HttpStatusCode.OK, got.Body.ToString()));
        Assert.Single(answers.Select(got => Location(got.Body.GetProperty("entry")[0])).Distinct());
        Assert.Equal(1, await CountAsync("F-10"));
    }

    [Fact]
    public async Task An_encounter_that_does_not_say_where_moves_nobody()
    {
        const string encounter = """{"resourceType":"Encounter","status":"in-progress","class":{"code":"IMP"},"subject":{"reference":"urn:uuid:0"}LOCATION}""";
        const string bed = """{"resourceType":"Location","name":"E11","physicalType":{"coding":[{"code":"bd"}]},"partOf":{"display":"ER"}}""";
        var (_, body) = await app.PostAsync("fhir", FhirApp.Bundle("transaction", FhirApp.Patient("F-11"), bed, encounter.Replace("LOCATION", ",\"location\":[{\"location\":{\"reference\":\"urn:uuid:1\"}}]", StringComparison.Ordinal)));
        var id = Location(body.GetProperty("entry")[0])["Patient/".Length..];

        await app.PostAsync("fhir", FhirApp.Bundle("transaction", FhirApp.Patient("F-11"), encounter.Replace("LOCATION", "", StringComparison.Ordinal)));

        var record = await app.Server.Client.GetFromJsonAsync<JsonElement>($"api/patients/{id}");
        Assert.Equal(("ER", "E11", 1), (Text(record, "ward"), Text(record, "bed"), record.GetProperty("version").GetInt32()));

        var (_, taken) = await app.PostAsync("fhir", FhirApp.Bundle("batch", FhirApp.Patient("F-12"), bed, encounter.Replace("LOCATION", ",\"location\":[{\"location\":{\"reference\":\"urn:uuid:1\"}}]", StringComparison.Ordinal), """{"resourceType":"AllergyIntolerance","code":{"text":"Latex"},"patient":{"reference":"urn:uuid:0"}}"""));
        Assert.Equal(["409", "200 OK", "409", "409"], taken.GetProperty("entry").EnumerateArray().Select(entry => Text(entry.GetProperty("response"), "status")));
        Assert.Equal(0, await CountAsync("F-12"));
    }

    [Fact]
    public async Task A_number_of_another_system_is_nobodys()
    {
        Assert.Equal(HttpStatusCode.OK, (await app.PostAsync("fhir", FhirApp.Bundle("transaction", FhirApp.Patient("F-20")))).Answer.StatusCode);
        const string theirs = "Patient?identifier=urn:insurance|F-20";

        var (_, body) = await app.PostAsync("fhir", $$"""
            {"resourceType":"Bundle","type":"batch","entry":[
              {"resource":{"resourceType":"AllergyIntolerance","code":{"text":"Latex"},"patient":{"reference":"{{theirs}}"} },"request":{"method":"POST","url":"AllergyIntolerance"} },
              {"resource":{{FhirApp.Patient("F-20", "Other")}},"request":{"method":"PUT","url":"{{theirs}}"} },
              {"resource":{{FhirApp.Patient("F-21")}},"request":{"method":"POST","url":"Patient","ifNoneExist":"identifier=urn:insurance|F-20"} }]}
            """);

        Assert.Equal(["422", "404", "422"], body.GetProperty("entry").EnumerateArray().Select(entry => Text(entry.GetProperty("response"), "status")));
        var (_, found) = await app.GetAsync("fhir/Patient?identifier=F-20");
        var record = await app.Server.Client.GetFromJsonAsync<JsonElement>($"api/patients/{Text(found.GetProperty("entry")[0].GetProperty("resource"), "id")}");
        Assert.Equal(("Quist", 0, 1), (Text(record, "familyName"), record.GetProperty("allergies").GetArrayLength(), record.GetProperty("version").GetInt32()));
        Assert.Equal(0, await CountAsync("F-21"));
    }

    [Fact]
    public async Task What_two_resources_are_called_means_neither()
    {
        static string Named(string mrn) => FhirApp.Patient(mrn).Replace("\"Patient\",", "\"Patient\",\"id\":\"1\",", StringComparison.Ordinal);
        const string allergy = """{"resourceType":"AllergyIntolerance","code":{"text":"Latex"},"patient":{"reference":"Patient/1"}}""";

        var (_, body) = await app.PostAsync("fhir", FhirApp.Bundle("batch", Named("F-22"), Named("F-23"), allergy));

        Assert.Equal(["201 Created", "201 Created", "422"], body.GetProperty("entry").EnumerateArray().Select(entry => Text(entry.GetProperty("response"), "status")));
    }

    [Fact]
    public async Task Another_person_under_the_same_number_is_refused()
    {
        await app.PostAsync("fhir", FhirApp.Bundle("batch", FhirApp.Patient("F-5")));
        FhirApp.AssertRefused(HttpStatusCode.Conflict, await app.PostAsync("fhir", FhirApp.Bundle("transaction", FhirApp.Patient("F-5", "Nobody"))));
    }

    [Fact]
    public async Task Circles_of_references_end_and_doubles_are_refused()
    {
        var (answer, _) = await app.PostAsync("fhir", FhirApp.Bundle(
            "transaction",
            FhirApp.Patient("F-6"),
            """{"resourceType":"Location","name":"A","partOf":{"reference":"urn:uuid:2"}}""",
            """{"resourceType":"Location","name":"B","partOf":{"reference":"urn:uuid:1"}}""",
            """{"resourceType":"Encounter","status":"in-progress","class":{"code":"IMP"},"subject":{"reference":"urn:uuid:0"},"location":[{"location":{"reference":"urn:uuid:1"}}]}"""));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        var twice = FhirApp.Bundle("transaction", FhirApp.Patient("F-7"), FhirApp.Patient("F-8")).Replace("urn:uuid:1", "urn:uuid:0", StringComparison.Ordinal);
        FhirApp.AssertRefused(HttpStatusCode.BadRequest, await app.PostAsync("fhir", twice));
        FhirApp.AssertRefused(HttpStatusCode.BadRequest, await app.PostAsync("fhir", FhirApp.Bundle("transaction", FhirApp.Patient("F-7"), FhirApp.Patient("F-7"))));
    }

    [Theory]
    [InlineData("application/fhir+xml", "<Bundle/>", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("text/plain", "x", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/fhir+json", "<Bundle/>", HttpStatusCode.BadRequest)]
    [InlineData("application/json", "{", HttpStatusCode.BadRequest)]
    public async Task What_is_no_json_is_refused_by_an_OperationOutcome(string type, string body, HttpStatusCode status)
    {
        using var content = new StringContent(body, Encoding.UTF8, type);
        var answer = await app.Server.Client.PostAsync("fhir", content);

        Assert.Equal((status, "application/fhir+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Contains("OperationOutcome", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("no-such-key", HttpStatusCode.Unauthorized)]
    public async Task Nobody_without_a_key_brings_anything_in(string? key, HttpStatusCode status)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = app.Server.Address };
        if (key is not null)
            client.DefaultRequestHeaders.Add("X-Api-Key", key);
        client.DefaultRequestHeaders.Add("Accept", "text/html");
        using var content = new StringContent(FhirApp.Bundle("batch", FhirApp.Patient("F-9")), Encoding.UTF8, "application/fhir+json");

        var answer = await client.PostAsync("fhir", content);

        Assert.Equal((status, "application/fhir+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
    }

    // A search finds what begins so, too.
    private async Task<int> CountAsync(string mrn) => (await app.Server.Client.GetFromJsonAsync<JsonElement>($"api/patients?search={mrn}"))
        .GetProperty("items").EnumerateArray().Count(patient => Text(patient, "mrn") == mrn);

    private static string Location(JsonElement entry) => Text(entry.GetProperty("response"), "location")!;

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;
}
