using HealthDashboard.Data.Model;

namespace HealthDashboard.Clinical;

/// <summary>
/// How closely a patient is watched, how long values are current for that, and when observations are due (docs/clinical.md, S2 and S3).
/// </summary>
internal static class Watch
{
    /// <summary>A device that has sent for so long makes the monitoring continuous, in milliseconds.</summary>
    private const long Becomes = 5 * 60_000;

    /// <summary>A longer gap begins a new stream, in milliseconds.</summary>
    private const long LongestGap = 90_000;

    /// <summary>Whether the patient is monitored continuously.</summary>
    public static bool IsContinuous(in WatchState watch, Patient patient) =>
        patient.Monitoring is { } set ? set == MonitoringMode.Continuous : watch.Streamed;

    /// <summary>How long a sign's reading is current.</summary>
    public static long FreshFor(VitalSign sign, in WatchState watch, Patient patient, AlarmRules rules)
    {
        var rule = rules[sign];
        var fresh = rule.FreshFor.InMilliseconds();
        return rule.Continuous && !IsContinuous(watch, patient) ? Math.Max(fresh, Interval(watch, rules)) : fresh;
    }

    /// <summary>The time between two sets of observations that the last one's score asks for, in milliseconds.</summary>
    public static long Interval(in WatchState watch, AlarmRules rules) => (watch switch
    {
        { SetTime: 0 } => rules.ObserveRoutine,
        { SetScore: >= News2.HighThreshold } => rules.ObserveEmergency,
        { SetScore: >= News2.MediumThreshold } or { SetThree: true } => rules.ObserveUrgent,
        { SetScore: > 0 } => rules.ObserveLow,
        _ => rules.ObserveRoutine,
    }).InMilliseconds();

    /// <summary>When the next set is due, in milliseconds since 1970-01-01 UTC; <see cref="long.MaxValue"/> on continuous monitoring.</summary>
    public static long ObservationsDue(in WatchState watch, Patient patient, AlarmRules rules) =>
        IsContinuous(watch, patient) || watch.Since == 0 ? long.MaxValue : (watch.SetTime == 0 ? watch.Since : watch.SetTime) + Interval(watch, rules);

    /// <summary>When observations are so late that it is an alarm: half an interval after they are due.</summary>
    public static long Overdue(in WatchState watch, Patient patient, AlarmRules rules) =>
        ObservationsDue(watch, patient, rules) is var due && due == long.MaxValue ? due : due + (Interval(watch, rules) / 2);

    /// <summary>Follows the stream of heart rate, respiratory rate and SpO2.</summary>
    public static void Follow(AlarmWork work, VitalSign sign, long at)
    {
        ref var watch = ref work.Watch;
        if (!work.Rules[sign].Continuous || at < watch.StreamLast)
            return;
        if (watch.StreamSince == 0 || at - watch.StreamLast > LongestGap)
            watch.StreamSince = at;
        watch.StreamLast = at;
        watch.Streamed |= at - watch.StreamSince >= Becomes;
    }

    /// <summary>Raises and ends "observations overdue".</summary>
    public static void FireOverdue(AlarmWork work)
    {
        var due = Overdue(work.Watch, work.Patient.Patient, work.Rules);
        var alert = work.Find(Alert.ObservationsSign, AlertDirection.None);
        if (alert is not null && due >= work.Now)
        {
            work.End(alert, work.Now);
        }
        else if (alert is null && due < work.Now)
        {
            var priority = work.Watch is { SetTime: not 0, SetScore: >= News2.MediumThreshold } ? AlertPriority.Medium : AlertPriority.Low;
            work.Raise(TechnicalAlarms.Technical(Alert.ObservationsSign, priority, AlertText.ObservationsOverdue(priority)), due);
        }
    }
}
