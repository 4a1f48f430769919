using HealthDashboard.Data.InfluxDb;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Servers.InfluxDb;

/// <summary>InfluxDB 3.x: what it lacks is reported, what the operator made is used.</summary>
public sealed class InfluxVersionTests
{
    private const string Version3 = "3.5.0";

    private static readonly DateTimeOffset Now = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);
    private static readonly ObjectId Patient = ObjectId.Parse("0123456789abcdef01234567");

    private readonly ManualTime time = new(Now);

    [Fact]
    public async Task Missing_places_are_reported_in_one_line_with_the_commands_that_make_them()
    {
        await using var stores = Stores();
        using var server = new LaterInflux(Version3);
        await using var store = InfluxStores.Over(stores.Options, time, server);

        var refused = await Assert.ThrowsAsync<StoreRefusedException>(() => store.AppendAsync([Hr(Now, 70)]));

        var name = stores.Options.Database;
        Assert.StartsWith($"lacks {name}/raw or {name}/rollup. Make them: influxdb3 create database --retention-period 87601h {name}/raw;", refused.Reason);
        Assert.DoesNotContain("\n", refused.Message);

        // The readings waited in the spool, and the next attempt finds what the operator has made.
        await stores.MakePlacesAsync();
        await store.AppendAsync([Hr(Now, 70)]);
        Assert.Equal(70, Assert.Single(await store.LatestAsync(Patient)).Value);
    }

    [Fact]
    public async Task Roll_ups_are_made_without_anything_that_is_refused()
    {
        await using var stores = Stores();
        await stores.MakePlacesAsync();
        using var server = new LaterInflux(Version3);
        await using var store = InfluxStores.Over(stores.Options, time, server);
        await store.LatestAsync(Patient);
        // It was asked what it can do.
        server.Refused.Clear();
        await store.AppendAsync([Hr(Now, 60), Hr(Now.AddSeconds(1), 80), Hr(Now.AddDays(-3), 90)]);
        time.Advance(TimeSpan.FromHours(3));
        await store.SettleAsync();
        await store.AppendAsync([Hr(Now.AddSeconds(2), 0), Hr(Now.AddSeconds(1), 0), Hr(Now.AddSeconds(3), 70)]);

        Assert.Empty(server.Refused);
        foreach (var width in new[] { "1m", "10m", "1h", "1d" })
            Assert.Equal("[0,3,60,90,220]", Assert.Single(await stores.QueryAsync($"SELECT sum(count), min(min), max(max), sum(sum) FROM rollup.vitals_{width} WHERE count > 0")));
        var points = await store.ChartAsync(Patient, VitalSign.HeartRate, Now.AddDays(-7), Now.AddDays(1), 100);
        Assert.Equal([90.0, 65], points.Select(point => point.Mean));
    }

    [Fact]
    public async Task Without_the_token_readings_wait_and_the_token_is_not_shown()
    {
        await using var stores = Stores();
        await stores.MakePlacesAsync();
        var options = new InfluxDbOptions { Address = stores.Options.Address, Database = stores.Options.Database, Token = "wr0ng" };
        await using var store = InfluxStores.Over(options, time, new LaterInflux(Version3));

        var refused = await Assert.ThrowsAsync<StoreRefusedException>(() => store.AppendAsync([Hr(Now, 70)]));

        Assert.Contains("refuses the user name or password", refused.Message);
        Assert.DoesNotContain("wr0ng", refused.ToString());
    }

    private InfluxStores Stores() => new(time, version: Version3) { Options = LaterInflux.Options(Needs.InfluxDb()) };

    private static Reading Hr(DateTimeOffset at, double value) => new(Patient, VitalSign.HeartRate, at.ToUnixTimeMilliseconds(), value);
}
