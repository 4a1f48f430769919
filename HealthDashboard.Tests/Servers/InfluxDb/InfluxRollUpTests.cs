using HealthDashboard.Data.InfluxDb;
using HealthDashboard.Data.Model;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Servers.InfluxDb;

/// <summary>Roll-ups made in a real server stay true, whatever comes late, twice, or from another node.</summary>
/// <param name="version">Which server, 1.x or 2.x.</param>
public abstract class InfluxRollUpContract(int version) : IAsyncLifetime
{
    private protected static readonly DateTimeOffset Start = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);
    private protected static readonly ObjectId Patient = ObjectId.Parse("0123456789abcdef01234567");

    private readonly ManualTime time = new(Start);
    private InfluxStores stores = null!;

    public ValueTask InitializeAsync()
    {
        stores = InfluxStores.On(version, time);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => stores.DisposeAsync();

    [Fact]
    public async Task Long_charts_are_drawn_from_roll_ups_and_recent_parts_from_raw_readings()
    {
        var store = stores.Open();
        await store.AppendAsync([.. Enumerable.Range(0, 600).Select(i => Hr(Start.AddSeconds(i), 60 + (i % 10)))]);
        time.Advance(TimeSpan.FromMinutes(70));
        await store.SettleAsync();

        Assert.Equal(["[1767600300000,1767600300000]"], (await stores.QueryAsync(new InfluxStatements(stores.Options.Database).LastSettled.Text)));
        Assert.Equal("[0,300]", Assert.Single(await stores.QueryAsync("SELECT sum(count) FROM rollup.vitals_1m")));
        Assert.Equal("[0,300]", Assert.Single(await stores.QueryAsync("SELECT sum(count) FROM rollup.vitals_1d")));

        // What a chart says must come from there: raw readings that the roll-ups have are gone from the server.
        if (version == 1)
            await stores.QueryAsync("DELETE FROM vitals WHERE time < 1767600300000ms");
        else
            await new InfluxOperator(stores.Options).DeleteAsync("raw", DateTimeOffset.UnixEpoch, DateTimeOffset.FromUnixTimeMilliseconds(1767600300000 - 1));
        var points = await store.ChartAsync(Patient, VitalSign.HeartRate, Start.AddDays(-7), Start.AddDays(1), 100);
        Assert.Equal(600, points.Sum(point => point.Count));
        Assert.Equal(64.5, Assert.Single(points).Mean);
    }

    [Fact]
    public async Task A_late_reading_is_in_the_charts_of_every_node_when_it_is_acknowledged()
    {
        var (one, other) = (stores.Open(), stores.Open());
        await one.AppendAsync([Hr(Start, 60)]);
        time.Advance(TimeSpan.FromHours(2));
        await one.SettleAsync();
        Assert.Equal(1, await CountAsync(other));

        await other.AppendAsync([Hr(Start.AddSeconds(1), 80), Hr(Start.AddDays(-3), 90)]);

        Assert.Equal(3, await CountAsync(one));
        Assert.Equal(3, await CountAsync(other));
    }

    [Fact]
    public async Task Nodes_that_bring_parts_of_the_same_minutes_at_once_leave_roll_ups_of_all_of_them()
    {
        InfluxDbVitalStore[] nodes = [stores.Open(), stores.Open(), stores.Open()];
        await nodes[0].AppendAsync([Hr(Start, 60)]);
        time.Advance(TimeSpan.FromHours(9));
        await nodes[0].SettleAsync();

        // Each node has every third reading of two hours, and brings them in pieces, as their spools do after an outage.
        await Task.WhenAll(nodes.Index().Select(node => Task.Run(async () =>
        {
            foreach (var piece in Enumerable.Range(0, 7200).Where(second => second % 3 == node.Index).Chunk(400))
                await node.Item.AppendAsync([.. piece.Select(second => Hr(Start.AddSeconds(second), 60 + (second % 10)))]);
        })));

        foreach (var width in new[] { "1m", "10m", "1h", "1d" })
            Assert.Equal($"[0,7200,60,69,{Enumerable.Range(0, 7200).Sum(second => 60 + (second % 10))}]", Assert.Single(await stores.QueryAsync($"SELECT sum(count), min(min), max(max), sum(sum) FROM rollup.vitals_{width}")));
    }

    [Fact]
    public async Task Many_late_readings_of_many_patients_are_stored_and_rolled_up_in_one_call()
    {
        var store = stores.Open();
        time.Advance(TimeSpan.FromHours(30));
        await store.SettleAsync();
        var readings = Enumerable.Range(0, 60).SelectMany(patient => Enumerable.Range(0, 1000).Select(second => new Reading(
            ObjectId.Parse($"0123456789abcdef012345{patient:00}"), VitalSign.Spo2, Start.AddSeconds(second).ToUnixTimeMilliseconds(), second % 100 == 0 ? 0 : 90 + (second % 9)))).ToList();

        await store.AppendAsync([.. readings.Take(30_000)]);
        await store.AppendAsync(readings);

        Assert.Equal($"[0,{readings.Count}]", Assert.Single(await stores.QueryAsync("SELECT count(value) FROM raw.vitals")));
        foreach (var width in new[] { "1m", "10m", "1h", "1d" })
            Assert.Equal($"[0,{readings.Count(reading => !reading.IsSensorOff)}]", Assert.Single(await stores.QueryAsync($"SELECT sum(count) FROM rollup.vitals_{width}")));
    }

    [Fact]
    public async Task A_minute_whose_last_value_became_sensor_off_is_empty_at_every_width()
    {
        var store = stores.Open();
        await store.AppendAsync([Hr(Start, 60), Hr(Start.AddHours(3), 70)]);
        time.Advance(TimeSpan.FromHours(5));
        await store.SettleAsync();
        Assert.Equal(2, await CountAsync(store));

        await store.AppendAsync([Hr(Start, 0)]);

        foreach (var days in new[] { 0.5, 2, 20, 300 })
        {
            var points = await store.ChartAsync(Patient, VitalSign.HeartRate, Start.AddDays(-days / 4), Start.AddDays(days), 300);
            Assert.Equal(70, Assert.Single(points).Min);
        }
    }

    [Fact]
    public async Task Readings_beyond_the_raw_retention_leave_their_roll_ups()
    {
        // The real time, for the server's clock decides what it keeps.
        var now = TimeProvider.System.GetUtcNow();
        await using var recent = InfluxStores.On(version, TimeProvider.System, TimeSpan.FromHours(2));
        var store = recent.Open();
        var samples = Enumerable.Range(1, 480).Select(i => new Sample(now.AddMinutes(i - 480).ToUnixTimeMilliseconds(), 60 + (i % 7))).ToList();
        await store.ImportAsync(Patient, VitalSign.HeartRate, samples);
        await store.ImportAsync(Patient, VitalSign.HeartRate, samples);
        await store.AppendAsync([Hr(now.AddDays(-20), 99), Hr(now.AddDays(-20), 100)]);

        Assert.Equal(TimeSpan.FromHours(3), await RawKeptAsync(recent));
        Assert.InRange((await store.ReadAsync(Patient, VitalSign.HeartRate, now.AddDays(-30), now.AddDays(1))).Count, 118, 120);
        var points = await store.ChartAsync(Patient, VitalSign.HeartRate, now.AddDays(-1), now.AddMinutes(1), 500);
        Assert.Equal(480, points.Sum(point => point.Count));
        var old = Assert.Single(await store.ChartAsync(Patient, VitalSign.HeartRate, now.AddDays(-30), now.AddDays(-10), 500));
        Assert.Equal((100, 1), (old.Max, old.Count));
    }

    [Fact]
    public async Task Names_of_devices_come_back_as_they_are()
    {
        var store = stores.Open();
        string[] names = ["a b", "a,b=c", "\"", "\\", "a\\\"", "\\\\", "x\\", "line\nend", "\u6f22\U0001F9E1", "'; DROP DATABASE \"health\""];
        foreach (var (i, name) in names.Index())
        {
            var reading = Hr(Start.AddSeconds(i), 60 + i) with { Device = name };
            await store.AppendAsync([reading]);
            Assert.Equal([reading], await store.LatestAsync(Patient));
        }
    }

    private static Reading Hr(DateTimeOffset at, double value) => new(Patient, VitalSign.HeartRate, at.ToUnixTimeMilliseconds(), value);

    private static async Task<long> CountAsync(InfluxDbVitalStore store) =>
        (await store.ChartAsync(Patient, VitalSign.HeartRate, Start.AddDays(-7), Start.AddDays(1), 100)).Sum(point => point.Count);

    private async Task<TimeSpan> RawKeptAsync(InfluxStores of) => version == 2
        ? TimeSpan.FromSeconds((await new InfluxOperator(of.Options).BucketsAsync()).Single(bucket => bucket.Name.EndsWith("/raw", StringComparison.Ordinal)).Seconds)
        : (await of.QueryAsync($"SHOW RETENTION POLICIES ON \"{of.Options.Database}\"")).Single(row => row.Contains("\"raw\"")).Contains("\"3h0m0s\"")
            ? TimeSpan.FromHours(3) : TimeSpan.Zero;
}

public sealed class InfluxRollUpTests() : InfluxRollUpContract(1);

public sealed class Influx2RollUpTests() : InfluxRollUpContract(2);
