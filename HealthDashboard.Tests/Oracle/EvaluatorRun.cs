using HealthDashboard.Alarms;
using HealthDashboard.Data.Model;
using HealthDashboard.Tests.Alarms;

namespace HealthDashboard.Tests.Oracle;

/// <summary>The evaluator driven by the same events, its log put into the oracle's words.</summary>
internal static class EvaluatorRun
{
    public static IReadOnlyList<ExpectedAlert> Alerts(MonitoredPatient patient, IReadOnlyList<Event> events)
    {
        var bed = new Bedside { Patient = patient };
        foreach (var happening in events)
        {
            var now = (happening.At - Stream.Ms(0)) / 1000.0;
            switch (happening)
            {
                case Arrive arrive:
                    bed.Evaluate(now, arrive.Readings);
                    break;
                case Become become:
                    bed.Pass(now);
                    bed.Patient = become.Patient;
                    bed.Pass(now);
                    break;
                case Acknowledge acknowledge:
                    foreach (var alert in bed.Open.Where(a => a.Sign == acknowledge.Sign && a.Direction == acknowledge.Direction).ToList())
                        bed.Act(alert, open => AlertLife.Acknowledge(open, "nurse", null, Bedside.At(now)));
                    break;
                case Restart:
                    bed.Restart();
                    break;
            }
        }
        return [.. bed.Log.GroupBy(change => change.Alert.Id).Select(group => Told([.. group]))];
    }

    private static ExpectedAlert Told(List<AlertChange> history)
    {
        var (first, last) = (history[0].Alert, history[^1].Alert);
        var told = new ExpectedAlert(first.Sign, first.Direction, first.Kind, first.RaisedAt.ToUnixTimeMilliseconds(), first.RecordedAt.ToUnixTimeMilliseconds())
        {
            Extreme = last.Extreme,
            Count = last.Count,
            Incomplete = last.Incomplete,
            Latched = last.Condition == AlertCondition.Latched,
            EndedAt = last.Condition == AlertCondition.Active ? null : last.EndedAt?.ToUnixTimeMilliseconds(),
        };
        told.Priorities.Add((told.RaisedAt, first.Priority));
        foreach (var change in history)
        {
            var at = change.Time.ToUnixTimeMilliseconds();
            if (change.Alert.Priority > told.Priority)
                told.Priorities.Add((at, change.Alert.Priority));
            if (change.Kind == AlertChangeKind.Resumed)
                told.ResumedAt.Add(at);
            if (change.Kind == AlertChangeKind.Withdrawn)
                told.WithdrawnAt.Add(at);
            if (change.Kind == AlertChangeKind.Reminded)
                told.RemindedAt.Add(at);
        }
        return told;
    }
}
