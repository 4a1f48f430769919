using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Contracts;

/// <summary>A real InfluxDB server, each fact in a database of its own.</summary>
/// <param name="version">Which server, 1.x or 2.x.</param>
public abstract class RealInfluxDbVitalStoreContract(int version) : VitalStoreContract
{
    private readonly InfluxStores stores = InfluxStores.On(version, new ManualTime(Now));

    protected override Task<IVitalStore> OpenAsync() => Task.FromResult<IVitalStore>(stores.Open());

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await stores.DisposeAsync();
    }
}

public sealed class InfluxDbVitalStoreTests() : RealInfluxDbVitalStoreContract(1);

public sealed class InfluxDb2VitalStoreTests() : RealInfluxDbVitalStoreContract(2);

/// <summary>InfluxDB 1.x behind a stand-in that refuses what 3.x does, over the places that an operator has made.</summary>
public sealed class InfluxDb3VitalStoreTests : VitalStoreContract
{
    private readonly InfluxStores stores = new(new ManualTime(Now), version: "3.5.0") { Options = LaterInflux.Options(Needs.InfluxDb()) };

    protected override async Task<IVitalStore> OpenAsync()
    {
        await stores.MakePlacesAsync();
        return stores.Open();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await stores.DisposeAsync();
    }
}
