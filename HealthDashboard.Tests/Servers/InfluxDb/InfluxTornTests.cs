using HealthDashboard.Data.InfluxDb;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Servers.InfluxDb;

/// <summary>A server stores a point field by field; no chart ever shows the count of one roll-up with the sum of another.</summary>
public sealed class InfluxTornTests
{
    private const long Settled = 1_767_600_000_000;

    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeMilliseconds(Settled);
    private static readonly ObjectId Patient = ObjectId.Parse("0123456789abcdef01234567");

    private readonly ManualTime time = new(Start);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task While_late_readings_come_in_every_minute_that_a_chart_shows_has_been_true(int version)
    {
        const int minutes = 300, rounds = 12;
        await using var stores = InfluxStores.On(version, time);
        InfluxDbVitalStore[] nodes = [stores.Open(), stores.Open()];
        await nodes[0].AppendAsync(Round(0, 0, minutes));
        time.Advance(TimeSpan.FromHours(9));
        await nodes[0].SettleAsync();
        var (charts, writing) = (0, true);

        // Two nodes write halves of the same hours, so that each minute has its readings in this order: what is shown is a beginning of it.
        var load = Task.WhenAll(nodes.Index().Select(node => Task.Run(async () =>
        {
            for (var round = 1; round < rounds; round++)
                await node.Item.AppendAsync(Round(round, node.Index * minutes / 2, minutes / 2));
        })));
        var readers = nodes.Select(node => Task.Run(async () =>
        {
            while (Volatile.Read(ref writing))
            {
                Check(await node.ChartAsync(Patient, VitalSign.HeartRate, Start, Start.AddMinutes(minutes), minutes), minutes);
                Interlocked.Increment(ref charts);
            }
        })).ToArray();
        await load;
        Volatile.Write(ref writing, false);
        await Task.WhenAll(readers);

        Assert.True(charts > 5, $"{charts} charts were read meanwhile.");
        var points = await nodes[0].ChartAsync(Patient, VitalSign.HeartRate, Start, Start.AddMinutes(minutes), minutes);
        Check(points, minutes);
        Assert.All(points, point => Assert.Equal(rounds, point.Count));
        var sum = Enumerable.Range(0, rounds).Sum(Value) * minutes;
        foreach (var width in new[] { "1m", "10m", "1h", "1d" })
            Assert.Equal($"[0,{rounds * minutes},{sum}]", Assert.Single(await stores.QueryAsync($"SELECT sum(count), sum(sum) FROM rollup.vitals_{width}")));
    }

    [Fact]
    public async Task What_is_half_written_is_asked_for_again_alone()
    {
        var whole = Row(Settled - 60_000, 2, 60, 80, 140);
        var asked = new List<string>();
        using var server = new FakeInflux((_, body) =>
        {
            if (!body.Contains("vitals_1m"))
                return null;
            asked.Add(body);
            return Answer(asked.Count switch
            {
                1 => [Row(Settled - 120_000, 1, 70, 70, 70), whole.Replace(",140,", ",999,", StringComparison.Ordinal)],
                2 => [whole.Replace(",80,", ",null,", StringComparison.Ordinal)],
                _ => [whole],
            });
        });
        await using var store = InfluxStores.Over(FakeInflux.Options, time, server);

        var points = await ChartAsync(store);

        Assert.Equal([(70.0, 1L), (70.0, 2L)], points.Select(point => (point.Mean, point.Count)));
        Assert.Equal(3, asked.Count);
        Assert.Contains($"time >= {Settled - 60_000}ms AND time < {Settled - 59_999}ms", asked[1]);
    }

    [Fact]
    public async Task What_stays_half_written_is_taken_from_what_it_is_made_of()
    {
        using var server = new FakeInflux((_, body) =>
            body.Contains("vitals_1m") ? Answer([Row(Settled - 60_000, 2, 60, 80, 140).Replace(",140,", ",999,", StringComparison.Ordinal)])
            : body.Contains("SELECT value") ? Answer([$"[{Settled - 60_000},50]", $"[{Settled - 50_000},0]", $"[{Settled - 40_000},52]"])
            : null);
        await using var store = InfluxStores.Over(FakeInflux.Options, time, server);

        var point = Assert.Single(await ChartAsync(store));

        Assert.Equal((51.0, 2L, 50.0, 52.0), (point.Mean, point.Count, point.Min, point.Max));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task What_a_node_left_half_written_is_made_again_when_it_is_needed(int version)
    {
        await using var stores = InfluxStores.On(version, time);
        var store = stores.Open();
        await store.AppendAsync([Hr(Start, 60), Hr(Start.AddSeconds(1), 80)]);
        time.Advance(TimeSpan.FromHours(3));
        await store.SettleAsync();
        using (var client = new InfluxClient(stores.Options, time))
        {
            using var lines = new InfluxLines();
            foreach (var level in RollUpLevel.All.Take(3))
                lines.Add(level, new RollUpKey(Patient, VitalSign.HeartRate, Settled), new Aggregate { Count = 7, Min = 60, Max = 80, Sum = 140 }, check: 1);
            await client.WriteAsync(InfluxSchema.RollUp, lines.Finish(), CancellationToken.None);
        }

        var points = await store.ChartAsync(Patient, VitalSign.HeartRate, Start.AddDays(-3), Start.AddHours(2), 50);
        Assert.Equal((70.0, 2L), (Assert.Single(points).Mean, points[0].Count));
        await store.AppendAsync([Hr(Start.AddMinutes(5), 100)]);

        foreach (var width in new[] { "10m", "1h", "1d" })
            Assert.Equal("[0,3,240]", Assert.Single(await stores.QueryAsync($"SELECT sum(count), sum(sum) FROM rollup.vitals_{width}")));
    }

    private static Task<IReadOnlyList<VitalPoint>> ChartAsync(InfluxDbVitalStore store) =>
        store.ChartAsync(Patient, VitalSign.HeartRate, Start.AddHours(-5), Start, 300);

    private static string Row(long at, long count, double min, double max, double sum) =>
        $"[{at},{count},{min},{max},{sum},{RollUpCheck.Of(new Aggregate { Count = count, Min = min, Max = max, Sum = sum })}]";

    private static HttpResponseMessage Answer(IEnumerable<string> rows) =>
        FakeInflux.Json($$"""{"results":[{"statement_id":0,"series":[{"columns":[],"values":[{{string.Join(',', rows)}}]}]}]}""");

    private static void Check(IReadOnlyList<VitalPoint> points, int minutes)
    {
        Assert.Equal(minutes, points.Count);
        foreach (var point in points)
        {
            var values = Enumerable.Range(0, (int)point.Count).Select(Value).ToList();
            Assert.Equal((values.Min(), values.Max()), (point.Min, point.Max));
            Assert.Equal(values.Average(), point.Mean, 1e-9);
        }
    }

    private static Reading[] Round(int round, int from, int minutes) =>
        [.. Enumerable.Range(from, minutes).Select(minute => Hr(Start.AddMinutes(minute).AddSeconds(round), Value(round)))];

    private static double Value(int round) => 60 + (round * 7 % 12);

    private static Reading Hr(DateTimeOffset at, double value) => new(Patient, VitalSign.HeartRate, at.ToUnixTimeMilliseconds(), value);
}
