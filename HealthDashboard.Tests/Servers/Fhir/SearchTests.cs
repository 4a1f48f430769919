using System.Net;
using System.Text.Json;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Servers.Fhir;

/// <summary>Reading, searching and writing single resources on the real app.</summary>
public sealed class SearchTests(FhirApp app) : IClassFixture<FhirApp>
{
    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task Each_kind_of_resource_of_an_admitted_patient_is_read_searched_and_valid()
    {
        var id = await AdmitAsync("S-1");
        await Eventually.HoldsAsync(async () => Count((await app.GetAsync($"fhir/Flag?patient={id}&status=active")).Body) > 0, "an alert");

        foreach (var type in (string[])["Patient", "Condition", "AllergyIntolerance", "MedicationStatement", "Observation", "Encounter", "CareTeam", "Flag", "Location", "Practitioner", "Device"])
        {
            var filter = type switch { "Patient" => $"_id={id}", "Location" or "Practitioner" => "_count=50", _ => $"patient={id}" };
            var (answer, page) = await app.GetAsync($"fhir/{type}?{filter}");
            Assert.True(answer.StatusCode == HttpStatusCode.OK && Count(page) > 0, $"{type}: {page}");
            Validity.Assert(page);
            foreach (var resource in Resources(page))
            {
                var (read, again) = await app.GetAsync($"fhir/{type}/{Text(resource, "id")}");
                Assert.True(read.StatusCode == HttpStatusCode.OK, again.ToString());
                Assert.Equal(Text(resource, "id"), Text(again, "id"));
                Validity.Assert(again);
            }
        }
        var (_, metadata) = await app.GetAsync("fhir/metadata");
        Validity.Assert(metadata);
    }

    [Fact]
    public async Task The_score_has_its_parts_and_says_what_is_missing()
    {
        var id = await AdmitAsync("S-2");

        var (_, score) = await app.GetAsync($"fhir/Observation/{id}-news2");

        Validity.Assert(score);
        Assert.Equal("88330-6", Text(score.GetProperty("code").GetProperty("coding")[0], "code"));
        Assert.Equal(3, score.GetProperty("valueQuantity").GetProperty("value").GetInt32());
        var parts = score.GetProperty("component").EnumerateArray().ToDictionary(part => Text(part.GetProperty("code").GetProperty("coding")[0], "code")!);
        Assert.Equal(7, parts.Count);
        Assert.Equal(3, parts["heartRate"].GetProperty("valueQuantity").GetProperty("value").GetInt32());
        Assert.True(parts["spo2"].TryGetProperty("dataAbsentReason", out _));
        Assert.Equal(1, Count((await app.GetAsync($"fhir/Observation?patient={id}&code=http://loinc.org|88330-6")).Body));
    }

    [Theory]
    [InlineData("date=2001-02-03", "1 2 3")]
    [InlineData("date=ge2001-02-03T04:05:00Z&date=lt2001-02-03T04:06:00Z", "2")]
    [InlineData("date=gt2001-02-03T04:05:00Z", "3")]
    [InlineData("date=lt2001-02-03T04:05:00Z", "1")]
    [InlineData("date=2001-02-03&_sort=-date", "3 2 1")]
    [InlineData("date=2001-02-03&code=http://loinc.org|8867-4", "")]
    [InlineData("date=2001-02-03&code=8310-5", "1 2 3")]
    [InlineData("date=2001-02-03&category=vital-signs", "1 2 3")]
    [InlineData("date=2001-02-03&category=laboratory", "")]
    [InlineData("date=2002", "")]
    [InlineData("date=eq2001,2003", "1 2 3")]
    public async Task Observations_are_found_by_date_code_and_category(string query, string expected)
    {
        var id = await PatientAsync("S-3", Temperature("2001-02-03T03:00:00Z", 36.1), Temperature("2001-02-03T04:05:00Z", 36.2), Temperature("2001-02-03T05:00:00Z", 36.3));

        var found = await PagesAsync($"fhir/Observation?patient={id}&_count=2&{query}{(query.Contains("_sort", StringComparison.Ordinal) ? "" : "&_sort=date")}");

        Assert.Equal(expected, string.Join(' ', found.Select(observation => Math.Round((observation.GetProperty("valueQuantity").GetProperty("value").GetDouble() - 36) * 10))));
    }

