using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Tests.Unit.Clinical;

namespace HealthDashboard.Tests.Unit.Oracle;

/// <summary>The evaluator driven by the same events, its log put into the oracle's words.</summary>
internal static class EvaluatorRun
{
    public static IReadOnlyList<ExpectedAlert> Alerts(MonitoredPatient patient, IReadOnlyList<Event> events)
    {
        var state = new MonitorState(Bedside.PatientId);
        List<AlertChange> log = [];
        void Evaluate(long now, Reading[] readings)
        {
            var evaluation = AlarmEvaluator.Evaluate(state, patient, AlarmRules.Default, readings, DateTimeOffset.FromUnixTimeMilliseconds(now));
            state = evaluation.State;
            log.AddRange(evaluation.Changes);
        }

        foreach (var happening in events)
        {
            var now = DateTimeOffset.FromUnixTimeMilliseconds(happening.At);
            switch (happening)
            {
                case Arrive arrive:
                    Evaluate(arrive.At, arrive.Readings);
                    break;
                case Become become:
                    Evaluate(become.At, []);
                    patient = become.Patient;
                    Evaluate(become.At, []);
                    break;
                case Acknowledge acknowledge:
                    foreach (var alert in state.Open.Where(a => a.Sign == acknowledge.Sign && a.Direction == acknowledge.Direction).ToList())
                    {
                        if (AlertLife.Acknowledge(alert, "nurse", null, now) is not { } change)
                            continue;
                        state = state.With(change.Alert);
                        log.Add(change);
                    }
                    break;
                case Restart:
                    state = MonitorState.Deserialize(Bedside.PatientId, state.Serialize(), state.Open);
                    break;
            }
        }
        return [.. log.GroupBy(change => change.Alert.Id).Select(group => Told([.. group]))];
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
        var acknowledged = false;
        foreach (var change in history)
        {
            var at = change.Time.ToUnixTimeMilliseconds();
            if (change.Alert.Priority > told.Priority)
                told.Priorities.Add((at, change.Alert.Priority));
            if (change.Kind == AlertChangeKind.Resumed)
                told.ResumedAt.Add(at);
            if (acknowledged && change.Alert.Response == AlertResponse.Unacknowledged && change.Kind != AlertChangeKind.Reminded)
                told.WithdrawnAt.Add(at);
            acknowledged = change.Alert.Response == AlertResponse.Acknowledged;
            if (change.Kind == AlertChangeKind.Reminded)
                told.RemindedAt.Add(at);
        }
        return told;
    }
}
