using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Contracts;

/// <summary>InfluxDB, each fact in a database of its own.</summary>
public sealed class InfluxDbVitalStoreTests : VitalStoreContract
{
    private readonly InfluxStores stores = new(new ManualTime(Now));

    protected override Task<IVitalStore> OpenAsync() => Task.FromResult<IVitalStore>(stores.Open());

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await stores.DisposeAsync();
    }
}
