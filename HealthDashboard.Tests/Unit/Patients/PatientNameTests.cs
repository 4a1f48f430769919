using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Patients;

/// <summary>People as they come: of one name, of a birth date that is known in part, typed on any system.</summary>
public sealed class PatientNameTests(FeatureHostFixture fixture) : IClassFixture<FeatureHostFixture>
{
    private readonly FeatureHost host = fixture.Host;

    [Theory]
    [InlineData("1950", "1950-07-01")]
    [InlineData("1950-02", "1950-02-15")]
    [InlineData("2026", "2026-01-05")]
    public async Task Of_a_birth_date_known_in_part_the_middle_is_stored_as_estimated(string given, string stored)
    {
        var patient = FeatureHost.NewPatient($"PART-{given}");
        patient["birthDate"] = given;
        var added = await AddAsync(patient);

        Assert.Equal((stored, true), (added.GetProperty("birthDate").GetString(), added.GetProperty("birthDateEstimated").GetBoolean()));
    }

    [Fact]
    public async Task What_was_read_can_be_sent_back_and_stays_estimated_until_it_is_known()
    {
        var patient = FeatureHost.NewPatient("SENT-BACK");
        patient["birthDate"] = "1950";
        var added = await AddAsync(patient);
        var same = await ReplaceAsync(added, JsonSerializer.Deserialize<Dictionary<string, object?>>(added)!);
        Assert.True(same.GetProperty("birthDateEstimated").GetBoolean());

        var known = JsonSerializer.Deserialize<Dictionary<string, object?>>(same)!;
        (known["birthDate"], known["birthDateEstimated"]) = ("1950-03-04", false);
        Assert.False((await ReplaceAsync(same, known)).GetProperty("birthDateEstimated").GetBoolean());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    public async Task Somebody_with_one_name_has_no_given_name(string? given)
    {
        var patient = FeatureHost.NewPatient($"ONE-{given?.Length}");
        (patient["familyName"], patient["givenName"]) = ("Sukarno", given);
        var added = await AddAsync(patient);

        Assert.Equal(("Sukarno", ""), (added.GetProperty("familyName").GetString(), added.GetProperty("givenName").GetString()));
    }

    [Fact]
    public async Task Names_and_wards_are_stored_composed_however_they_were_typed()
    {
        var patient = FeatureHost.NewPatient("NFC");
        (patient["familyName"], patient["ward"]) = ("Be\u0301langer", "Pe\u0301diatrie");
        var added = await AddAsync(patient);
        Assert.Equal(("B\u00e9langer", "P\u00e9diatrie"), (added.GetProperty("familyName").GetString(), added.GetProperty("ward").GetString()));

        var client = host.Client(FeatureHost.ReadKey);
        var found = await client.GetFromJsonAsync<JsonElement>($"/api/patients?ward={Uri.EscapeDataString("Pe\u0301diatrie")}");
        Assert.Equal(1, found.GetProperty("total").GetInt32());
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync($"/api/wards/North/{Uri.EscapeDataString("Pe\u0301diatrie")}/limits")).StatusCode);
    }

    private async Task<JsonElement> AddAsync(Dictionary<string, object?> patient)
    {
        using var answer = await host.Client(FeatureHost.WriteKey).PostAsJsonAsync("/api/patients", patient);
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private async Task<JsonElement> ReplaceAsync(JsonElement before, Dictionary<string, object?> patient)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/patients/{before.GetProperty("id").GetString()}") { Content = JsonContent.Create(patient) };
        request.Headers.TryAddWithoutValidation("If-Match", $"\"{before.GetProperty("version").GetInt64()}\"");
        using var answer = await host.Client(FeatureHost.WriteKey).SendAsync(request);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }
}
