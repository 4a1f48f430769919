using System.Threading.Channels;
using HealthDashboard.Census;
using Microsoft.AspNetCore.SignalR;

namespace HealthDashboard.Monitoring;

/// <summary>
/// Sends the feed to one connection of <see cref="AlertHub"/>, each at its own pace: a slow client holds up nobody else, and a stuck one
/// gets no heartbeat.
/// </summary>
internal sealed partial class AlertPump(AlertFeed feed, PatientDirectory patients, TimeProvider time, ILogger<AlertPump> log)
{
    private static readonly TimeSpan HeartbeatEvery = TimeSpan.FromSeconds(2);

    /// <summary>Begins to send until the connection ends. What happens after this call is sent.</summary>
    public void Start(HubCallerContext connection, IClientProxy client, AlertSight sight)
    {
        var subscription = feed.Subscribe();
        _ = RunAsync(subscription, connection, client, sight);
    }

    private async Task RunAsync(AlertSubscription subscription, HubCallerContext connection, IClientProxy client, AlertSight sight)
    {
        var ended = connection.ConnectionAborted;
        using (subscription)
        using (var timer = new PeriodicTimer(HeartbeatEvery, time))
        {
            try
            {
                var sequence = subscription.Snapshot.Sequence;
                var tick = timer.WaitForNextTickAsync(ended).AsTask();
                var message = subscription.Messages.WaitToReadAsync(ended).AsTask();
                await BeatAsync(client, sequence);
                while (true)
                {
                    await Task.WhenAny(tick, message);
                    if (message.IsCompleted)
                    {
                        await message;
                        sequence = await SendAsync(subscription.Messages, client, sight, sequence);
                        message = subscription.Messages.WaitToReadAsync(ended).AsTask();
                    }
                    if (tick.IsCompleted)
                    {
                        await tick;
                        await BeatAsync(client, sequence);
                        tick = timer.WaitForNextTickAsync(ended).AsTask();
                    }
                }
            }
            catch (OperationCanceledException)
            {
                // The connection has ended.
            }
#pragma warning disable CA1031 // Nobody awaits this. The client must not be left with a connection that says nothing.
            catch (Exception error)
#pragma warning restore CA1031
            {
                LogFailed(error);
                connection.Abort();
            }
        }
    }

    // Without a heartbeat the client says "feed lost": right when the alarms are not evaluated or the log is not read.
    private Task BeatAsync(IClientProxy client, long sequence) =>
        feed.Healthy ? client.SendAsync("heartbeat", new AlertHeartbeat(sequence, time.GetUtcNow())) : Task.CompletedTask;

    // What a wall does not show is not sent; by the next heartbeat it asks again, and hears that nothing of its own has changed.
    private async Task<long> SendAsync(ChannelReader<AlertFeedMessage> messages, IClientProxy client, AlertSight sight, long sequence)
    {
        while (messages.TryRead(out var message))
        {
            if (message.Snapshot is { } snapshot)
                await client.SendAsync("snapshot", new AlertResync(snapshot.Sequence, [.. snapshot.Open.Where(sight.Shows).Select(alert => AlertJson.Of(alert, patients))], null));
            else if (sight.Shows(message.Change!.Alert))
                await client.SendAsync("alert", AlertJson.Of(message.Change, patients));
            sequence = Math.Max(sequence, message.Snapshot?.Sequence ?? message.Change!.Sequence);
        }
        return sequence;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Sending alerts to a connection failed")]
    private partial void LogFailed(Exception error);
}
