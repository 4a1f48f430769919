using System.Collections.Immutable;

namespace HealthDashboard.Nodes;

/// <summary>Which regions' patients this node watches.</summary>
internal sealed class RegionWatch
{
    private ImmutableArray<Action> listeners = [];

    /// <summary>Whether this node evaluates the readings of a region's patients.</summary>
    public bool Watches(string region) => region.Length > 0;

    /// <summary>Calls back when the answer of <see cref="Watches"/> has changed.</summary>
    /// <returns>Ends the subscription when disposed, any number of times.</returns>
    public IDisposable OnChanged(Action callback)
    {
        Action own = () => callback();
        ImmutableInterlocked.Update(ref listeners, list => list.Add(own));
        return new Subscription(() => ImmutableInterlocked.Update(ref listeners, list => list.Remove(own)));
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
