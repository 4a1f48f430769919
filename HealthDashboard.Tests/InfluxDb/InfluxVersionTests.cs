using HealthDashboard.Data.InfluxDb;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.InfluxDb;

/// <summary>InfluxDB 2.x and 3.x: what they lack is told, what the operator made is used, and nothing is asked that they refuse.</summary>
public sealed class InfluxVersionTests
{
    private const string Version2 = "v2.7.12";
    private const string Version3 = "3.5.0";

    private static readonly DateTimeOffset Now = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);
    private static readonly ObjectId Patient = ObjectId.Parse("0123456789abcdef01234567");

    private readonly ManualTime time = new(Now);

    [Theory]
    [InlineData(Version2, "is version 2.7.12 and lacks", "influx bucket create --name {0}/raw --retention 87601h;", "influx bucket create --name {0}/rollup --retention 0;", "influx v1 dbrp create --db {0} --rp raw --bucket-id ID")]
    [InlineData(Version3, "is version 3.5.0 and lacks", "influxdb3 create database --retention-period 87601h {0}/raw;", "influxdb3 create database {0}/rollup")]
    public async Task Missing_places_are_told_in_one_line_with_the_commands_that_make_them(string version, params string[] says)
    {
        await using var stores = Stores(version);
        using var server = new LaterInflux(version);
        await using var store = InfluxStores.Over(stores.Options, time, server);

        var told = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.AppendAsync([Hr(Now, 70)]));

        foreach (var part in says)
            Assert.Contains(string.Format(part, stores.Options.Database), told.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", told.Message);
        Assert.Single(server.Refused.Distinct());

        // The readings waited in the spool, and the next attempt finds what the operator has made.
        await stores.MakePlacesAsync();
        await store.AppendAsync([Hr(Now, 70)]);
        Assert.Equal(70, Assert.Single(await store.LatestAsync(Patient)).Value);
    }

    [Theory]
    [InlineData(Version2)]
    [InlineData(Version3)]
    public async Task Roll_ups_are_made_without_anything_that_is_refused(string version)
    {
        await using var stores = Stores(version);
        await stores.MakePlacesAsync();
        using var server = new LaterInflux(version);
        await using var store = InfluxStores.Over(stores.Options, time, server);
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

    [Theory]
    [InlineData(Version2)]
    [InlineData(Version3)]
    public async Task Without_the_token_readings_wait_and_the_token_is_not_told(string version)
    {
        await using var stores = Stores(version);
        await stores.MakePlacesAsync();
        var options = new InfluxDbOptions { Address = stores.Options.Address, Database = stores.Options.Database, Token = "wr0ng" };
        await using var store = InfluxStores.Over(options, time, new LaterInflux(version));

        var told = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.AppendAsync([Hr(Now, 70)]));

        Assert.Contains("401", told.Message);
        Assert.DoesNotContain("wr0ng", told.ToString());
    }

    private InfluxStores Stores(string version) => new(time, version: version) { Options = LaterInflux.Options(Needs.InfluxDb()) };

    private static Reading Hr(DateTimeOffset at, double value) => new(Patient, VitalSign.HeartRate, at.ToUnixTimeMilliseconds(), value);
}
