namespace HealthDashboard.Tests.Support;

/// <summary>
/// A clock that stands until a test moves it. Timers made by it (so also Task.Delay, PeriodicTimer and
/// CancellationTokenSource over it) fire inside <see cref="Advance"/>, on its thread, in order of their due times.
/// </summary>
internal sealed class ManualTime(DateTimeOffset start) : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<ManualTimer> timers = [];
    private DateTimeOffset now = start;

    /// <summary>Starts on 2026-01-05 (a Monday) at 08:00 UTC.</summary>
    public ManualTime()
        : this(new DateTimeOffset(2026, 1, 5, 8, 0, 0, TimeSpan.Zero))
    {
    }

    public override TimeZoneInfo LocalTimeZone => Zone;

    /// <summary>The hospital's time zone.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>How many timers are waiting to fire: lets a test see that what it tests has begun to wait.</summary>
    public int WaitingTimers
    {
        get
        {
            lock (gate)
                return timers.Count(timer => timer.Due is not null);
        }
    }

    /// <summary>Whether a timer is waiting to fire after just this time.</summary>
    public bool WaitsFor(TimeSpan time)
    {
        lock (gate)
            return timers.Exists(timer => timer.Due == now + time);
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
            return now;
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock on, stopping at each due timer on the way to fire it; timers made meanwhile fire too.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        var end = GetUtcNow() + by;
        while (TakeDue(end) is { } due)
            due.Fire();
    }

    private ManualTimer? TakeDue(DateTimeOffset end)
    {
        lock (gate)
        {
            var next = timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due);
            // Another thread may have moved the clock further than this one wants: it never goes back.
            var to = next?.Due ?? end;
            now = to > now ? to : now;
            next?.Rearm();
            return next;
        }
    }

    private sealed class ManualTimer(ManualTime time, Action fire) : ITimer
    {
        private TimeSpan period = Timeout.InfiniteTimeSpan;
        private bool disposed;

        public DateTimeOffset? Due { get; private set; }

        public void Fire() => fire();

        /// <summary>Called under the gate, before firing.</summary>
        public void Rearm()
        {
            Due = period > TimeSpan.Zero ? Due + period : null;
            if (Due is null)
                time.timers.Remove(this);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time.gate)
            {
                if (disposed)
                    return false;
                this.period = period;
                time.timers.Remove(this);
                Due = dueTime == Timeout.InfiniteTimeSpan ? null : time.now + dueTime;
                if (Due is not null)
                    time.timers.Add(this);
            }

            // A timer that is due at once does not wait for the clock to move.
            if (dueTime == TimeSpan.Zero)
                ThreadPool.QueueUserWorkItem(_ => time.Advance(TimeSpan.Zero));
            return true;
        }

        public void Dispose()
        {
            lock (time.gate)
            {
                disposed = true;
                Due = null;
                time.timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
