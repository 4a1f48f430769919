using System.Globalization;
using System.Net;
using System.Text.Json;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Servers.Fhir;

/// <summary>
/// Bundles of Synthea, made by others: they come in, and what is kept comes back equal. The source is read here as plain JSON, by nothing
/// of ours.
/// </summary>
public sealed class SyntheaTests(FhirApp app) : IClassFixture<FhirApp>
{
    private const string Snomed = "http://snomed.info/sct";

    public static TheoryData<string> Bundles => new(
        "Benedict_Ortiz_b508ad57-7848-485d-abc1-33669ac1b632",
        "Claudie_Walsh_498377b3-e385-40ab-9acd-06b657e2f599",
        "Fabian_Murray_a120c913-9ee0-4fcc-8344-826e74335c80",
        "Jill_Tillman_c4b7d178-c437-4202-9fb0-1b64afb8bc09",
        "Man_Schamberger_658406c8-d60a-4fce-85c0-602a712aaa86",
        "Paris_Casper_826f1b71-0205-4543-b019-ce6583b77fc5",
        "Tom_Goodwin_e20de9eb-6f2d-4871-a43f-bbede53293ed");

    [Theory]
    [MemberData(nameof(Bundles))]
    public async Task What_is_kept_of_a_bundle_comes_back_equal(string name)
    {
        var text = await File.ReadAllTextAsync(SharedData.Find("synthea", $"{name}.json"));
        var source = JsonElement.Parse(text).GetProperty("entry").EnumerateArray().Select(entry => entry.GetProperty("resource")).ToLookup(resource => Text(resource, "resourceType")!);

        var (answer, body) = await app.PostAsync("fhir", text);

        Assert.True(answer.StatusCode == HttpStatusCode.OK, body.ToString());
        Validity.Assert(body);
        var before = source["Patient"].Single();
        var mrn = before.GetProperty("identifier").EnumerateArray().First(id => id.ToString().Contains("\"MR\"", StringComparison.Ordinal)).GetProperty("value").GetString();
        var patient = Assert.Single(await AllAsync($"fhir/Patient?identifier={mrn}"));
        var id = Text(patient, "id");
        var official = before.GetProperty("name").EnumerateArray().First(given => Text(given, "use") == "official");
        Assert.Equal(
            (Text(official, "family"), string.Join(' ', official.GetProperty("given").EnumerateArray()), Text(before, "birthDate"), Text(before, "gender")),
            (Text(patient.GetProperty("name")[0], "family"), patient.GetProperty("name")[0].GetProperty("given")[0].GetString(), Text(patient, "birthDate"), Text(patient, "gender")));

        Assert.Equal(
            Sorted(source["Condition"].Select(ConditionOf).Distinct()),
            Sorted((await AllAsync($"fhir/Condition?patient={id}&_count=7")).Select(ConditionOf)));
        Assert.Equal(
            Sorted(source["AllergyIntolerance"].Select(WordsOf).Distinct()),
            Sorted((await AllAsync($"fhir/AllergyIntolerance?patient={id}")).Select(WordsOf)));
        Assert.Equal(
            Sorted(source["MedicationRequest"].Where(request => Text(request, "status") == "active").Select(request => request.GetProperty("medicationCodeableConcept").GetProperty("text").GetString()!).Distinct()),
            Sorted((await AllAsync($"fhir/MedicationStatement?patient={id}")).Select(statement => statement.GetProperty("medicationCodeableConcept").GetProperty("text").GetString()!)));
        Assert.Equal(
            Sorted(source["Observation"].SelectMany(ValuesOf)),
            Sorted((await AllAsync($"fhir/Observation?patient={id}&_count=10")).SelectMany(ValuesOf)));
        Assert.Subset(
            (await AllAsync("fhir/Practitioner?_count=3")).Select(practitioner => Text(practitioner.GetProperty("name")[0], "text")!).ToHashSet(),
            source["Practitioner"].Select(NameOf).ToHashSet());
    }

