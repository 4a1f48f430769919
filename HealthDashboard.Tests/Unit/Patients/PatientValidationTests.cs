using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Patients;

public sealed class PatientValidationTests(FeatureHostFixture fixture) : IClassFixture<FeatureHostFixture>
{
    private readonly FeatureHost host = fixture.Host;

    public static TheoryData<string, string, string> WrongFields => new()
    {
        { "mrn", "\"\"", "1 to 64" },
        { "mrn", "\"   \"", "1 to 64" },
        { "mrn", $"\"{new string('x', 65)}\"", "1 to 64" },
        { "mrn", "\"a\\u0000b\"", "control" },
        { "mrn", "\"\\ud800\"", "1 to 64" },
        { "mrn", "7", "is 7" },
        { "mrn", "null", "missing" },
        { "region", $"\"{new string('x', 65)}\"", "1 to 64" },
        { "ward", "{}", "1 to 64" },
        { "room", $"\"{new string('x', 17)}\"", "1 to 16" },
        { "bed", $"\"{new string('x', 17)}\"", "1 to 16" },
        { "givenName", "[]", "1 to 128" },
        { "familyName", "false", "1 to 128" },
        { "birthDate", "\"2026-01-06\"", "to 2026-01-05" },
        { "birthDate", "\"1879-12-31\"", "from 1880-01-01" },
        { "birthDate", "\"1960-02-30\"", "1960-02-30" },
        { "birthDate", "\"29.02.1960\"", "29.02.1960" },
        { "birthDate", "\"unknown\"", "unknown" },
        { "birthDate", "\"1879\"", "years from 1880" },
        { "birthDate", "\"2027\"", "to 2026-01-05" },
        { "birthDate", "\"2026-02\"", "months from" },
        { "birthDate", "\"1960-13\"", "1960-13" },
        { "birthDateEstimated", "\"yes\"", "true and false" },
        { "familyName", "\"tag\\udb40\\udc41\"", "invisible" },
        { "givenName", "\"A\\u200b\"", "invisible" },
        { "familyName", "\"gnat\\u202eS\"", "invisible" },
        { "familyName", "\"Quist\\u200b\"", "invisible" },
        { "sex", "\"Female\"", "unknown, male, female, other" },
        { "sex", "1", "unknown, male, female, other" },
        { "status", "\"gone\"", "admitted, discharged" },
        { "spo2Scale", "3", "from 1 to 2" },
        { "spo2Scale", "1.5", "from 1 to 2" },
        { "spo2Scale", "\"1\"", "from 1 to 2" },
        { "allergies", "\"nuts\"", "list" },
        { "medications", "[" + string.Join(',', Enumerable.Repeat("\"x\"", 201)) + "]", "at most 200" },
        { "color", "\"red\"", "not known" },
        { "id", "\"000000000000000000000000\"", "not known" },
    };

    [Theory]
    [MemberData(nameof(WrongFields))]
    public async Task A_wrong_field_is_named_with_what_is_allowed_and_nothing_is_stored(string field, string value, string said)
    {
        var client = host.Client(FeatureHost.WriteKey);
        var patient = FeatureHost.NewPatient();
        patient["region"] = "Nowhere";
        patient[field] = "REPLACED";
        var answer = await SendAsync(client, JsonSerializer.Serialize(patient).Replace("\"REPLACED\"", value, StringComparison.Ordinal));

        Assert.Equal([field], await PatientEndpointTests.ErrorsAsync(answer));
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Contains(said, body.GetProperty("errors").GetProperty(field)[0].GetString(), StringComparison.Ordinal);
        Assert.Equal(0, (await host.Client(FeatureHost.ReadKey).GetFromJsonAsync<JsonElement>("/api/patients?region=Nowhere")).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_told_at_once()
    {
        var answer = await SendAsync(host.Client(FeatureHost.WriteKey), """
            {"mrn":5,"region":"","sex":"x","medicalHistory":[{"condition":"ok"},{"condition":"","diagnosed":"x","grade":1},7],"allergies":["ok",1],"colour":1}
            """);
        Assert.Equal(
            [
                "allergies[1]", "birthDate", "colour", "familyName", "medicalHistory[1].condition", "medicalHistory[1].diagnosed",
                "medicalHistory[1].grade", "medicalHistory[2]", "medicalHistory[2].condition", "mrn", "region", "sex", "ward",
            ],
            await PatientEndpointTests.ErrorsAsync(answer));
    }

    [Theory]
    [InlineData("", 400)]
    [InlineData("{", 400)]
    [InlineData("[]", 400)]
    [InlineData("null", 400)]
    [InlineData("{\"mrn\":\"1\",\"mrn\":\"2\"}", 400)]
    [InlineData("{\"mrn\":NaN}", 400)]
    public async Task What_is_not_a_JSON_object_is_refused_as_such(string body, int status)
    {
        var answer = await SendAsync(host.Client(FeatureHost.WriteKey), body);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_body_of_another_type_or_size_is_refused_as_such()
    {
        var client = await host.SignedInAsync("nurse");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await SendAsync(client, "mrn=1", "text/plain")).StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await SendAsync(client, "\"" + new string('x', 300_000) + "\"")).StatusCode);
    }

    /// <summary>Takes a good record and puts made-up JSON in place of some of its fields, cuts it short, or sends something else altogether.</summary>
    [Fact]
    public async Task Made_up_input_is_refused_or_stored_but_never_an_error_of_ours()
    {
        var client = host.Client(FeatureHost.WriteKey);
        foreach (var body in Bodies().Sample(300, 20))
        {
            var answer = await SendAsync(client, body);
            Assert.True((int)answer.StatusCode is 201 or 400 or 409 or 413, $"{answer.StatusCode} for {body}");
            if (answer.StatusCode != HttpStatusCode.Created)
                Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        }
    }

    private static Gen<string> Bodies()
    {
        var fields = FeatureHost.NewPatient().Keys.Append("medications").Append("spo2Scale").Append("status").ToArray();
        var mutated =
            from name in Gen.Elements(fields)
            from value in Json(3)
            select JsonSerializer.Serialize(new Dictionary<string, object?>(FeatureHost.NewPatient()) { [name] = "REPLACED" })
                .Replace("\"REPLACED\"", value, StringComparison.Ordinal);
        var cut =
            from whole in mutated
            from length in Gen.Choose(0, whole.Length)
            select whole[..length];
        return Gen.OneOf(mutated, mutated, cut, Json(4));
    }

    private static Gen<string> Json(int depth)
    {
        var text = ArbMap.Default.GeneratorFor<string>().Select(s => JsonSerializer.Serialize(s));
        var leaf = Gen.OneOf(
            text,
            Gen.Elements("null", "true", "NaN", "1e999", "-0", "12345678901234567890", "\"\\ud800\"", "\"\\u0000\"", "\"2026-02-30\"", "\"\"", "0.1"),
            ArbMap.Default.GeneratorFor<int>().Select(i => i.ToString()));
        if (depth == 0)
            return leaf;
        var list = Json(depth - 1).ListOf().Select(items => "[" + string.Join(',', items.Take(5)) + "]");
        var member = from name in text from value in Json(depth - 1) select name + ":" + value;
        return Gen.OneOf(leaf, list, member.ListOf().Select(members => "{" + string.Join(',', members.Take(5)) + "}"));
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string body, string type = "application/json")
    {
        // Bytes, for not every made-up text is one that an encoder would let pass.
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return await client.PostAsync("/api/patients", content);
    }
}
