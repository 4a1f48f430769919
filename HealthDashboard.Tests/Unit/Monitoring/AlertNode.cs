using HealthDashboard.Census;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Live;
using HealthDashboard.Monitoring;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Tests.Unit.Monitoring;

/// <summary>One web node's alarms over the stores of a world.</summary>
internal sealed class AlertNode : IAsyncDisposable
{
    private readonly AlertWorld world;
    private readonly ServiceProvider services;
    private readonly List<IHostedService> running = [];

    private AlertNode(AlertWorld world, IVitalStore? vitals, IAlertStore? alerts, ILiveBus? bus, string[] regions)
    {
        this.world = world;
        Bus = bus;
        Store = new TroubledAlertStore(alerts ?? world.OpenAlerts());
        var collection = new ServiceCollection();
        collection.AddLogging();
        collection.AddSingleton<TimeProvider>(world.Time);
        collection.AddSingleton<IAlertStore>(Store);
        collection.AddSingleton(vitals ?? world.Vitals);
        collection.AddSingleton(world.CareTeam);
        collection.AddSingleton(world.Patients);
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(regions.Index().Select(region => KeyValuePair.Create<string, string?>($"Monitoring:Regions:{region.Index}", region.Item)))
            .Build();
        collection.AddSingleton<IConfiguration>(configuration);
        if (bus is not null)
            collection.AddSingleton(bus);
        collection.AddClinical(configuration);
        collection.AddCensus(provider => provider.GetRequiredService<IOptions<AlarmOptions>>().Value.DefaultLimits);
        collection.AddMonitoring();
        collection.AddSingleton<LiveVitals>();
        collection.AddSingleton<LiveOutbox>();
        collection.AddHostedService<LiveRelay>();
        services = collection.BuildServiceProvider();
    }

    public TroubledAlertStore Store { get; }

    public AlarmEngine Engine => services.GetRequiredService<AlarmEngine>();

    public AlertFeed Feed => services.GetRequiredService<AlertFeed>();

    public AlertWriter Writer => services.GetRequiredService<AlertWriter>();

    public PatientDirectory Directory => services.GetRequiredService<PatientDirectory>();

    public MonitorSet Monitors => services.GetRequiredService<MonitorSet>();

    public ILiveBus? Bus { get; }

    public LiveVitals Live => services.GetRequiredService<LiveVitals>();

    public RegionWatch Watch => services.GetRequiredService<RegionWatch>();

    public WardAlarms Wards => services.GetRequiredService<WardAlarms>();

    public IStayAlerts Stays => services.GetRequiredService<IStayAlerts>();

    public IReadOnlyList<Alert> Open => Feed.Snapshot().Open;

    /// <summary>Starts it and waits until it evaluates.</summary>
    public static async Task<AlertNode> StartAsync(
        AlertWorld world, IVitalStore? vitals = null, IAlertStore? alerts = null, ILiveBus? bus = null, params string[] regions)
    {
        var node = new AlertNode(world, vitals, alerts, bus, regions);
        // A test looks at the wards itself, second by second.
        foreach (var service in node.services.GetServices<IHostedService>().Where(service => service is not WardAlarms))
        {
            await service.StartAsync(CancellationToken.None);
            node.running.Add(service);
        }
        await node.Engine.Ready;
        return node;
    }

    /// <summary>Does what ingest does: stores the readings, shows and tells them, and has them evaluated.</summary>
    public async Task PostAsync(params Reading[] readings)
    {
        await world.Vitals.AppendAsync(readings);
        Live.Apply(readings);
        services.GetRequiredService<LiveOutbox>().Add(readings);
        await Engine.ApplyAsync(readings, CancellationToken.None);
    }

    /// <summary>A second of the clock after the other, with a reading in each.</summary>
    public async Task PostEachSecondAsync(int seconds, VitalSign sign, double value)
    {
        for (var i = 0; i < seconds; i++)
        {
            world.Time.Advance(TimeSpan.FromSeconds(1));
            await PostAsync(world.Reading(sign, value));
        }
    }

    /// <summary>Moves the clock and lets the engine see it.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        world.Time.Advance(time);
        await services.GetRequiredService<MonitorSet>().EvaluateDueAsync(CancellationToken.None);
        await SettleAsync();
    }

    /// <summary>Lets the store answer again, and time pass until the writer has tried once more and all is settled.</summary>
    public async Task BackAsync()
    {
        Store.IsUnavailable = false;
        await Eventually.HoldsAsync(
            () =>
            {
                // A second once would not do: the writer may not have begun to wait for its next try.
                world.Time.Advance(TimeSpan.FromSeconds(1));
                return !Writer.IsUnavailable;
            },
            "the writer back");
        await SettleAsync();
    }

    /// <summary>Waits until all is written and published.</summary>
    public async Task SettleAsync()
    {
        await Eventually.HoldsAsync(() => Writer.Depth == 0, "everything written");
        var log = await world.LogAsync();
        await Eventually.HoldsAsync(() => log.Count == 0 || Feed.Sequence >= log[^1].Sequence, "everything published");
    }

    /// <summary>Ends it as kill -9 does: what is in memory is gone, and nothing more reaches the stores.</summary>
    public async Task KillAsync()
    {
        Store.IsUnavailable = true;
        if (Bus is MemoryBus.Line line)
            line.IsCut = true;
        await StopAsync(new CancellationToken(canceled: true));
    }

    /// <summary>Stops it in good order.</summary>
    public Task StopAsync() => StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await services.DisposeAsync();
    }

    private async Task StopAsync(CancellationToken cancel)
    {
        foreach (var service in Enumerable.Reverse(running))
            await service.StopAsync(cancel);
        running.Clear();
    }
}
