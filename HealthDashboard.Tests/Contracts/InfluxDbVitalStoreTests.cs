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

/// <summary>InfluxDB behind a stand-in that refuses what a later version does, over the places that an operator has made.</summary>
/// <param name="version">What the stand-in says that it is.</param>
public abstract class LaterInfluxDbVitalStoreContract(string version) : VitalStoreContract
{
    private readonly InfluxStores stores = new(new ManualTime(Now), version: version) { Options = LaterInflux.Options(Needs.InfluxDb()) };

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

public sealed class InfluxDb2VitalStoreTests() : LaterInfluxDbVitalStoreContract("v2.7.12");

public sealed class InfluxDb3VitalStoreTests() : LaterInfluxDbVitalStoreContract("3.5.0");
