using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Servers.Fhir;

/// <summary>Bulk export and import on the real app.</summary>
public sealed class BulkTests(FhirApp app) : IClassFixture<FhirApp>
{
    [Fact]
    public async Task Ndjson_comes_in_whatever_the_order_and_goes_out_again()
    {
        string[] lines =
        [
            """{"resourceType":"Condition","code":{"text":"COPD"},"subject":{"reference":"Patient/a"}}""",
            """{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"8867-4"}]},"subject":{"reference":"Patient/b"},"effectiveDateTime":"2004-05-06T07:08:00Z","valueQuantity":{"value":61,"code":"/min"}}""",
            "",
            """{"resourceType":"Patient","id":"a","identifier":[{"value":"B-1"}],"name":[{"family":"Bulk"}]}""",
            "this is no json",
            """{"resourceType":"Claim"}""",
            """{"resourceType":"Patient","id":"b","identifier":[{"value":"B-2"}],"name":[{"family":"Bulk"}]}""",
            """{"resourceType":"Condition","code":{"text":"=cmd()"},"subject":{"reference":"Patient/nobody"}}""",
            """{"resourceType":"Patient","id":"c"}""",
        ];

        var job = await ImportAsync("application/fhir+ndjson", string.Join('\n', lines));

        Assert.Equal("""{"Condition":1,"Observation":1,"Patient":2}""", job.GetProperty("kept").GetRawText());
        Assert.Equal("""{"Claim":1}""", job.GetProperty("notKept").GetRawText());
        Assert.Equal((3, "5 8 9"), (job.GetProperty("refused").GetInt32(), string.Join(' ', job.GetProperty("firstRefused").EnumerateArray().Select(line => line.GetProperty("line").GetInt32()).Order())));
        var report = await app.Server.Client.GetStringAsync(job.GetProperty("report").GetString());
        Assert.Equal(3, report.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);

        var manifest = await DoneAsync(await BeginExportAsync("fhir/$export?_type=Patient,Condition,Observation"));
        var files = manifest.GetProperty("output").EnumerateArray().ToDictionary(file => file.GetProperty("type").GetString()!, file => file);
        Assert.Equal(["Condition", "Observation", "Patient"], files.Keys.Order(StringComparer.Ordinal));
        foreach (var (type, file) in files)
        {
            var got = (await app.Server.Client.GetStringAsync(file.GetProperty("url").GetString())).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line)).ToList();
            Assert.Equal(file.GetProperty("count").GetInt32(), got.Count);
            Assert.All(got, resource => Assert.Equal(type, resource.GetProperty("resourceType").GetString()));
            Assert.All(got.Take(5), Validity.Assert);
        }
    }

    [Fact]
    public async Task A_CSV_of_patients_comes_in_and_says_which_rows_did_not()
    {
        var job = await ImportAsync("text/csv", """
            mrn,familyName,givenName,birthDate,sex,ward,bed,status,allergies
            C-1,"Quist, Jr.",Zoë,1960-02-29,female,ICU,C1,admitted,penicillin; latex
            C-2,Long,Lee,1961,M,ICU,C2,discharged,
            C-3,Late,Lou,2999-01-01,M,,,,
            C-4,Short
            C-5,Second,Sam,,other,ICU,C1,admitted,

            """);

        Assert.Equal(2, job.GetProperty("kept").GetProperty("Patient").GetInt32());
        Assert.Equal([4, 5, 6], job.GetProperty("firstRefused").EnumerateArray().Select(line => line.GetProperty("line").GetInt32()));
        var (_, found) = await app.GetAsync("fhir/Patient?identifier=C-1");
        var id = found.GetProperty("entry")[0].GetProperty("resource").GetProperty("id").GetString();
        var record = await app.Server.Client.GetStringAsync($"api/patients/{id}");
        Assert.Contains("\"bed\":\"C1\"", record, StringComparison.Ordinal);
        Assert.Contains("\"allergies\":[\"penicillin\",\"latex\"]", record, StringComparison.Ordinal);
        Assert.Contains("Quist, Jr.", record, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_row_that_names_the_columns_is_the_first_that_is_not_empty()
    {
        var job = await ImportAsync("text/csv", "\n\nmrn,familyName\nC-9,Late\n");

        Assert.Equal("""{"Patient":1}""", job.GetProperty("kept").GetRawText());
        Assert.Equal(0, job.GetProperty("refused").GetInt32());
    }

    [Fact]
    public async Task Files_are_for_who_began_it_and_go_when_it_is_cancelled()
    {
        await ImportAsync("text/csv", "mrn,familyName\nC-8,Files\n");
        var address = await BeginExportAsync("fhir/$export?_type=Patient");
        await DoneAsync(address);
        var folder = Path.Combine(app.Server.DataDirectory, "bulk", address.Split('/')[^1]);
        Assert.True(Directory.Exists(folder));
        var files = Directory.GetFiles(folder);
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            if (!OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        using var stranger = new HttpClient();
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync(address)).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await app.Server.Client.DeleteAsync(address)).StatusCode);
        FhirApp.AssertRefused(HttpStatusCode.NotFound, await app.GetAsync(address));
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task What_cannot_be_exported_or_imported_is_refused()
    {
        FhirApp.AssertRefused(HttpStatusCode.BadRequest, await app.GetAsync("fhir/$export"));
        FhirApp.AssertRefused(HttpStatusCode.BadRequest, await app.GetAsync("fhir/$export?_type=Claim", ("Prefer", "respond-async")));
        FhirApp.AssertRefused(HttpStatusCode.BadRequest, await app.GetAsync("fhir/$export?_since=yesterday", ("Prefer", "respond-async")));
        FhirApp.AssertRefused(HttpStatusCode.NotFound, await app.GetAsync("fhir/$export/0123"));
        FhirApp.AssertRefused(HttpStatusCode.NotFound, await app.GetAsync("fhir/$import/0123"));
        using var content = new StringContent("<a/>", Encoding.UTF8, "application/xml");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await app.Server.Client.PostAsync("fhir/$import", content)).StatusCode);
        using var packed = new StringContent("mrn,familyName", Encoding.UTF8, "text/csv");
        packed.Headers.ContentEncoding.Add("gzip");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await app.Server.Client.PostAsync("fhir/$import", packed)).StatusCode);
        Assert.Contains("twice", await FailedAsync("text/csv", "mrn,familyName,MRN\n1,2,3\n"), StringComparison.Ordinal);
        Assert.Contains("not known", await FailedAsync("text/csv", "mrn,familyName,shoeSize\n1,2,3\n"), StringComparison.Ordinal);
        Assert.Contains("Bundle", await FailedAsync("application/fhir+json", "{}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_import_that_was_killed_goes_on_where_it_was()
    {
        const int patients = 3_000;
        const int conditions = 300;
        await using var server = await AppServer.StartAsync();
        server.Client.DefaultRequestHeaders.Add("X-Api-Key", "demo-key");
        var lines = Enumerable.Range(0, patients).Select(i => $$"""{"resourceType":"Patient","id":"p{{i}}","identifier":[{"value":"K-{{i}}"}],"name":[{"family":"Killed"}]}""")
            .Concat(Enumerable.Range(0, conditions).Select(i => $$$"""{"resourceType":"Condition","code":{"text":"COPD"},"subject":{"reference":"Patient/p{{{i}}}"}}"""));
        using var content = new StringContent(string.Join('\n', lines), Encoding.UTF8, "application/fhir+ndjson");
        var begun = await server.Client.PostAsync("fhir/$import", content);
        Assert.Equal(HttpStatusCode.Accepted, begun.StatusCode);
        var address = begun.Content.Headers.ContentLocation!.ToString();
        await Eventually.HoldsAsync(async () => (await server.Client.GetStringAsync("api/patients?search=Killed&pageSize=1")).Contains("\"items\":[{", StringComparison.Ordinal), "the first part");

        await server.KillAsync();
        await server.StartAgainAsync();

        server.Client.DefaultRequestHeaders.Add("X-Api-Key", "demo-key");
        var answer = await server.Client.GetAsync(address);
        // As long as it takes: the time limit of the test ends it.
        for (; answer.StatusCode == HttpStatusCode.Accepted; answer = await server.Client.GetAsync(address))
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        var done = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(0, done.GetProperty("refused").GetInt32());
        Assert.Equal((patients, conditions), (done.GetProperty("kept").GetProperty("Patient").GetInt32(), done.GetProperty("kept").GetProperty("Condition").GetInt32()));
        var first = JsonElement.Parse(await server.Client.GetStringAsync("api/patients?search=K-0"));
        Assert.Single(first.GetProperty("items")[0].GetProperty("medicalHistory").EnumerateArray());
        Assert.Equal(patients, JsonElement.Parse(await server.Client.GetStringAsync("api/patients?search=Killed&pageSize=1")).GetProperty("total").GetInt32());
    }

    private async Task<string> BeginExportAsync(string address)
    {
        var (answer, _) = await app.GetAsync(address, ("Prefer", "respond-async"));
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        return answer.Content.Headers.ContentLocation!.ToString();
    }

    private async Task<JsonElement> ImportAsync(string type, string body) => await DoneAsync(await BeginImportAsync(type, body));

    private async Task<string> BeginImportAsync(string type, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, MediaTypeHeaderValue.Parse(type));
        var answer = await app.Server.Client.PostAsync("fhir/$import", content);
        Assert.True(answer.StatusCode == HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync());
        return answer.Content.Headers.ContentLocation!.ToString();
    }

    private async Task<string> FailedAsync(string type, string body)
    {
        var address = await BeginImportAsync(type, body);
        var text = "";
        await Eventually.HoldsAsync(
            async () =>
            {
                var answer = await app.Server.Client.GetAsync(address);
                text = await answer.Content.ReadAsStringAsync();
                return answer.StatusCode == HttpStatusCode.InternalServerError;
            },
            "the failure");
        return text;
    }

    private async Task<JsonElement> DoneAsync(string address)
    {
        JsonElement done = default;
        await Eventually.HoldsAsync(
            async () =>
            {
                var answer = await app.Server.Client.GetAsync(address);
                if (answer.StatusCode == HttpStatusCode.Accepted)
                    Assert.True(answer.Headers.Contains("X-Progress"));
                else
                    done = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
                return answer.StatusCode == HttpStatusCode.OK;
            },
            "the job");
        return done;
    }
}
