using HealthDashboard.Data.Model;
using HealthDashboard.Monitoring;

namespace HealthDashboard.Faults;

/// <summary>Sees what a screen sees: which alerts were shown since the count began, recorded or not.</summary>
internal sealed class AlertWitness(AlertFeed feed) : BackgroundService
{
    private const int Most = 20_000;

    private readonly Lock gate = new();
    private readonly Dictionary<ObjectId, DateTimeOffset> shown = [];

    /// <summary>The alerts that were raised and shown since a time; at most 20,000 are remembered.</summary>
    public IReadOnlyList<ObjectId> Since(DateTimeOffset since)
    {
        lock (gate)
            return [.. shown.Where(alert => alert.Value >= since).Select(alert => alert.Key)];
    }

    /// <summary>Forgets all.</summary>
    public void Forget()
    {
        lock (gate)
            shown.Clear();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = feed.Follow();
        await foreach (var message in subscription.Messages.ReadAllAsync(stoppingToken))
        {
            lock (gate)
            {
                foreach (var alert in message.Snapshot?.Open ?? [message.Change!.Alert])
                {
                    if (shown.Count < Most)
                        shown[alert.Id] = alert.RaisedAt;
                }
            }
        }
    }
}
