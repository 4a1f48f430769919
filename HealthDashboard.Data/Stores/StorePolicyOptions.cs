namespace HealthDashboard.Data.Stores;

/// <summary>How long a server is waited for, how often it is asked again, and when it is left alone.</summary>
public sealed record StorePolicyOptions
{
    /// <summary>How long a call may take, with its repetitions, before its caller hears that the server does not answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often what may be repeated is tried again after its first failure; 0 for never.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>The pause before the first repetition; it doubles each time and is spread at random, so that nodes do not ask in step.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>After so many attempts within <see cref="BreakWindow"/>, half of them failed, the server is left alone.</summary>
    public int BreakAfter { get; init; } = 4;

    /// <summary>The time over which attempts are counted.</summary>
    public TimeSpan BreakWindow { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long it is left alone before one attempt is let through to see whether it is back.</summary>
    public TimeSpan BreakFor { get; init; } = TimeSpan.FromSeconds(2);
}
