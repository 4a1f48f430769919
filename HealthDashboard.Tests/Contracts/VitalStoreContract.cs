using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Tests.Contracts;

/// <summary>What every vital store keeps. A subclass only says how to open one, empty at first.</summary>
public abstract partial class VitalStoreContract : IAsyncLifetime
{
    private IVitalStore? store;

    /// <summary>The time around which readings are made: on a full hour, so that edges are easy to name.</summary>
    protected static readonly DateTimeOffset Now = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);

    protected static readonly ObjectId Patient = ObjectId.Parse("0123456789abcdef01234567");
    protected static readonly ObjectId Other = ObjectId.Parse("0123456789abcdef01234568");

    private IVitalStore Store => store!;

    /// <summary>Opens the store; again after closing, on what it held before.</summary>
    protected abstract Task<IVitalStore> OpenAsync();

    public async ValueTask InitializeAsync() => store = await OpenAsync();

    public virtual async ValueTask DisposeAsync()
    {
        await CloseAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Readings_come_back_in_time_order_whatever_order_they_arrive_in()
    {
        await Store.AppendAsync([Hr(30, 72), Hr(10, 70), Hr(50, 74)]);
        await Store.AppendAsync([Hr(20, 71), Hr(0, 69)]);

        Assert.Equal([At(0, 69), At(10, 70), At(20, 71), At(30, 72), At(50, 74)], await AllAsync());
    }

    [Fact]
    public async Task The_first_time_is_in_and_the_last_is_not()
    {
        await Store.AppendAsync([Hr(0, 69), Hr(10, 70), Hr(20, 71)]);

        Assert.Equal([At(10, 70)], await Store.ReadAsync(Patient, VitalSign.HeartRate, Time(10), Time(20)));
        Assert.Empty(await Store.ReadAsync(Patient, VitalSign.HeartRate, Time(20), Time(20)));
        Assert.Empty(await Store.ReadAsync(Patient, VitalSign.HeartRate, Time(20), Time(10)));
    }

    [Fact]
    public async Task A_repeat_replaces_the_value_and_counts_once()
    {
        await Store.AppendAsync([Hr(0, 70), Hr(0, 71)]);
        await Store.AppendAsync([Hr(10, 80)]);
        await Store.AppendAsync([Hr(10, 81), Hr(0, 72)]);

        Assert.Equal([At(0, 72), At(10, 81)], await AllAsync());
        Assert.Equal(2, (await ChartAsync(TimeSpan.FromHours(1), 60)).Sum(point => point.Count));
    }

    [Fact]
    public async Task A_late_reading_shows_in_readings_and_charts()
    {
        await Store.AppendAsync([Hr(3600, 80)]);
        await Store.AppendAsync([Hr(-7200, 60)]);

        Assert.Equal([At(-7200, 60), At(3600, 80)], await AllAsync());
        var points = await Store.ChartAsync(Patient, VitalSign.HeartRate, Now.AddHours(-8), Now.AddHours(16), 24);
        Assert.Equal([60.0, 80.0], points.Select(point => point.Mean));
    }

    [Fact]
    public async Task Signs_and_patients_are_kept_apart()
    {
        await Store.AppendAsync([Hr(0, 70), new(Patient, VitalSign.Spo2, Ms(0), 97), new(Other, VitalSign.HeartRate, Ms(0), 55)]);

        Assert.Equal([At(0, 70)], await AllAsync());
        Assert.Equal([At(0, 97)], await Store.ReadAsync(Patient, VitalSign.Spo2, Time(0), Time(1)));
        Assert.Equal([At(0, 55)], await Store.ReadAsync(Other, VitalSign.HeartRate, Time(0), Time(1)));
        Assert.Equal(2, (await Store.LatestAsync(Patient)).Count);
    }

    [Fact]
    public async Task Nothing_is_known_of_a_patient_without_readings()
    {
        Assert.Empty(await AllAsync());
        Assert.Empty(await ChartAsync(TimeSpan.FromDays(1), 100));
        Assert.Empty(await Store.LatestAsync(Patient));
        await Store.AppendAsync([]);
        await Store.ImportAsync(Patient, VitalSign.HeartRate, []);
        Assert.Empty(await Store.LatestAsync(Patient));
    }

    [Fact]
    public async Task Values_come_back_exactly()
    {
        double[] values = [0, 0.1, 36.6, 37.25, 98.765, 1.0 / 3, 72.123456789012, 350, -1.5, 1e-9, 1e15 + 0.5];
        await Store.AppendAsync([.. values.Select((value, i) => Hr(i, value))]);

        Assert.Equal(values, (await AllAsync()).Select(sample => sample.Value));
    }

    [Fact]
    public async Task Times_are_kept_to_the_millisecond()
    {
        var odd = Ms(0) + 123;
        await Store.AppendAsync([new(Patient, VitalSign.HeartRate, odd, 70), new(Patient, VitalSign.HeartRate, odd + 1, 71)]);

        Assert.Equal([new Sample(odd, 70), new Sample(odd + 1, 71)], await AllAsync());
    }

    [Fact]
    public async Task Sensor_off_is_kept_as_received_and_never_drawn()
    {
        await Store.AppendAsync([Hr(0, 70), Hr(10, 0), Hr(20, 80)]);
        await Store.AppendAsync([new(Patient, VitalSign.OxygenFlow, Ms(0), 0)]);

        Assert.Equal([At(0, 70), At(10, 0), At(20, 80)], await AllAsync());
        foreach (var length in new[] { TimeSpan.FromMinutes(1), TimeSpan.FromHours(4), TimeSpan.FromDays(300) })
        {
            var point = Assert.Single(await ChartAsync(length, 1));
            Assert.Equal((70, 80, 75, 2L), (point.Min, point.Max, point.Mean, point.Count));
        }
        Assert.Equal(1, Assert.Single(await Store.ChartAsync(Patient, VitalSign.OxygenFlow, Now, Now.AddHours(1), 1)).Count);
    }

    [Fact]
    public async Task The_latest_is_the_one_with_the_latest_time()
    {
        await Store.AppendAsync([Hr(10, 80) with { Device = "monitor-1" }]);
        await Store.AppendAsync([Hr(5, 75) with { Device = "monitor-2" }]);
        Assert.Equal([Hr(10, 80) with { Device = "monitor-1" }], await Store.LatestAsync(Patient));

        await Store.AppendAsync([Hr(10, 0)]);
        Assert.Equal([Hr(10, 0)], await Store.LatestAsync(Patient));

        await Store.AppendAsync([Hr(20, 82) with { Device = "Bett 7 \u00e4\u6f22" }]);
        await ReopenAsync();
        Assert.Equal([Hr(20, 82) with { Device = "Bett 7 \u00e4\u6f22" }], await Store.LatestAsync(Patient));
    }

    [Fact]
    public async Task A_short_chart_is_cut_exactly()
    {
        await Store.AppendAsync([.. Enumerable.Range(0, 60).Select(i => Hr(i, 60 + i))]);

        var points = await ChartAsync(TimeSpan.FromMinutes(1), 6);

        Assert.Equal(Enumerable.Range(0, 6).Select(i => Time(10 * i)), points.Select(point => point.Time));
        Assert.Equal(Enumerable.Range(0, 6).Select(i => 60.0 + (10 * i)), points.Select(point => point.Min));
        Assert.Equal(Enumerable.Range(0, 6).Select(i => 69.0 + (10 * i)), points.Select(point => point.Max));
        Assert.Equal(Enumerable.Range(0, 6).Select(i => 64.5 + (10 * i)), points.Select(point => point.Mean));
        Assert.All(points, point => Assert.Equal(10, point.Count));
    }

    [Fact]
    public async Task Parts_without_values_are_left_out()
    {
        await Store.AppendAsync([Hr(5, 70), Hr(55, 80)]);

        Assert.Equal([Time(0), Time(50)], (await ChartAsync(TimeSpan.FromMinutes(1), 6)).Select(point => point.Time));
    }

    [Theory]
    [InlineData(1, 600)]
    [InlineData(1, 24)]
    [InlineData(7, 600)]
    [InlineData(7, 7)]
    [InlineData(365, 600)]
    [InlineData(365, 12)]
    public async Task A_chart_of_any_length_counts_every_reading_once(int days, int points)
    {
        var start = new DateTimeOffset(Now.Date.AddDays(-days), TimeSpan.Zero);
        var samples = Day(start, days).ToArray();
        await Store.ImportAsync(Patient, VitalSign.HeartRate, samples);

        var chart = await Store.ChartAsync(Patient, VitalSign.HeartRate, start, start.AddDays(days), points);

        Assert.InRange(chart.Count, 1, points);
        Assert.Equal(chart.OrderBy(point => point.Time), chart);
        Assert.Equal(samples.Length, chart.Sum(point => point.Count));
        Assert.Equal(samples.Min(sample => sample.Value), chart.Min(point => point.Min));
        Assert.Equal(samples.Max(sample => sample.Value), chart.Max(point => point.Max));
        Assert.Equal(samples.Average(sample => sample.Value), chart.Sum(point => point.Mean * point.Count) / samples.Length, 1e-9);
        Assert.All(chart, point => Assert.InRange(point.Mean, point.Min, point.Max));
    }

    [Fact]
    public async Task Appends_at_the_same_time_are_all_kept_and_seen_at_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(caller => Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++)
            {
                var reading = Hr((100 * caller) + i, 60 + i);
                await Store.AppendAsync([reading, reading with { Sign = VitalSign.RespiratoryRate }]);
                Assert.Single(await Store.ReadAsync(Patient, VitalSign.HeartRate, reading.At, reading.At.AddMilliseconds(1)));
            }
        })));

        Assert.Equal(400, (await AllAsync()).Count);
        Assert.Equal(400, (await ChartAsync(TimeSpan.FromHours(1), 60)).Sum(point => point.Count));
    }

    [Fact]
    public async Task What_was_appended_is_there_after_closing()
    {
        await Store.AppendAsync([Hr(0, 70), Hr(10, 71)]);
        await ReopenAsync();
        await Store.AppendAsync([Hr(10, 72), Hr(20, 73)]);
        await ReopenAsync();

        Assert.Equal([At(0, 70), At(10, 72), At(20, 73)], await AllAsync());
        Assert.Equal([Hr(20, 73)], await Store.LatestAsync(Patient));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public async Task A_batch_with_an_impossible_value_leaves_nothing(double value)
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Store.AppendAsync([Hr(0, 70), Hr(10, value)]));

        Assert.Empty(await AllAsync());
    }

    [Fact]
    public async Task A_cancelled_append_leaves_nothing()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.AppendAsync([Hr(0, 70)], new CancellationToken(true)));

        Assert.Empty(await AllAsync());
    }

    [Fact]
    public async Task A_chart_of_no_points_is_refused()
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(() => ChartAsync(TimeSpan.FromHours(1), 0));
    }

    protected static long Ms(double seconds) => Time(seconds).ToUnixTimeMilliseconds();

    protected static DateTimeOffset Time(double seconds) => Now.AddSeconds(seconds);

    protected static Reading Hr(double seconds, double value) => new(Patient, VitalSign.HeartRate, Ms(seconds), value);

    protected static Sample At(double seconds, double value) => new(Ms(seconds), value);

    // A value every four minutes, none of it the same from day to day.
    private static IEnumerable<Sample> Day(DateTimeOffset start, int days) =>
        Enumerable.Range(0, days * 360).Select(i => new Sample(start.AddMinutes(4 * i).ToUnixTimeMilliseconds(), 60 + (i * 7 % 101 / 10.0)));

    private Task<IReadOnlyList<Sample>> AllAsync() =>
        Store.ReadAsync(Patient, VitalSign.HeartRate, Now.AddDays(-2), Now.AddDays(1));

    private Task<IReadOnlyList<VitalPoint>> ChartAsync(TimeSpan length, int points) =>
        Store.ChartAsync(Patient, VitalSign.HeartRate, Now, Now + length, points);

    private async Task ReopenAsync()
    {
        await CloseAsync();
        store = await OpenAsync();
    }

    private async Task CloseAsync()
    {
        if (store is IAsyncDisposable open)
            await open.DisposeAsync();
        store = null;
    }
}
