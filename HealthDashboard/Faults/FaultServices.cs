using HealthDashboard.Data;
using HealthDashboard.Data.Stores;
using HealthDashboard.Ingest;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Faults;

/// <summary>Registration of the fault switches: around the stores, so that whoever asks for a role gets it behind its switch.</summary>
internal static class FaultServices
{
    /// <summary>The key that says whether there are switches.</summary>
    public const string Key = "Demo:Faults";

    private static readonly (Type Type, string Role)[] Behind =
    [
        (typeof(IPatientStore), "patients"), (typeof(IAccountStore), "patients"), (typeof(IGrantStore), "patients"), (typeof(IAuditStore), "patients"),
        (typeof(IVitalStore), "vitals"), (typeof(ICareTeamStore), "careTeam"), (typeof(IAnalyticsStore), "analytics"), (typeof(IAlertStore), "alerts"),
    ];

    /// <summary>Whether there are switches: <c>Demo:Faults</c>, by default in Development where there is a demo hospital.</summary>
    public static bool IsOn(IConfiguration configuration, IHostEnvironment environment) => configuration.GetValue(
        Key, environment.IsDevelopment() && configuration.GetValue("Demo:Ward", configuration.GetValue("Demo:Enabled", true)));

    /// <summary>
    /// Adds the stores, each behind its switch where there are switches. Without them nothing is in between, and no connection goes through
    /// a proxy.
    /// </summary>
    public static void AddStores(this WebApplicationBuilder builder)
    {
        if (!IsOn(builder.Configuration, builder.Environment))
        {
            builder.Services.AddStores(builder.Configuration);
            return;
        }
        var board = new FaultBoard(TimeProvider.System);
        var (proxies, settings) = StoreRoutes.Lead(builder.Configuration, board, TimeProvider.System);
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddStores(builder.Configuration);
        builder.Services.PutBehindSwitches(board);
        builder.Services.AddHostedService(_ => new ProxyLife(proxies));
        builder.Services.AddSingleton<ReadingLedger>().AddSingleton<IReadingReceipts>(static provider => provider.GetRequiredService<ReadingLedger>());
        builder.Services.AddSingleton<FaultProof>().AddSingleton<FaultControl>();
        builder.Services.AddSingleton<AlertWitness>().AddHostedService(static provider => provider.GetRequiredService<AlertWitness>());
    }

    /// <summary>Puts every store that is registered, its health and the bus between nodes behind the switches.</summary>
    public static IServiceCollection PutBehindSwitches(this IServiceCollection services, FaultBoard board)
    {
        services.AddSingleton(board);
        foreach (var (i, one) in services.Index().ToList())
        {
            if (one.IsKeyedService)
                continue;
            if (Array.Find(Behind, behind => behind.Type == one.ServiceType) is { Role: { } role })
                services[i] = ServiceDescriptor.Singleton(one.ServiceType, provider => FaultyStore.Of(one.ServiceType, Make(one, provider), board, role, StoreOf(provider, role)));
            else if (one.ServiceType == typeof(ILiveBus))
                services[i] = ServiceDescriptor.Singleton<ILiveBus>(provider => new FaultyBus((ILiveBus)Make(one, provider), board));
        }
        return services.PostConfigure<HealthCheckServiceOptions>(options =>
        {
            foreach (var check in options.Registrations.Where(check => FaultBoard.Roles.Contains(check.Name)))
            {
                var factory = check.Factory;
                check.Factory = provider => new FaultyHealthCheck(factory(provider), board, check.Name, StoreOf(provider, check.Name));
            }
        });
    }

    private static string StoreOf(IServiceProvider provider, string role) =>
        $"{(provider.GetRequiredService<IOptions<StoreOptions>>().Value.Chosen.TryGetValue(role, out var chosen) ? chosen.Server : "The store")} {FaultBoard.NameOf(role).ToLowerInvariant()}";

    private static object Make(ServiceDescriptor one, IServiceProvider provider) => one.ImplementationInstance
        ?? one.ImplementationFactory?.Invoke(provider)
        ?? ActivatorUtilities.CreateInstance(provider, one.ImplementationType!);

    // They listen before the stores are made, and end with the program.
    private sealed class ProxyLife(IReadOnlyList<StoreProxy> proxies) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public async Task StopAsync(CancellationToken cancellationToken)
        {
            foreach (var proxy in proxies)
                await proxy.DisposeAsync();
        }
    }
}
