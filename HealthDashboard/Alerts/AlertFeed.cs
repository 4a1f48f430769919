using System.Threading.Channels;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Alerts;

/// <summary>
/// The open alerts and what happens to them, for every viewer in this process. A subscription hands out the snapshot and the stream
/// in one step, so nothing falls between. Alerts are never dropped: a viewer that falls behind gets a new snapshot instead of the
/// changes it missed.
/// </summary>
internal sealed class AlertFeed
{
    /// <summary>How many viewers there are.</summary>
    public int Viewers => 0;

    /// <summary>Begins a subscription, for the caller to dispose.</summary>
    public AlertSubscription Subscribe() => new(new AlertSnapshot(0, []), Channel.CreateUnbounded<AlertFeedMessage>().Reader, static () => { });
}

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
