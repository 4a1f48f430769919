using System.Collections.Immutable;

namespace HealthDashboard.Data.Stores;

/// <summary>
/// Callbacks that anybody may subscribe to. They are called outside every lock, so they must return at once; one that throws is reported
/// and keeps nothing from the others.
/// </summary>
/// <typeparam name="TCallback">What is called back.</typeparam>
/// <param name="failed">Reports what a callback has thrown.</param>
public sealed class Listeners<TCallback>(Action<Exception> failed)
    where TCallback : Delegate
{
    private ImmutableArray<Entry> all = [];

    /// <summary>Whether nobody has subscribed.</summary>
    public bool IsEmpty => all.IsEmpty;

    /// <summary>Adds a callback. The same callback added twice is two subscriptions.</summary>
    /// <param name="callback">What is called back, on the thread of <see cref="Call"/>.</param>
    /// <returns>Ends the subscription when disposed, any number of times.</returns>
    public IDisposable Add(TCallback callback)
    {
        var entry = new Entry(callback);
        ImmutableInterlocked.Update(ref all, list => list.Add(entry));
        return new Subscription(() => ImmutableInterlocked.Update(ref all, list => list.Remove(entry)));
    }

    /// <summary>Calls every callback.</summary>
    /// <param name="call">Calls one of them.</param>
    public void Call(Action<TCallback> call)
    {
        foreach (var entry in all)
        {
            try
            {
                call(entry.Callback);
            }
#pragma warning disable CA1031 // The failure of one must not keep a change from the others.
            catch (Exception error)
#pragma warning restore CA1031
            {
                failed(error);
            }
        }
    }

    // A class, so that one entry is not another that has the same callback.
    private sealed class Entry(TCallback callback)
    {
        public TCallback Callback => callback;
    }
}
