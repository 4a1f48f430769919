using System.Diagnostics.Metrics;
using System.Text.Json;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Monitoring;

/// <summary>What operators watch of the alarms, in the meter <c>HealthDashboard</c>.</summary>
internal sealed class AlertMetrics
{
    private static readonly InstrumentAdvice<double> Seconds = new() { HistogramBucketBoundaries = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300] };

    private readonly Counter<long> raised;
    private readonly Counter<long> changes;
    private readonly Counter<long> failures;
    private readonly Histogram<double> lag;
    private readonly Histogram<double> lateness;

    public AlertMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("HealthDashboard");
        raised = meter.CreateCounter<long>("healthdashboard.alerts.raised", "{alert}", "Alerts raised, by kind and priority.");
        changes = meter.CreateCounter<long>("healthdashboard.alerts.changes", "{change}", "Changes of alerts made by the alarm rules.");
        failures = meter.CreateCounter<long>("healthdashboard.alerts.evaluation.failures", "{evaluation}", "Evaluations that failed.");
        lag = meter.CreateHistogram("healthdashboard.alerts.evaluation.lag", "s", "From a reading's own time to its evaluation.", tags: null, Seconds);
        lateness = meter.CreateHistogram("healthdashboard.alerts.lateness", "s", "From when an alert was due, by the readings' own time, to when it was raised.", tags: null, Seconds);
    }

    public void Evaluated(TimeSpan readingAge) => lag.Record(readingAge.TotalSeconds);

    public void Failed() => failures.Add(1);

    public void Changed(IReadOnlyList<AlertChange> made)
    {
        changes.Add(made.Count);
        foreach (var change in made)
        {
            if (change.Kind != AlertChangeKind.Raised)
                continue;
            var alert = change.Alert;
            raised.Add(1, new("kind", JsonNamingPolicy.CamelCase.ConvertName($"{alert.Kind}")), new("priority", JsonNamingPolicy.CamelCase.ConvertName($"{alert.Priority}")));
            lateness.Record(Math.Max(0, (alert.RecordedAt - alert.RaisedAt).TotalSeconds));
        }
    }
}
