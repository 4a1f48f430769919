using System.Diagnostics.Metrics;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Alerts;

/// <summary>What operators watch of the alarms, in the meter <c>HealthDashboard</c>.</summary>
internal sealed class AlertMetrics
{
    private readonly Counter<long> raised;
    private readonly Counter<long> changes;
    private readonly Counter<long> failures;
    private readonly Histogram<double> lag;

    public AlertMetrics(IMeterFactory meters, AlertWriter writer, AlertFeed feed)
    {
        var meter = meters.Create("HealthDashboard");
        raised = meter.CreateCounter<long>("alerts.raised", "{alert}", "Alerts raised, by kind and priority");
        changes = meter.CreateCounter<long>("alerts.changes", "{change}", "Changes of alerts made by the alarm rules");
        failures = meter.CreateCounter<long>("alerts.evaluation.failures", "{evaluation}", "Evaluations that failed");
        lag = meter.CreateHistogram<double>("alerts.evaluation.lag", "s", "From a reading's own time to its evaluation");
        meter.CreateObservableGauge("alerts.queue", () => writer.Depth, "{write}", "Changes and states not written yet");
        meter.CreateObservableGauge("alerts.viewers", () => feed.Viewers, "{viewer}", "Viewers of the alert feed");
    }

    public void Evaluated(TimeSpan readingAge) => lag.Record(readingAge.TotalSeconds);

    public void Failed() => failures.Add(1);

    public void Changed(IReadOnlyList<AlertChange> made)
    {
        changes.Add(made.Count);
        foreach (var change in made)
        {
            if (change.Kind == AlertChangeKind.Raised)
                raised.Add(1, new("kind", change.Alert.Kind.ToString()), new("priority", change.Alert.Priority.ToString()));
        }
    }
}
