using System.Threading.Channels;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Monitoring;

/// <summary>A viewer's subscription.</summary>
internal sealed class AlertSubscription(AlertSnapshot snapshot, ChannelReader<AlertFeedMessage> messages, Action end) : IDisposable
{
    /// <summary>The open alerts when the subscription began; alerts with sequence 0 are not recorded yet.</summary>
    public AlertSnapshot Snapshot { get; } = snapshot;

    /// <summary>What happened since, in order.</summary>
    public ChannelReader<AlertFeedMessage> Messages { get; } = messages;

    /// <summary>Ends it; again does nothing.</summary>
    public void Dispose() => end();
}

/// <summary>Either one change, or a whole new snapshot for a viewer that fell behind.</summary>
/// <param name="Change">The change; null with a snapshot.</param>
/// <param name="Snapshot">The snapshot to start again from; null with a change.</param>
internal readonly record struct AlertFeedMessage(AlertChange? Change, AlertSnapshot? Snapshot);

/// <summary>The feed's side of a subscription: a bounded buffer. The feed calls it under its lock.</summary>
/// <param name="counted">Whether it is among the feed's viewers.</param>
internal sealed class AlertViewer(bool counted)
{
    /// <summary>How many messages may wait before the viewer counts as behind.</summary>
    public const int Capacity = 1_024;

    // The feed reads too, when it clears the buffer.
    private readonly Channel<AlertFeedMessage> buffer = Channel.CreateBounded<AlertFeedMessage>(
        new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.Wait, AllowSynchronousContinuations = false });

    /// <summary>Whether it is among the feed's viewers.</summary>
    public bool IsCounted { get; } = counted;

    /// <summary>What the viewer reads.</summary>
    public ChannelReader<AlertFeedMessage> Messages => buffer.Reader;

    /// <summary>Adds a message.</summary>
    /// <returns>False when the buffer is full.</returns>
    public bool TrySend(AlertFeedMessage message) => buffer.Writer.TryWrite(message);

    /// <summary>Puts a snapshot in place of all that waits.</summary>
    public void StartAgain(AlertSnapshot snapshot)
    {
        while (buffer.Reader.TryRead(out _))
        {
            // The snapshot has it.
        }
        buffer.Writer.TryWrite(new AlertFeedMessage(null, snapshot));
    }

    /// <summary>Ends the stream.</summary>
    public void Complete() => buffer.Writer.TryComplete();
}
