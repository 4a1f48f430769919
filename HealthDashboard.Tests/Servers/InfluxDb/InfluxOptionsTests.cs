using HealthDashboard.Data;
using HealthDashboard.Data.InfluxDb;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Tests.Servers.InfluxDb;

public sealed class InfluxOptionsTests
{
    [Theory]
    [InlineData("http://localhost:8086", "health", null, null, null)]
    [InlineData("https://influx/proxy;Database=ward-7;Token=abc==", "ward-7", null, null, "abc==")]
    [InlineData("http://h:1;username=me;password=\"a;b=c\"", "health", "me", "a;b=c", null)]
    public void A_connection_string_is_an_address_and_pairs(string text, string database, string? username, string? password, string? token)
    {
        var options = InfluxDbOptions.Parse(text, TimeSpan.FromDays(1), out var error)!;

        Assert.Null(error);
        Assert.Equal((database, username, password, token), (options.Database, options.Username, options.Password, options.Token));
        Assert.Equal(text.Split(';')[0], options.Address.ToString().TrimEnd('/'));
    }

    [Theory]
    [InlineData(null, "is missing")]
    [InlineData(" ", "is missing")]
    [InlineData("localhost:8086;Password=secret", "must begin with an http or https address")]
    [InlineData("http://me:secret@localhost:8086", "must begin with an http or https address")]
    [InlineData("http://localhost;secret", "not Name=value")]
    [InlineData("http://localhost;Databse=health;Password=secret;Username=me", "unknown name 'databse'")]
    [InlineData("http://localhost;Database=a\"b;Token=secret", "not 1 to 64 letters")]
    [InlineData("http://localhost;Token=secret;Username=me;Password=secret", "both a Token and")]
    [InlineData("http://localhost;Password=secret", "only one of Username and Password")]
    [InlineData("http://localhost;Token=\"secret\r\nX: 1\"", "control character")]
    public void A_wrong_one_is_told_in_one_line_without_its_secrets(string? text, string says)
    {
        Assert.Null(InfluxDbOptions.Parse(text, TimeSpan.FromDays(1), out var error));

        Assert.StartsWith("ConnectionStrings:InfluxDb ", error);
        Assert.Contains(says, error);
        Assert.DoesNotContain("\n", error);
        Assert.DoesNotContain("secret", error!.Replace("Password=secret (or ;Token=secret)", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Token=t0p", "Token t0p")]
    [InlineData("Username=me;Password=pä:ss", "Basic bWU6cMOkOnNz")]
    [InlineData("", null)]
    public async Task The_account_goes_with_every_request(string account, string? header)
    {
        using var server = new FakeInflux((_, _) => null);
        var time = new ManualTime();
        var options = InfluxDbOptions.Parse($"http://localhost;{account}", TimeSpan.FromDays(3650), out _)!;
        await using var store = InfluxStores.Over(options, time, server);

        await store.AppendAsync([new Reading(ObjectId.New(time), VitalSign.Spo2, time.GetUtcNow().ToUnixTimeMilliseconds(), 97)]);

        Assert.True(server.Requests.Count > 2);
        Assert.All(server.Requests, request => Assert.Equal(header, request.Authorization));
    }

    [Fact]
    public async Task Without_a_connection_string_the_host_does_not_start()
    {
        using var directory = new TempDirectory();
        using var host = Host(directory, ("Stores:Vitals", "InfluxDb"), ("Stores:Patients", "None"));

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Contains(error.Failures, failure => failure.StartsWith("ConnectionStrings:InfluxDb is missing", StringComparison.Ordinal));
        Assert.Contains(error.Failures, failure => failure.StartsWith("Stores:Patients is 'None'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_the_server_the_host_starts_and_says_so()
    {
        using var directory = new TempDirectory();
        using var host = Host(directory, ("Stores:Vitals", "influxdb"), ("ConnectionStrings:InfluxDb", "http://127.0.0.1:9"));

        await host.StartAsync();

        Assert.IsType<InfluxDbVitalStore>(host.Services.GetRequiredService<IVitalStore>());
        var health = (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["vitals"];
        Assert.Equal(HealthStatus.Unhealthy, health.Status);
        Assert.StartsWith("InfluxDB vitals: cannot be reached (ConnectionError).", health.Description);
    }

    private static IHost Host(TempDirectory directory, params (string Key, string Value)[] settings)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true, EnvironmentName = "Development" });
        builder.Configuration.AddInMemoryCollection(
            settings.Append(("Data:Directory", directory.Path)).Select(setting => KeyValuePair.Create(setting.Item1, (string?)setting.Item2)));
        builder.Services.AddSingleton(TimeProvider.System).AddStores(builder.Configuration);
        return builder.Build();
    }
}
