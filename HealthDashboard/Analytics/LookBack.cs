namespace HealthDashboard.Analytics;

/// <summary>How the roll-ups learn that much was stored for a time long past, which they would not look at by themselves.</summary>
internal sealed class LookBack
{
    private int asked;

    /// <summary>How often it was asked for.</summary>
    public int Asked => Volatile.Read(ref asked);

    /// <summary>Asks that the next run looks as far back as the first of all did.</summary>
    public void Ask() => Interlocked.Increment(ref asked);
}
