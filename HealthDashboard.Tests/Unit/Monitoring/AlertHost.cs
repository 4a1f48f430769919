using HealthDashboard.Access;
using HealthDashboard.Accounts;
using HealthDashboard.Alerts;
using HealthDashboard.Census;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Sqlite.Patients;
using HealthDashboard.Data.Stores;
using HealthDashboard.Hosting;
using HealthDashboard.Monitoring;
using HealthDashboard.Review;
using HealthDashboard.Tests.Support;
using HealthDashboard.TimeTravel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Tests.Unit.Monitoring;

/// <summary>The alerts' endpoints and hub on a real server, over the stores of a world.</summary>
internal sealed class AlertHost : IAsyncDisposable
{
    public const string ReadKey = "key-that-may-read";
    public const string WriteKey = "key-that-may-write";

    private readonly WebApplication app;
    private readonly AlertWorld world;

    private AlertHost(AlertWorld world, WebApplication app, TroubledAlertStore store) => (this.world, this.app, Store) = (world, app, store);

    public TroubledAlertStore Store { get; }

    public Uri Address => new(app.Urls.First());

    public AlarmEngine Engine => app.Services.GetRequiredService<AlarmEngine>();

    public MonitorSet Monitors => app.Services.GetRequiredService<MonitorSet>();

    public AlertFeed Feed => app.Services.GetRequiredService<AlertFeed>();

    public T Service<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    public static async Task<AlertHost> StartAsync(AlertWorld world)
    {
        var store = new TroubledAlertStore(world.Alerts);
        var builder = WebApplication.CreateSlimBuilder();
        foreach (var (i, (key, scope)) in new[] { (ReadKey, "read"), (WriteKey, "write") }.Index())
        {
            builder.Configuration[$"ApiKeys:{i}:Name"] = $"test {scope}";
            builder.Configuration[$"ApiKeys:{i}:Key"] = key;
            builder.Configuration[$"ApiKeys:{i}:Scopes:0"] = scope;
        }
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var services = builder.Services;
        services.AddSingleton<TimeProvider>(world.Time);
        services.AddSqlitePatients(world.DataPath);
        services.AddSingleton<IAlertStore>(store);
        services.AddSingleton<IVitalStore>(world.Vitals);
        services.AddSingleton(world.CareTeam);
        services.AddClinical(builder.Configuration);
        services.AddCensus(provider => provider.GetRequiredService<IOptions<AlarmOptions>>().Value.DefaultLimits);
        services.AddHosting();
        services.AddAccounts();
        services.AddAccess();
        services.Configure<HealthDashboard.Data.Stores.StoreOptions>(options => options.DataDirectory = world.DataPath);
        services.AddMonitoring();
        services.AddAlerts().AddTimeTravel().AddReview();
        var server = builder.Build();
        server.UseHosting();
        server.UseAccess();
        server.MapMonitoring();
        server.MapAlerts();
        server.MapReview();
        await server.StartAsync();
        var host = new AlertHost(world, server, store);
        await host.Engine.Ready;
        return host;
    }

    public HttpClient Client(string? key = WriteKey)
    {
        var client = new HttpClient { BaseAddress = Address };
        if (key is not null)
            client.DefaultRequestHeaders.Add("X-Api-Key", key);
        return client;
    }

    /// <summary>Has an alert raised and published.</summary>
    public async Task<Alert> RaiseAsync(double temperature = 40)
    {
        world.Time.Advance(TimeSpan.FromSeconds(1));
        var reading = world.Reading(VitalSign.Temperature, temperature);
        await world.Vitals.AppendAsync([reading]);
        await Engine.ApplyAsync([reading], CancellationToken.None);
        await Eventually.HoldsAsync(() => Feed.Snapshot().Open.Any(alert => alert.Sign == "temperature"), "the alert");
        return Feed.Snapshot().Open.Single(alert => alert.Sign == "temperature");
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();
}