    [Theory]
    [MemberData(nameof(Bundles))]
    public async Task Everything_that_is_served_of_a_patient_is_valid(string name)
    {
        var text = await File.ReadAllTextAsync(SharedData.Find("synthea", $"{name}.json"));
        var (_, body) = await app.PostAsync("fhir", text);
        var id = body.GetProperty("entry").EnumerateArray().Select(entry => Text(entry.GetProperty("response"), "location")).First(location => location?.StartsWith("Patient/", StringComparison.Ordinal) == true);
        var seen = new HashSet<string?>();
        for (var next = $"fhir/{id}/$everything?_count=20"; next is not null;)
        {
            var (_, page) = await app.GetAsync(next);
            Validity.Assert(page);
            Assert.All(page.GetProperty("entry").EnumerateArray(), entry => Assert.True(seen.Add(Text(entry, "fullUrl"))));
            next = NextOf(page);
        }
        Assert.True(seen.Count > 4);
    }

    private async Task<List<JsonElement>> AllAsync(string address)
    {
        List<JsonElement> all = [];
        for (var next = address; next is not null;)
        {
            var (answer, page) = await app.GetAsync(next);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, page.ToString());
            if (page.TryGetProperty("entry", out var entries))
                all.AddRange(entries.EnumerateArray().Select(entry => entry.GetProperty("resource")));
            next = NextOf(page);
        }
        return all;
    }

    private static string? NextOf(JsonElement page) =>
        page.GetProperty("link").EnumerateArray().Where(link => Text(link, "relation") == "next").Select(link => Text(link, "url")).FirstOrDefault();

    // Words, SNOMED code, days and status: all that a record keeps of a condition.
    private static string ConditionOf(JsonElement condition)
    {
        var code = condition.GetProperty("code").GetProperty("coding").EnumerateArray().First(coding => Text(coding, "system") == Snomed);
        var end = Text(condition, "abatementDateTime")?[..10];
        var status = Text(condition.GetProperty("clinicalStatus").GetProperty("coding")[0], "code");
        return $"{condition.GetProperty("code").GetProperty("text")} {Text(code, "code")} {Text(condition, "onsetDateTime")![..10]} {end} {status}";
    }

    private static string WordsOf(JsonElement allergy) => allergy.GetProperty("code").GetProperty("text").GetString()!;

    private static string NameOf(JsonElement practitioner)
    {
        var name = practitioner.GetProperty("name")[0];
        return string.Join(' ', [.. name.GetProperty("prefix").EnumerateArray().Select(part => part.GetString()), .. name.GetProperty("given").EnumerateArray().Select(part => part.GetString()), Text(name, "family")]);
    }

    // The vital signs that are kept, each with its minute, of which old readings are kept, and its value to nine digits behind the point.
    private static IEnumerable<string> ValuesOf(JsonElement observation)
    {
        var parts = observation.TryGetProperty("component", out var components) ? components.EnumerateArray() : Enumerable.Repeat(observation, 1);
        var minute = DateTimeOffset.Parse(Text(observation, "effectiveDateTime")!, CultureInfo.InvariantCulture).ToUniversalTime().ToString("yyyy-MM-ddTHH:mm", CultureInfo.InvariantCulture);
        foreach (var part in parts)
        {
            var sign = part.GetProperty("code").GetProperty("coding").EnumerateArray().Select(coding => Text(coding, "code")).Select(code => code switch
            {
                "8480-6" => "systolic",
                "8462-4" => "diastolic",
                "8867-4" => "heart rate",
                "9279-1" => "respiratory rate",
                "8310-5" or "8331-1" => "temperature",
                "59408-5" or "2708-6" => "SpO2",
                _ => null,
            }).FirstOrDefault(known => known is not null);
            if (sign is not null)
                yield return $"{minute} {sign} {part.GetProperty("valueQuantity").GetProperty("value").GetDecimal():0.000000000}";
        }
    }

    private static IEnumerable<string> Sorted(IEnumerable<string> lines) => lines.Order(StringComparer.Ordinal);

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;
}
