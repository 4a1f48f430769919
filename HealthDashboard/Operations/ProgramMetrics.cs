using System.Diagnostics.Metrics;
using HealthDashboard.Data.Model;
using HealthDashboard.Hosting;
using HealthDashboard.Ingest;
using HealthDashboard.Monitoring;
using HealthDashboard.Shared;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthDashboard.Operations;

/// <summary>
/// What is looked at when somebody asks: the ingest queue, the spool, open alerts, stores. What is counted where it happens is in
/// <see cref="IngestStatistics"/>, <see cref="AlertMetrics"/> and the stores' policies, in the same meter.
/// </summary>
internal sealed class ProgramMetrics
{
    /// <summary>The meter of this program.</summary>
    public const string MeterName = "HealthDashboard";

    private static readonly (AlertPriority Priority, AlertResponse Response, KeyValuePair<string, object?>[] Tags)[] AlertGroups =
    [
        .. from priority in Enum.GetValues<AlertPriority>()
           from response in Enum.GetValues<AlertResponse>()
           select (priority, response, new KeyValuePair<string, object?>[] { new("priority", Name(priority)), new("state", Name(response)) }),
    ];

    private readonly AlertFeed feed;
    private readonly StoreHealth stores;

    public ProgramMetrics(IMeterFactory meters, IngestQueue ingest, Spool spool, AlertFeed feed, AlertWriter writer, StoreHealth stores)
    {
        (this.feed, this.stores) = (feed, stores);
        var meter = meters.Create(MeterName);
        meter.CreateObservableGauge("healthdashboard.ingest.queue.age", () => ingest.Age.TotalSeconds, "s", "How long the oldest reading in the queue has waited.");
        meter.CreateObservableGauge("healthdashboard.ingest.spool", () => spool.Statistics.Bytes, "By", "Size of the spool.");
        meter.CreateObservableGauge("healthdashboard.ingest.spool.readings", () => spool.Readings, "{reading}", "Readings in the spool.");
        meter.CreateObservableGauge("healthdashboard.alerts.open", OpenAlerts, "{alert}", "Open alerts, by priority and state.");
        meter.CreateObservableGauge("healthdashboard.alerts.queue", () => writer.Depth, "{write}", "Changes and states of alerts that are not recorded yet.");
        meter.CreateObservableGauge("healthdashboard.alerts.viewers", () => feed.Viewers, "{viewer}", "Viewers of the alert feed.");
        meter.CreateObservableGauge("healthdashboard.alerts.confirmed", () => feed.Healthy ? 1 : 0, null, "1 while alarms are evaluated and the feed can be trusted.");
        meter.CreateObservableGauge("healthdashboard.store.up", Stores, null, "1 while a store answers, by role.");
    }

    private IEnumerable<Measurement<int>> OpenAlerts()
    {
        var open = feed.Snapshot().Open;
        return AlertGroups.Select(group => new Measurement<int>(
            open.Count(alert => alert.Priority == group.Priority && alert.Response == group.Response), group.Tags));
    }

    private IEnumerable<Measurement<int>> Stores() => stores.Last.Select(
        state => new Measurement<int>(state.Status == HealthStatus.Unhealthy ? 0 : 1, new KeyValuePair<string, object?>("role", state.Role)));

    private static string Name<T>(T value)
        where T : struct, Enum => EnumNames<T>.Values.Single(name => name.Value.Equals(value)).Key;
}
