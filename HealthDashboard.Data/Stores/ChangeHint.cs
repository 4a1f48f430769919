using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace HealthDashboard.Data.Stores;

/// <summary>
/// Tells subscribers that there may be something new. Hints that come while one is being given are given as one more;
/// a subscriber that throws is logged and keeps nobody else from being told.
/// </summary>
internal sealed class ChangeHint(ILogger log)
{
    private ImmutableList<Subscription> subscriptions = [];
    private int raised;

    /// <summary>Adds a subscriber; it is called on a thread of its own choosing by the pool, never under a lock.</summary>
    public IDisposable Subscribe(Action callback)
    {
        var subscription = new Subscription(this, callback);
        ImmutableInterlocked.Update(ref subscriptions, list => list.Add(subscription));
        return subscription;
    }

    /// <summary>Gives the hint soon; never waits for a subscriber.</summary>
    public void Raise()
    {
        if (Interlocked.Increment(ref raised) == 1)
            _ = Task.Run(Tell);
    }

    private void Tell()
    {
        int told;
        do
        {
            told = Volatile.Read(ref raised);
            foreach (var subscription in subscriptions)
                subscription.Tell(log);
        }
        while (Interlocked.CompareExchange(ref raised, 0, told) != told);
    }

    private sealed class Subscription(ChangeHint hint, Action callback) : IDisposable
    {
        public void Tell(ILogger log)
        {
            try
            {
                callback();
            }
            catch (Exception error)
            {
                log.LogError(error, "A subscriber to changes failed; the others were told.");
            }
        }

        public void Dispose() => ImmutableInterlocked.Update(ref hint.subscriptions, list => list.Remove(this));
    }
}
