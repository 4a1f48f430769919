using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Hosting;

public sealed class HostingTests(FeatureHostFixture fixture) : IClassFixture<FeatureHostFixture>
{
    private readonly FeatureHost host = fixture.Host;

    [Fact]
    public async Task Ready_names_every_store_and_what_this_program_does_with_its_state()
    {
        await Eventually.HoldsAsync(async () => (await host.Client().GetAsync("/health/ready")).IsSuccessStatusCode, "alarms to run");
        var ready = await host.Client().GetFromJsonAsync<JsonElement>("/health/ready");
        Assert.Equal("ready", ready.GetProperty("status").GetString());
        Assert.Equal(
            ["alerts up", "analytics up", "audit up", "careTeam up", "directory up", "patients up"],
            ready.GetProperty("stores").EnumerateObject().Select(store => $"{store.Name} {store.Value}"));
    }

    [Fact]
    public async Task The_OpenAPI_document_describes_the_calls()
    {
        var document = await host.Client(FeatureHost.ReadKey).GetFromJsonAsync<JsonElement>("/openapi/v1.json");
        var paths = document.GetProperty("paths").EnumerateObject().Select(path => path.Name).ToList();
        Assert.Contains("/api/patients/{id}/limits/suggestion", paths);
        Assert.Contains("/api/analytics/hourly", paths);
        Assert.DoesNotContain("/signout", paths);
    }

    [Theory]
    [InlineData("GET", "/api/nothing", 404)]
    [InlineData("PATCH", "/api/patients", 405)]
    [InlineData("GET", "/api/patients/not-an-id", 400)]
    public async Task What_is_not_there_is_told_as_problem_json(string method, string path, int status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        var answer = await host.Client(FeatureHost.ReadKey).SendAsync(request);
        Assert.Equal((HttpStatusCode)status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.False(answer.Headers.Contains("Server"));
    }
}