    [Fact]
    public async Task The_newest_of_each_code_and_everything_are_given_page_by_page()
    {
        var id = await PatientAsync("S-4", Temperature("2001-02-03T03:00:00Z", 36.1), Temperature("2003-02-03T04:05:00Z", 36.2), Temperature(Now.AddDays(-3).ToString("yyyy-MM-ddTHH:mm:ssZ", null), 36.3));

        var (_, last) = await app.GetAsync($"fhir/Observation/$lastn?patient={id}&max=2");
        Assert.Equal([36.3, 36.2], Resources(last).Select(observation => observation.GetProperty("valueQuantity").GetProperty("value").GetDouble()));
        Assert.Equal(
            ["Patient", "Observation", "Observation", "Observation"],
            (await PagesAsync($"fhir/Patient/{id}/$everything?_count=1")).Select(resource => Text(resource, "resourceType")));
        Assert.Equal(2, (await PagesAsync($"fhir/Patient/{id}/$everything?_type=Observation&end=2005")).Count);
    }

    [Theory]
    [InlineData("name=Sear", 2)]
    [InlineData("name=sear&birthdate=1960-02-29", 2)]
    [InlineData("family=SEARCHED&birthdate=lt1960", 0)]
    [InlineData("birthdate=ge1960-02&birthdate=lt1960-03&family=searched", 2)]
    [InlineData("identifier=S-5a", 1)]
    [InlineData("identifier=urn:healthdashboard:mrn|S-5a,urn:healthdashboard:mrn|S-5b", 2)]
    [InlineData("identifier=urn:another|S-5a", 0)]
    [InlineData("identifier=nobody", 0)]
    [InlineData("name=Searched&_lastUpdated=gt2020-01-01", 2)]
    [InlineData("name=Searched&_lastUpdated=lt2020-01-01", 0)]
    public async Task Patients_are_found(string query, int expected)
    {
        await app.PostAsync("fhir", FhirApp.Bundle("batch", FhirApp.Patient("S-5a", "Searched"), FhirApp.Patient("S-5b", "Searched")));
        Assert.Equal(expected, (await PagesAsync($"fhir/Patient?_count=1&{query}")).Count);
    }

    [Fact]
    public async Task What_is_not_known_is_said_in_a_warning_or_refused()
    {
        var (answer, page) = await app.GetAsync("fhir/Patient?identifier=nobody&shoe-size=42");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("shoe-size", page.ToString(), StringComparison.Ordinal);
        Validity.Assert(page);

        FhirApp.AssertRefused(HttpStatusCode.BadRequest, await app.GetAsync("fhir/Patient?shoe-size=42", ("Prefer", "handling=strict")));
        FhirApp.AssertRefused(HttpStatusCode.BadRequest, await app.GetAsync("fhir/Patient?birthdate=yesterday"));
        FhirApp.AssertRefused(HttpStatusCode.BadRequest, await app.GetAsync("fhir/Patient?_count=-1"));
        FhirApp.AssertRefused(HttpStatusCode.BadRequest, await app.GetAsync("fhir/Patient?_cursor=zzzz"));
        FhirApp.AssertRefused(HttpStatusCode.BadRequest, await app.GetAsync("fhir/Observation"));
        FhirApp.AssertRefused(HttpStatusCode.NotAcceptable, await app.GetAsync("fhir/Patient?_format=xml"));
        FhirApp.AssertRefused(HttpStatusCode.NotFound, await app.GetAsync("fhir/Claim"));
        FhirApp.AssertRefused(HttpStatusCode.NotFound, await app.GetAsync("fhir/Patient/nobody"));
        FhirApp.AssertRefused(HttpStatusCode.NotFound, await app.GetAsync("fhir/a/b/c/d", ("Accept", "text/html")));
        FhirApp.AssertRefused(HttpStatusCode.MethodNotAllowed, await app.SendAsync(HttpMethod.Delete, "fhir/Patient/x", null));
    }

    [Fact]
    public async Task A_patient_is_created_once_and_updated_by_who_saw_the_latest()
    {
        var (created, first) = await app.PostAsync("fhir/Patient", FhirApp.Patient("S-6"));
        Assert.Equal((HttpStatusCode.Created, "W/\"1\""), (created.StatusCode, created.Headers.ETag?.ToString()));
        Assert.EndsWith($"/fhir/Patient/{Text(first, "id")}", created.Headers.Location?.ToString(), StringComparison.Ordinal);
        Validity.Assert(first);
        FhirApp.AssertRefused(HttpStatusCode.Conflict, await app.PostAsync("fhir/Patient", FhirApp.Patient("S-6")));
        var (again, _) = await app.PostAsync("fhir/Patient", FhirApp.Patient("S-6"), ("If-None-Exist", "identifier=urn:healthdashboard:mrn|S-6"));
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);

