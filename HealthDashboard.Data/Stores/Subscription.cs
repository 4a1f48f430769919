namespace HealthDashboard.Data.Stores;

/// <summary>What somebody has subscribed to; it ends when disposed, and disposing it again does nothing.</summary>
/// <param name="end">Ends it. Called once.</param>
public sealed class Subscription(Action end) : IDisposable
{
    private Action? end = end;

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref end, null)?.Invoke();
}
