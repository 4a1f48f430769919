namespace HealthDashboard.Data.Cassandra;

/// <summary>Timestamps for writes, in microseconds since 1970: each is later than all before it, also when the clock stands or goes back.</summary>
internal sealed class WriteClock(TimeProvider time)
{
    private long last;

    public long Next()
    {
        var now = Of(time.GetUtcNow());
        while (true)
        {
            var before = Volatile.Read(ref last);
            var next = Math.Max(now, before + 1);
            if (Interlocked.CompareExchange(ref last, next, before) == before)
                return next;
        }
    }

    /// <summary>A time as a timestamp.</summary>
    public static long Of(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
}
