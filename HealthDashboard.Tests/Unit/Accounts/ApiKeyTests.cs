using System.Net;
using System.Security.Cryptography;
using System.Text;
using HealthDashboard.Accounts;
using HealthDashboard.Tests.Unit.Ingest;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Tests.Unit.Accounts;

public class ApiKeyTests
{
    [Theory]
    [InlineData("X-Api-Key", IngestHost.Key, HttpStatusCode.NoContent)]
    [InlineData("Authorization", "Token " + IngestHost.Key, HttpStatusCode.NoContent)]
    [InlineData("Authorization", "token " + IngestHost.Key, HttpStatusCode.NoContent)]
    [InlineData("Authorization", "Bearer " + IngestHost.Key, HttpStatusCode.NoContent)]
    [InlineData("X-Api-Key", "a-hashed-key", HttpStatusCode.NoContent)]
    [InlineData("X-Api-Key", "a-key-to-read-with", HttpStatusCode.Forbidden)]
    [InlineData("X-Api-Key", IngestHost.Key + "x", HttpStatusCode.Unauthorized)]
    [InlineData("X-Api-Key", "", HttpStatusCode.Unauthorized)]
    [InlineData("X-Api-Key", "demo-key", HttpStatusCode.Unauthorized)]
    [InlineData("Authorization", "Token", HttpStatusCode.Unauthorized)]
    [InlineData("Authorization", "Basic bW9uaXRvcnM6YS1rZXktZm9yLXRoZS10ZXN0cw==", HttpStatusCode.NoContent)]
    [InlineData("X-Other", IngestHost.Key, HttpStatusCode.Unauthorized)]
    public async Task A_key_opens_what_its_scopes_say(string header, string value, HttpStatusCode status)
    {
        await using var host = await IngestHost.StartAsync(
            ("ApiKeys:1:Name", "hashed"),
            ("ApiKeys:1:KeyHash", Convert.ToHexString(SHA256.HashData("a-hashed-key"u8))),
            ("ApiKeys:1:Scopes:0", "ingest"),
            ("ApiKeys:2:Name", "reader"),
            ("ApiKeys:2:Key", "a-key-to-read-with"),
            ("ApiKeys:2:Scopes:0", "read"));
        using var client = new HttpClient { BaseAddress = host.Client.BaseAddress };
        client.DefaultRequestHeaders.TryAddWithoutValidation(header, value);

        var answer = await client.PostAsync("/write", new StringContent($"vitals,mrn={host.Patient.Mrn} heartRate=72", Encoding.UTF8));
        Assert.Equal(status, answer.StatusCode);
        if (status != HttpStatusCode.NoContent)
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(status == HttpStatusCode.NoContent ? 1 : 0, host.Store.All.Count);
    }

    [Fact]
    public async Task A_key_in_the_address_is_not_taken()
    {
        await using var host = await IngestHost.StartAsync();
        using var client = new HttpClient { BaseAddress = host.Client.BaseAddress };

        var answer = await client.PostAsync($"/write?u=monitors&p={IngestHost.Key}", new StringContent("vitals,mrn=MRN-1 heartRate=72"));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task A_key_that_sends_too_often_is_slowed_down_and_others_are_not()
    {
        await using var host = await IngestHost.StartAsync(
            ("Ingest:BurstRequests", "3"),
            ("Ingest:RequestsPerSecond", "1"),
            ("ApiKeys:1:Name", "other"),
            ("ApiKeys:1:Key", "the-key-of-another"),
            ("ApiKeys:1:Scopes:0", "ingest"));
        using var other = new HttpClient { BaseAddress = host.Client.BaseAddress };
        other.DefaultRequestHeaders.Add(ApiKeyHandler.HeaderName, "the-key-of-another");

        HttpResponseMessage answer;
        var sent = 0;
        do
            answer = await host.PostAsync(host.Json());
        while (answer.IsSuccessStatusCode && ++sent < 100);

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(HttpStatusCode.NoContent, (await other.PostAsync("/write", new StringContent("vitals,mrn=MRN-1 heartRate=72"))).StatusCode);
    }

    [Fact]
    public void Everything_wrong_with_the_keys_is_told_together_and_no_key_shown()
    {
        var error = Assert.Throws<OptionsValidationException>(() => Settings(
            "Production",
            ("ApiKeys:0:Name", ""),
            ("ApiKeys:0:Key", "short-secret"),
            ("ApiKeys:1:Name", "b"),
            ("ApiKeys:1:KeyHash", "12"),
            ("ApiKeys:1:Scopes:0", "everything"),
            ("ApiKeys:2:Name", "b"),
            ("ApiKeys:2:Scopes:0", "read")));

        string[] expected =
        [
            "ApiKeys:0:Name", "ApiKeys:0:Key", "ApiKeys:0:Scopes", "ApiKeys:1:KeyHash", "ApiKeys:1:Scopes has 'everything', allowed are ingest, read, write, metrics, import.",
            "ApiKeys:2:Key: give either Key or KeyHash.", "the Name 'b' is there 2 times",
        ];
        Assert.All(expected, text => Assert.Contains(text, error.Message));
        Assert.DoesNotContain("short-secret", error.Message);
    }

    [Theory]
    [InlineData("Development", 1)]
    [InlineData("Production", 0)]
    public void The_demo_key_is_for_development_without_keys(string environment, int keys)
    {
        Assert.Equal(keys, Settings(environment).Keys.Count);
        var configured = Settings(environment, ("ApiKeys:0:Name", "a"), ("ApiKeys:0:Key", "0123456789abcdef"), ("ApiKeys:0:Scopes:0", "read"));
        Assert.Equal("a", Assert.Single(configured.Keys).Name);
    }

    private static ApiKeySettings Settings(string environment, params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
            .Build();
        using var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(configuration)
            .AddSingleton<IHostEnvironment>(new HostingEnvironment { EnvironmentName = environment })
            .AddApiKeys()
            .BuildServiceProvider();
        return services.GetRequiredService<IOptions<ApiKeySettings>>().Value;
    }
}
