using HealthDashboard.Data;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Tests.Unit.Sqlite;

public sealed class StoreRegistrationTests : IDisposable
{
    private readonly TempDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData(null)]
    [InlineData("Sqlite")]
    [InlineData("SQLITE")]
    public async Task Without_a_choice_or_with_the_name_every_role_is_embedded(string? name)
    {
        using var host = Host(("Stores:Patients", name), ("Stores:Alerts", name));
        await host.StartAsync();
        Assert.NotNull(host.Services.GetRequiredService<IPatientStore>());
        Assert.NotNull(host.Services.GetRequiredService<IAccountStore>());
        Assert.NotNull(host.Services.GetRequiredService<ICareTeamStore>());
        Assert.NotNull(host.Services.GetRequiredService<IAnalyticsStore>());
        Assert.NotNull(host.Services.GetRequiredService<IAlertStore>());
        Assert.Equal(
            ["alerts.db", "analytics.db", "careteam.db", "patients.db"],
            Directory.GetFiles(directory.Path, "*.db").Select(Path.GetFileName).Except(["vitals.db"]).Order());

        var health = (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries;
        Assert.Superset(new HashSet<string> { "patients", "careTeam", "analytics", "alerts" }, health.Keys.ToHashSet());
        Assert.All(health.Values, entry => Assert.Equal(HealthStatus.Healthy, entry.Status));
    }

    [Fact]
    public async Task Wrong_names_stop_the_start_and_are_told_together()
    {
        using var host = Host(("Stores:Patients", "MonoDb"), ("Stores:CareTeam", ""), ("Stores:Pateints", "Sqlite"), ("Stores:AnswerWithin", "0"));
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Equal(
            [
                "Stores:Patients is 'MonoDb': legal values are Sqlite, MongoDb.",
                "Stores:CareTeam is '': legal values are Sqlite, Neo4j.",
                "Stores:Pateints is not known: legal keys are Stores:Patients, Stores:Vitals, Stores:CareTeam, Stores:Analytics, Stores:Alerts, Stores:AnswerWithin.",
                "Stores:AnswerWithin is '0': 0.1 to 60 seconds are allowed.",
            ],
            error.Failures);
        Assert.Empty(Directory.GetFiles(directory.Path));
    }

    private IHost Host(params (string Key, string? Value)[] settings)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true, EnvironmentName = "Development" });
        builder.Configuration.AddInMemoryCollection(
            settings.Append(("Data:Directory", directory.Path)).Where(s => s.Item2 is not null).Select(s => KeyValuePair.Create(s.Item1, s.Item2)));
        builder.Services.AddStores(builder.Configuration);
        return builder.Build();
    }
}
