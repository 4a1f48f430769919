using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Servers.Clients;

/// <summary>The OpenAPI document of the whole program: complete, true, and good for a generated client.</summary>
public sealed partial class OpenApiTests(OpenApiTests.App fixture) : IClassFixture<OpenApiTests.App>
{
    private static readonly string[] Methods = ["get", "put", "post", "delete", "head"];

    private HttpClient Client => fixture.Server.Client;

    [Fact]
    public async Task Every_operation_says_what_it_does_what_it_takes_and_how_it_fails()
    {
        var wrong = new List<string>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (path, method, operation) in await OperationsAsync())
        {
            void Check(bool holds, string what)
            {
                if (!holds)
                    wrong.Add($"{method} {path}: {what}");
            }
            Check(Text(operation, "summary").Length > 3, "no summary");
            Check(Text(operation, "operationId").Length > 3 && names.Add(Text(operation, "operationId")), "no operationId of its own");
            Check(operation.TryGetProperty("tags", out _), "no tag");
            // What the address says whole needs none.
            var isWhole = path == "/query" || path.EndsWith("/respond", StringComparison.Ordinal) || path.EndsWith("/seen", StringComparison.Ordinal);
            Check(method is "get" or "head" or "delete" || isWhole || operation.TryGetProperty("requestBody", out _), "no body");

            var responses = operation.GetProperty("responses").EnumerateObject().ToDictionary(answer => answer.Name, answer => answer.Value);
            var isOpen = path.StartsWith("/health", StringComparison.Ordinal) || path == "/ping";
            Check(isOpen || operation.GetProperty("security").GetArrayLength() >= 2, "no security");
            Check(isOpen || (responses.ContainsKey("401") && responses.ContainsKey("403")), "no 401 or 403");
            Check(responses.Keys.Any(status => status[0] == '2'), "no success");
            var parameters = operation.TryGetProperty("parameters", out var all) ? all.EnumerateArray().ToList() : [];
            Check(parameters.Count == 0 || responses.ContainsKey("400"), "parameters and no 400");
            Check(parameters.TrueForAll(parameter => Text(parameter, "in") == "path" || Text(parameter, "description").Length > 2), "a parameter without a description");
            Check(responses.All(answer => answer.Key is "204" or "400" or "413" || answer.Value.TryGetProperty("content", out _) || !path.StartsWith("/api/", StringComparison.Ordinal) || path.StartsWith("/api/v2/", StringComparison.Ordinal)), "an answer without a type");
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task The_parameters_of_the_query_are_those_that_the_server_reads()
    {
        var compared = 0;
        foreach (var (path, method, operation) in (await OperationsAsync()).Where(one => one.Method == "get" && one.Path.StartsWith("/api/", StringComparison.Ordinal)))
        {
            var address = Placeholder().Replace(path, new string('0', 24));
            var answer = await Client.GetAsync($"{address}?noSuchParameter=1");
            if ((int)answer.StatusCode != 400)
                continue;
            var error = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors").GetProperty("noSuchParameter")[0].GetString()!;
            var read = error.Split("allowed are ")[1].TrimEnd('.').Split(", ").Except(["noSuchParameter"]).Order();
            var said = operation.GetProperty("parameters").EnumerateArray().Where(one => Text(one, "in") == "query").Select(one => Text(one, "name")).Order();
            Assert.Equal(read, said);
            compared++;
        }
        Assert.InRange(compared, 8, 100);
    }

    [Theory]
    [InlineData("POST", "/api/patients", "PatientRequest")]
    [InlineData("PUT", "/api/patients/{patient}", "PatientReplacement")]
    [InlineData("POST", "/api/patients/{patient}/admit", "AdmitRequest")]
    [InlineData("POST", "/api/patients/{patient}/move", "MoveRequest")]
    [InlineData("POST", "/api/patients/{patient}/discharge", "DischargeRequest")]
    [InlineData("PUT", "/api/patients/{patient}/limits", "LimitsRequest")]
    [InlineData("POST", "/api/patients/{patient}/care-team", "AssignRequest")]
    [InlineData("POST", "/api/clinicians", "ClinicianRequest")]
    [InlineData("PUT", "/api/on-call", "OnCallRequest")]
    [InlineData("POST", "/api/alerts/{patient}/acknowledge", "AcknowledgeRequest")]
    [InlineData("POST", "/api/alerts/{patient}/silence", "SilenceRequest")]
    public async Task The_fields_of_a_body_are_those_that_the_server_reads(string method, string path, string schema)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path.Replace("{patient}", fixture.Patient)) { Content = JsonContent.Create(new { noSuchField = 1 }) };
        request.Headers.TryAddWithoutValidation("If-Match", "\"1\"");
        var answer = await Client.SendAsync(request);
        Assert.Equal(400, (int)answer.StatusCode);
        var error = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors").GetProperty("noSuchField")[0].GetString()!;
        var read = error.Split("allowed are ")[1].TrimEnd('.').Split(", ").Where(name => name.Length > 0).Order();

        var document = await fixture.DocumentAsync();
        var said = document.GetProperty("components").GetProperty("schemas").GetProperty(schema).GetProperty("properties").EnumerateObject().Select(one => one.Name).Order();
        Assert.Equal(read, said);
    }

    [Fact]
    public async Task It_has_the_calls_of_programs_and_no_pages()
    {
        var schemes = (await fixture.DocumentAsync()).GetProperty("components").GetProperty("securitySchemes");
        Assert.Equal(HealthDashboard.Accounts.ApiKeyHandler.HeaderName, schemes.GetProperty("apiKey").GetProperty("name").GetString());
        var paths = (await fixture.DocumentAsync()).GetProperty("paths").EnumerateObject().Select(path => path.Name).ToList();
        Assert.DoesNotContain(paths, path => path is "/signout" or "/" or "/patients" || path.StartsWith("/hubs", StringComparison.Ordinal));
        Assert.Contains("/api/import/vitals", paths);
        Assert.Contains("/api/v2/write", paths);
        Assert.InRange(paths.Count, 40, 200);
    }

    [Fact]
    public async Task A_client_generated_by_openapi_typescript_compiles_and_makes_the_ordinary_calls()
    {
        using var folder = new TempDirectory();
        var said = await NodeScript.RunAsync("openapi-client.mjs", fixture.Server.Address.ToString().TrimEnd('/'), "demo-key", folder.Path);
        Assert.Matches("^[3-9][0-9] calls$", said.Trim());
    }

    private async Task<List<(string Path, string Method, JsonElement Operation)>> OperationsAsync()
    {
        var document = await fixture.DocumentAsync();
        return
        [
            .. from path in document.GetProperty("paths").EnumerateObject()
               from operation in path.Value.EnumerateObject()
               where Methods.Contains(operation.Name)
               select (path.Name, operation.Name, operation.Value),
        ];
    }

    private static string Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";

    [GeneratedRegex("\\{[a-z]+\\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Placeholder();

    /// <summary>The program, with one patient.</summary>
    public sealed class App : IAsyncLifetime
    {
        internal AppServer Server { get; private set; } = null!;

        internal string Patient { get; private set; } = "";

        internal Task<JsonElement> DocumentAsync() => Server.Client.GetFromJsonAsync<JsonElement>("/openapi/v1.json");

        public async ValueTask InitializeAsync()
        {
            Server = await AppServer.StartAsync();
            Server.Client.DefaultRequestHeaders.Add("X-Api-Key", "demo-key");
            using var created = await Server.Client.PostAsJsonAsync("/api/patients", FeatureHost.NewPatient("OPENAPI"));
            Patient = (await created.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
        }

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
