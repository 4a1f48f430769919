namespace HealthDashboard.Tests.Support;

public class ManualTimeTests
{
    private readonly ManualTime time = new();

    [Fact]
    public async Task A_delay_ends_when_its_time_has_come_and_not_before()
    {
        var delay = Task.Delay(TimeSpan.FromSeconds(10), time);
        time.Advance(TimeSpan.FromSeconds(9.999));
        Assert.False(delay.IsCompleted);
        Assert.Equal(1, time.WaitingTimers);

        time.Advance(TimeSpan.FromMilliseconds(1));
        await delay;
        Assert.Equal(0, time.WaitingTimers);
    }

    [Fact]
    public async Task A_periodic_timer_ticks_with_the_clock()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(2), time);
        for (var tick = 0; tick < 3; tick++)
        {
            var next = timer.WaitForNextTickAsync();
            Assert.False(next.IsCompleted);
            time.Advance(TimeSpan.FromSeconds(2));
            Assert.True(await next);
        }
    }

    [Fact]
    public void Timers_fire_in_order_each_at_its_own_time()
    {
        var start = time.GetUtcNow();
        var fired = new List<(string Name, TimeSpan At)>();
        void Fire(object? name) => fired.Add(((string)name!, time.GetUtcNow() - start));

        using var late = time.CreateTimer(Fire, "late", TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan);
        using var often = time.CreateTimer(Fire, "often", TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));
        using var ended = time.CreateTimer(Fire, "ended", TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        ended.Dispose();
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(
            [("often", TimeSpan.FromSeconds(2)), ("late", TimeSpan.FromSeconds(3)), ("often", TimeSpan.FromSeconds(4))], fired);
        Assert.Equal(start + TimeSpan.FromSeconds(5), time.GetUtcNow());
        Assert.Equal(TimeSpan.FromSeconds(5), time.GetElapsedTime(start.Ticks));
    }

    [Fact]
    public async Task A_cancellation_source_ends_with_the_clock()
    {
        using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(5), time);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.True(cancel.IsCancellationRequested);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Delay(TimeSpan.FromSeconds(1), time, cancel.Token));
    }
}
