using HealthDashboard.Data.Model;
using HealthDashboard.Data.Sqlite.Vitals;
using HealthDashboard.Hosting;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Tests.Unit.Hosting;

public sealed class ClockWatchTests
{
    private readonly JumpingTime time = new();
    private readonly ClockWatch watch;

    public ClockWatchTests() => watch = new(time, NullLogger<ClockWatch>.Instance);

    [Theory]
    [InlineData(61)]
    [InlineData(-61)]
    [InlineData(864_000)]
    public void A_jump_is_told_and_the_clock_not_believed_for_an_hour(int seconds)
    {
        Pass(TimeSpan.FromMinutes(90));
        Assert.True(watch.IsTrusted);
        Assert.Null(watch.LastJump);

        time.Offset = TimeSpan.FromSeconds(seconds);
        Assert.False(watch.IsTrusted);
        Assert.Equal(seconds, watch.LastJump!.By.TotalSeconds, 1.0);
        Pass(TimeSpan.FromMinutes(59));
        Assert.False(watch.IsTrusted);
        Pass(TimeSpan.FromMinutes(2));
        Assert.True(watch.IsTrusted);
    }

    [Fact]
    public void A_clock_that_jumps_there_and_back_is_believed_an_hour_after_the_last_jump()
    {
        time.Offset = TimeSpan.FromDays(10);
        Assert.False(watch.IsTrusted);
        Pass(TimeSpan.FromMinutes(50));
        time.Offset = TimeSpan.Zero;
        Pass(TimeSpan.FromMinutes(50));
        Assert.False(watch.IsTrusted);
        Pass(TimeSpan.FromMinutes(20));
        Assert.True(watch.IsTrusted);
    }

    [Fact]
    public void A_clock_that_is_put_right_slowly_is_believed()
    {
        for (var second = 0; second < 50; second++)
        {
            time.Offset += TimeSpan.FromSeconds(1);
            Pass(TimeSpan.FromMinutes(2));
            Assert.True(watch.IsTrusted);
        }
    }

    [Fact]
    public async Task While_it_is_not_believed_nothing_is_packed_or_deleted()
    {
        using var data = new TempDirectory();
        var patient = ObjectId.New(time);
        await using var store = new SqliteVitalStore(
            new SqliteVitalOptions { Directory = data.Path, RawRetention = TimeSpan.FromDays(1), FoldEvery = TimeSpan.FromMinutes(5) },
            time, NullLogger<SqliteVitalStore>.Instance, watch);
        var at = time.GetUtcNow();
        await store.AppendAsync([new(patient, VitalSign.HeartRate, at.ToUnixTimeMilliseconds(), 72)]);

        time.Offset = TimeSpan.FromDays(10);
        Pass(TimeSpan.FromMinutes(30));
        Assert.Equal(1, (await store.StatisticsAsync(CancellationToken.None)).JournalReadings);
        time.Offset = TimeSpan.Zero;
        Pass(TimeSpan.FromMinutes(90));
        await Eventually.HoldsAsync(
            async () =>
            {
                Pass(TimeSpan.FromMinutes(5));
                return (await store.StatisticsAsync(CancellationToken.None)).JournalReadings == 0;
            },
            "a fold, now that the clock is believed");
        Assert.Single(await store.ReadAsync(patient, VitalSign.HeartRate, at.AddHours(-1), at.AddHours(1)));
    }

    private void Pass(TimeSpan by)
    {
        for (var passed = TimeSpan.Zero; passed < by; passed += TimeSpan.FromMinutes(1))
        {
            time.Steady.Advance(TimeSpan.FromMinutes(1));
            watch.Look();
        }
    }

    /// <summary>A clock that someone sets, over a monotonic one that nobody does.</summary>
    private sealed class JumpingTime : TimeProvider
    {
        public ManualTime Steady { get; } = new();

        public TimeSpan Offset { get; set; }

        public override long TimestampFrequency => Steady.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => Steady.GetUtcNow() + Offset;

        public override long GetTimestamp() => Steady.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            Steady.CreateTimer(callback, state, dueTime, period);
    }
}
