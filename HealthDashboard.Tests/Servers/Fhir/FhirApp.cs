using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Servers.Fhir;

/// <summary>The real app, for all tests of a class.</summary>
public sealed class FhirApp : IAsyncLifetime
{
    internal AppServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await AppServer.StartAsync(new Dictionary<string, string> { ["Fhir:MaxEntries"] = "2000" });
        Server.Client.DefaultRequestHeaders.Add("X-Api-Key", "demo-key");
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    internal Task<(HttpResponseMessage Answer, JsonElement Body)> PostAsync(string address, string json, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, address, json, headers);

    internal Task<(HttpResponseMessage Answer, JsonElement Body)> GetAsync(string address, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, address, null, headers);

    internal async Task<(HttpResponseMessage Answer, JsonElement Body)> SendAsync(HttpMethod method, string address, string? json, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(address, UriKind.RelativeOrAbsolute));
        if (json is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(json));
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/fhir+json");
        }
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        var answer = await Server.Client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.Content.Headers.ContentType?.MediaType == "application/fhir+json", $"{answer.StatusCode} {answer.Content.Headers.ContentType}: {text}");
        return (answer, JsonElement.Parse(text));
    }

    /// <summary>Asserts that a request was refused, with an OperationOutcome.</summary>
    internal static void AssertRefused(HttpStatusCode status, (HttpResponseMessage Answer, JsonElement Body) got)
    {
        Assert.True(got.Answer.StatusCode == status, $"{got.Answer.StatusCode}: {got.Body}");
        Assert.Equal("OperationOutcome", got.Body.GetProperty("resourceType").GetString());
        Assert.NotEmpty(got.Body.GetProperty("issue").EnumerateArray());
    }

    /// <summary>A transaction of resources, each with a full URL <c>urn:uuid:0</c>, 1, ...</summary>
    internal static string Bundle(string type, params string[] resources) =>
        $$"""{"resourceType":"Bundle","type":"{{type}}","entry":[{{string.Join(',', resources.Select(Entry))}}]}""";

    private static string Entry(string resource, int index) =>
        $$"""{"fullUrl":"urn:uuid:{{index}}","resource":{{resource}},"request":{"method":"POST","url":"x"} }""";

    /// <summary>A Patient with a medical record number.</summary>
    internal static string Patient(string mrn, string family = "Quist") => $$"""
        {"resourceType":"Patient","identifier":[{"system":"urn:healthdashboard:mrn","value":"{{mrn}}"}],"name":[{"family":"{{family}}","given":["Zoë","Ann"]}],"gender":"female","birthDate":"1960-02-29"}
        """;
}