        var id = Text(first, "id");
        var changed = first.GetRawText().Replace("Quist", "Quist-Young", StringComparison.Ordinal);
        FhirApp.AssertRefused(HttpStatusCode.PreconditionRequired, await app.SendAsync(HttpMethod.Put, $"fhir/Patient/{id}", changed));
        var (updated, second) = await app.SendAsync(HttpMethod.Put, $"fhir/Patient/{id}", changed, ("If-Match", "W/\"1\""));
        Assert.Equal((HttpStatusCode.OK, "W/\"2\"", "Quist-Young"), (updated.StatusCode, updated.Headers.ETag?.ToString(), Text(second.GetProperty("name")[0], "family")));
        FhirApp.AssertRefused(HttpStatusCode.PreconditionFailed, await app.SendAsync(HttpMethod.Put, $"fhir/Patient/{id}", changed, ("If-Match", "W/\"1\"")));

        using var delete = new HttpRequestMessage(HttpMethod.Delete, $"api/patients/{id}");
        delete.Headers.TryAddWithoutValidation("If-Match", "\"2\"");
        Assert.Equal(HttpStatusCode.NoContent, (await app.Server.Client.SendAsync(delete)).StatusCode);
        FhirApp.AssertRefused(HttpStatusCode.Gone, await app.GetAsync($"fhir/Patient/{id}"));
    }

    [Fact]
    public async Task Nobody_looks_without_a_key_but_at_the_capabilities()
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = app.Server.Address };
        client.DefaultRequestHeaders.Add("Accept", "text/html");
        foreach (var path in (string[])["fhir/Patient", "fhir/Patient/x", "fhir/Patient/x/$everything", "fhir/Observation/$lastn", "fhir/x/y/z"])
        {
            var answer = await client.GetAsync(path);
            Assert.Equal((HttpStatusCode.Unauthorized, "application/fhir+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        }
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("fhir/metadata")).StatusCode);
    }

    private async Task<string> AdmitAsync(string mrn)
    {
        var reading = (double value, int second) => $$"""{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"8867-4"}]},"subject":{"reference":"urn:uuid:0"},"device":{"display":"monitor {{mrn}}"},"effectiveDateTime":"{{Now.AddSeconds(second):yyyy-MM-ddTHH:mm:ssZ}}","valueQuantity":{"value":{{value}},"code":"/min"} }""";
        return await PatientAsync(
            mrn,
            $$"""{"resourceType":"Location","name":"{{mrn}}","physicalType":{"coding":[{"code":"bd"}]},"partOf":{"display":"ICU"} }""",
            """{"resourceType":"Encounter","status":"in-progress","class":{"code":"IMP"},"subject":{"reference":"urn:uuid:0"},"location":[{"location":{"reference":"urn:uuid:1"}}]}""",
            """{"resourceType":"Condition","code":{"coding":[{"system":"http://snomed.info/sct","code":"38341003"}],"text":"Hypertension"},"subject":{"reference":"urn:uuid:0"},"abatementDateTime":"2019"}""",
            """{"resourceType":"AllergyIntolerance","code":{"text":"Penicillin"},"patient":{"reference":"urn:uuid:0"}}""",
            """{"resourceType":"MedicationRequest","status":"active","intent":"order","medicationCodeableConcept":{"text":"Salbutamol"},"subject":{"reference":"urn:uuid:0"}}""",
            """{"resourceType":"Practitioner","identifier":[{"system":"urn:x","value":"d1"}],"name":[{"prefix":["Dr."],"given":["Dora"],"family":"Doctor"}]}""",
            """{"resourceType":"CareTeam","subject":{"reference":"urn:uuid:0"},"participant":[{"member":{"reference":"urn:uuid:6"}}]}""",
            reading(180, -30),
            reading(181, 0));
    }

    private async Task<string> PatientAsync(string mrn, params string[] others)
    {
        var (answer, body) = await app.PostAsync("fhir", FhirApp.Bundle("transaction", [FhirApp.Patient(mrn), .. others]));
        Assert.True(answer.StatusCode == HttpStatusCode.OK, body.ToString());
        return Text(body.GetProperty("entry")[0].GetProperty("response"), "location")!["Patient/".Length..];
    }

    private static string Temperature(string time, double value) =>
        $$"""{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"8310-5"}]},"subject":{"reference":"urn:uuid:0"},"effectiveDateTime":"{{time}}","valueQuantity":{"value":{{value}},"code":"Cel"} }""";

    private async Task<List<JsonElement>> PagesAsync(string address)
    {
        List<JsonElement> all = [];
        for (var next = address; next is not null;)
        {
            var (answer, page) = await app.GetAsync(next);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, page.ToString());
            all.AddRange(Resources(page));
            next = page.GetProperty("link").EnumerateArray().Where(link => Text(link, "relation") == "next").Select(link => Text(link, "url")).FirstOrDefault();
        }
        return all;
    }

    private static int Count(JsonElement page) => Resources(page).Count();

    private static IEnumerable<JsonElement> Resources(JsonElement page) =>
        page.TryGetProperty("entry", out var entries) ? entries.EnumerateArray().Select(entry => entry.GetProperty("resource")) : [];

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;
}
