using Microsoft.Extensions.Logging;

namespace HealthDashboard.Data.Stores;

/// <summary>
/// Notifies subscribers that there may be something new. Hints that come while one is being given are given as one more;
/// a subscriber that throws is logged and keeps the hint from nobody else.
/// </summary>
internal sealed class ChangeHint(ILogger log)
{
    private readonly Listeners<Action> subscribers = new(error => log.LogError(error, "A subscriber to changes failed; the others were notified."));
    private int raised;

    /// <summary>Adds a subscriber; it is called on a thread of its own choosing by the pool, never under a lock.</summary>
    public IDisposable Subscribe(Action callback) => subscribers.Add(callback);

    /// <summary>Gives the hint soon; never waits for a subscriber.</summary>
    public void Raise()
    {
        if (Interlocked.Increment(ref raised) == 1)
            _ = Task.Run(Notify);
    }

    private void Notify()
    {
        int seen;
        do
        {
            seen = Volatile.Read(ref raised);
            subscribers.Call(static subscriber => subscriber());
        }
        while (Interlocked.CompareExchange(ref raised, 0, seen) != seen);
    }
}
