using HealthDashboard.Data.Model;
using HealthDashboard.Data.Sqlite.Vitals;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Tests.Unit.Sqlite.Vitals;

/// <summary>What is about the file and the fold, and so not every store's.</summary>
public sealed class SqliteVitalFileTests : IDisposable
{
    private static readonly ObjectId Patient = ObjectId.Parse("0123456789abcdef01234567");

    private readonly TempDirectory directory = new();
    private readonly ManualTime time = new();

    private DateTimeOffset Now => time.GetUtcNow();

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task Files_copied_at_any_moment_between_appends_hold_all_that_was_appended()
    {
        await using var store = Open();
        for (var copy = 1; copy <= 3; copy++)
        {
            await store.AppendAsync([.. Enumerable.Range(0, 100).Select(i => Hr((1000 * copy) + i, i % 50))]);
            if (copy == 2)
                await store.FoldAsync();
            var target = Directory.CreateDirectory(directory[$"copy-{copy}"]).FullName;
            foreach (var file in Directory.GetFiles(directory.Path, "vitals.db*").Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
                File.Copy(file, Path.Combine(target, Path.GetFileName(file)));

            await using var copied = Open(target);
            Assert.Equal(await AllAsync(store), await AllAsync(copied));
            Assert.Equal(100 * copy, (await AllAsync(copied)).Count);
        }
    }

    [Fact]
    public async Task A_reading_is_seen_at_every_moment_of_its_way_into_a_block()
    {
        await using var store = Open(options: new SqliteVitalOptions { Directory = directory.Path, FoldAt = 1 });
        var appended = 0;
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 300; i++)
            {
                await store.AppendAsync([Hr(i, 60 + (i % 40))]);
                Volatile.Write(ref appended, i + 1);
            }
        });
        while (!writing.IsCompleted)
        {
            var least = Volatile.Read(ref appended);
            var samples = await AllAsync(store);
            Assert.InRange(samples.Count, least, 300);
            Assert.Equal(samples.Select((_, i) => Hr(i, 0).Time), samples.Select(sample => sample.Time));
            var chart = await store.ChartAsync(Patient, VitalSign.HeartRate, Now.AddHours(-10), Now.AddHours(10), 10);
            Assert.InRange(chart.Sum(point => point.Count), samples.Count, 300);
        }
        await writing;
        Assert.NotNull((await store.StatisticsAsync()).LastFold);
    }

    [Fact]
    public async Task The_clock_folds_what_waits_in_the_journal()
    {
        await using var store = Open();
        await store.AppendAsync([Hr(0, 70), Hr(1, 71), Hr(1, 72)]);
        Assert.Equal((3L, 3L), await CountsAsync(store));

        time.Advance(TimeSpan.FromMinutes(1));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await store.StatisticsAsync(patience.Token)).LastFold is null)
            await Task.Yield();

        Assert.Equal((2L, 0L), await CountsAsync(store));
        Assert.Equal(0L, Scalar("SELECT count(*) FROM journal"));
    }

    [Fact]
    public async Task Raw_readings_beyond_their_retention_go_and_roll_ups_stay()
    {
        await using var store = Open();
        await store.AppendAsync([Hr(0, 70), Hr(60, 80), Hr(120, 0)]);
        await store.FoldAsync();
        var at = Now;

        time.Advance(TimeSpan.FromDays(7) + TimeSpan.FromHours(3));
        await store.FoldAsync();

        Assert.Empty(await store.ReadAsync(Patient, VitalSign.HeartRate, at.AddDays(-1), at.AddDays(9)));
        Assert.Equal((0L, 0L), await CountsAsync(store));
        Assert.Equal(0L, Scalar("SELECT count(*) FROM block"));
        foreach (var (length, points) in new[] { (TimeSpan.FromMinutes(10), 600), (TimeSpan.FromHours(8), 1), (TimeSpan.FromDays(400), 10) })
        {
            var chart = await store.ChartAsync(Patient, VitalSign.HeartRate, at, at + length, points);
            Assert.Equal((2L, 70.0, 80.0), (chart.Sum(point => point.Count), chart.Min(point => point.Min), chart.Max(point => point.Max)));
        }
        Assert.Equal(0, Assert.Single(await store.LatestAsync(Patient)).Value);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_reading_for_an_hour_whose_raw_readings_are_gone_leaves_its_roll_ups_alone(bool folded)
    {
        await using var store = Open();
        await store.AppendAsync([Hr(0, 70), Hr(60, 80)]);
        await store.FoldAsync();
        var at = Now;
        time.Advance(TimeSpan.FromDays(8));
        await store.FoldAsync();

        await store.AppendAsync([new Reading(Patient, VitalSign.HeartRate, at.AddSeconds(5).ToUnixTimeMilliseconds(), 200)]);
        if (folded)
            await store.FoldAsync();

        var point = Assert.Single(await store.ChartAsync(Patient, VitalSign.HeartRate, at, at.AddHours(1), 1));
        Assert.Equal((2L, 80.0), (point.Count, point.Max));
        Assert.Empty(await store.ReadAsync(Patient, VitalSign.HeartRate, at, at.AddDays(1)));
    }

    [Fact]
    public async Task An_import_from_before_the_retention_leaves_roll_ups_only()
    {
        await using var store = Open();
        var old = Now.AddDays(-30);
        var samples = Enumerable.Range(0, 7200).Select(i => new Sample(old.AddSeconds(i).ToUnixTimeMilliseconds(), 60 + (i % 10))).ToArray();
        await store.ImportAsync(Patient, VitalSign.HeartRate, samples);
        await store.ImportAsync(Patient, VitalSign.HeartRate, samples);

        Assert.Equal(7200, (await store.ChartAsync(Patient, VitalSign.HeartRate, old, old.AddHours(2), 2000)).Sum(point => point.Count));
        Assert.Equal(0L, Scalar("SELECT count(*) FROM block"));
        Assert.Empty(await store.LatestAsync(Patient));
    }

    [Fact]
    public async Task An_append_that_fails_leaves_nothing_and_the_next_one_works()
    {
        await using var store = Open();
        await store.AppendAsync([Hr(0, 70)]);

        Run("ALTER TABLE journal RENAME TO away");
        await Assert.ThrowsAsync<StoreException>(() => store.AppendAsync([Hr(1, 71), Hr(1, 71) with { Sign = VitalSign.Spo2 }]));
        Assert.Single(await AllAsync(store));
        Run("ALTER TABLE away RENAME TO journal");
        await store.AppendAsync([Hr(2, 72), Hr(2, 97) with { Sign = VitalSign.Spo2 }]);

        Assert.Equal([70.0, 72.0], (await AllAsync(store)).Select(sample => sample.Value));
        Assert.Equal(2, (await store.LatestAsync(Patient)).Count);
    }

    [Fact]
    public async Task A_fold_that_fails_is_told_and_loses_nothing()
    {
        var store = Open();
        await store.AppendAsync([Hr(0, 70)]);
        Run("ALTER TABLE block RENAME TO away");
        await Assert.ThrowsAsync<StoreException>(() => store.FoldAsync());
        Run("ALTER TABLE away RENAME TO block");
        await store.AppendAsync([Hr(1, 71)]);
        await store.DisposeAsync();

        await using var again = Open();
        Assert.Equal([70.0, 71.0], (await AllAsync(again)).Select(sample => sample.Value));
    }

    [Fact]
    public async Task A_damaged_block_is_an_error_of_the_store()
    {
        await using var store = Open();
        await store.AppendAsync([Hr(0, 70)]);
        await store.FoldAsync();
        Run("UPDATE block SET samples = x'00FF'");

        var error = await Assert.ThrowsAsync<StoreException>(() => AllAsync(store));
        Assert.IsType<InvalidDataException>(error.InnerException);
    }

    [Fact]
    public async Task A_second_process_is_kept_out()
    {
        await using (Open())
            Assert.Throws<StoreUnavailableException>(() => Open());
        await using var free = Open();
        Assert.Empty(await AllAsync(free));
    }

    [Fact]
    public async Task An_append_after_closing_is_refused()
    {
        var store = Open();
        await store.DisposeAsync();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.AppendAsync([Hr(0, 70)]));
    }

    [Fact]
    public async Task The_registered_store_is_healthy_until_its_file_is_not()
    {
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<TimeProvider>(time)
            .AddSqliteVitals(new SqliteVitalOptions { Directory = directory.Path })
            .BuildServiceProvider();
        await services.GetRequiredService<IVitalStore>().AppendAsync([Hr(0, 70)]);

        var health = services.GetRequiredService<HealthCheckService>();
        var report = await health.CheckHealthAsync();
        Assert.Equal(HealthStatus.Healthy, report.Entries["vitals"].Status);

        Run("ALTER TABLE total RENAME TO away");
        Assert.Equal(HealthStatus.Unhealthy, (await health.CheckHealthAsync()).Entries["vitals"].Status);
        Run("ALTER TABLE away RENAME TO total");
    }

    [Theory]
    [InlineData(0, 60, 1, "RawRetention")]
    [InlineData(24, 0, 1, "FoldEvery")]
    [InlineData(24, 60, 0, "FoldAt")]
    public void Options_out_of_bounds_are_named(int hours, int seconds, int foldAt, string name)
    {
        var options = new SqliteVitalOptions
        {
            Directory = directory.Path,
            RawRetention = TimeSpan.FromHours(hours),
            FoldEvery = TimeSpan.FromSeconds(seconds),
            FoldAt = foldAt,
        };
        Assert.Contains(name, Assert.Throws<ArgumentException>(() => Open(options: options)).Message, StringComparison.Ordinal);
    }

    private SqliteVitalStore Open(string? path = null, SqliteVitalOptions? options = null) => new(
        options ?? new SqliteVitalOptions { Directory = path ?? directory.Path }, time, NullLogger<SqliteVitalStore>.Instance);

    private Reading Hr(double seconds, double value) =>
        new(Patient, VitalSign.HeartRate, Now.AddSeconds(seconds).ToUnixTimeMilliseconds(), value);

    private Task<IReadOnlyList<Sample>> AllAsync(SqliteVitalStore store) =>
        store.ReadAsync(Patient, VitalSign.HeartRate, Now.AddDays(-1), Now.AddDays(1));

    private static async Task<(long Raw, long Journal)> CountsAsync(SqliteVitalStore store)
    {
        var statistics = await store.StatisticsAsync();
        return (statistics.RawReadings, statistics.JournalReadings);
    }

    private void Run(string sql) => Scalar(sql);

    private object? Scalar(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={directory["vitals.db"]};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
