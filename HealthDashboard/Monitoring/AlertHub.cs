using System.Text.Json.Nodes;
using HealthDashboard.Access;
using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Data.Stores;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace HealthDashboard.Monitoring;

/// <summary>
/// The alert feed for browsers and programs. The server sends <c>alert</c> (one change, sequence 0 while not recorded),
/// <c>heartbeat</c> every 2 s while the feed can be trusted, and <c>snapshot</c> (as <see cref="Resync"/> answers, without changes)
/// to a client that fell behind.
/// <para>
/// A client calls <see cref="Resync"/> when it has connected; what happens from the connection on is sent in any case, so nothing
/// falls between. It keeps, for each alert, what carries the greater sequence. It says "feed lost" after 5 s without a heartbeat, and
/// calls <see cref="Resync"/> again when a heartbeat's sequence is greater than the last it has seen.
/// </para>
/// </summary>
[Authorize(Policy = Policies.Wall)]
[RecordRoute("look.alerts", Always = true)]
internal sealed class AlertHub(AlertFeed feed, IAlertStore store, AlertPump pump, PatientDirectory patients) : Hub
{
    private const int MostChanges = 1_000;

    private AlertSight Sight => new(Context.User!, patients);

    /// <summary>The open alerts, and what happened since a sequence number.</summary>
    /// <param name="since">The last number the client has; 0 for none.</param>
    public async Task<AlertResync> Resync(long since)
    {
        var (snapshot, sight) = (feed.Snapshot(), Sight);
        return new AlertResync(snapshot.Sequence, [.. snapshot.Open.Where(sight.Shows).Select(alert => AlertJson.Of(alert, patients))], await ChangesAsync(sight, since, snapshot.Sequence));
    }

    /// <inheritdoc/>
    public override Task OnConnectedAsync()
    {
        pump.Start(Context, Clients.Caller, Sight);
        return base.OnConnectedAsync();
    }

    private async Task<IReadOnlyList<JsonObject>?> ChangesAsync(AlertSight sight, long since, long until)
    {
        if (since < 0 || since > until)
            return null;
        try
        {
            var changes = await store.ReadChangesAsync(since, MostChanges + 1, Context.ConnectionAborted);
            return changes.Count > MostChanges ? null : [.. changes.Where(change => change.Sequence <= until && sight.Shows(change.Alert)).Select(change => AlertJson.Of(change, patients))];
        }
        catch (StoreUnavailableException)
        {
            return null; // The snapshot is in memory and complete; only the way there is missing.
        }
    }
}

/// <param name="Sequence">The last change sent to this client, or that was in the snapshot its connection began with.</param>
/// <param name="Time">The server's time.</param>
internal sealed record AlertHeartbeat(long Sequence, DateTimeOffset Time);

/// <param name="Sequence">The last change that is in the snapshot.</param>
/// <param name="Snapshot">The open alerts.</param>
/// <param name="Changes">What happened since, in order; null when it is too much or not known, so only the snapshot counts.</param>
internal sealed record AlertResync(long Sequence, IReadOnlyList<JsonObject> Snapshot, IReadOnlyList<JsonObject>? Changes);
