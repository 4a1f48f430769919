using HealthDashboard.Data.Model;

namespace HealthDashboard.Clinical;

/// <summary>
/// The alarm on the NEWS2 score: one alert, one hold-off (docs/clinical.md, N1 and N2). The score is worked out once for each moment at
/// which a reading came or a part became too old, after all readings of that moment.
/// </summary>
internal static class ScoreAlarms
{
    /// <summary>A hold-off that is paused for want of a part is forgotten after this, in milliseconds.</summary>
    private const long LongestPause = 60_000;

    /// <summary>Lets time pass up to, but not including, a moment, and does what falls due on the way.</summary>
    public static void Advance(AlarmWork work, long until)
    {
        ref var score = ref work.Score;
        while (until > score.Clock)
        {
            if (score.Dirty)
                Recompute(work);
            var next = NextDue(score, work.Rules);
            if (next >= until)
            {
                score.Clock = until;
                return;
            }

            // What was due before the clock (a rule that became shorter) is due now.
            score.Clock = Math.Max(next, score.Clock);
            Fire(work);
        }
    }

    /// <summary>Works the score out again where something else than readings changed it: the scale, the threshold, age or pregnancy.</summary>
    public static void Recheck(AlarmWork work)
    {
        ref var score = ref work.Score;
        if (score.Clock == 0 || score.Basis == Basis(work))
            return;
        score.Dirty = true;
        if (ScoreClock.At(score, work.Now) <= score.Clock)
            Recompute(work);
    }

    /// <summary>Works the score out that readings up to its clock have changed, before what they left is replaced.</summary>
    public static void Settle(AlarmWork work)
    {
        if (work.Score.Dirty)
            Recompute(work);
    }

    /// <summary>When the passing of time alone changes something, by the score's clock; <see cref="long.MaxValue"/> when it never does.</summary>
    public static long NextDue(in ScoreState score, AlarmRules rules)
    {
        var next = long.MaxValue;
        if (score.CountsSince != 0)
            next = Math.Min(next, score.CountsSince + rules.ScoreHoldOff.InMilliseconds() - score.Counted);
        if (score.BelowSince != 0)
            next = Math.Min(next, score.BelowSince + rules.ScoreEndAfter.InMilliseconds());
        if (score.NextStale != 0)
            next = Math.Min(next, score.NextStale);
        return next;
    }

    private static void Recompute(AlarmWork work)
    {
        ref var score = ref work.Score;
        Span<double> values = stackalloc double[MonitorState.SignCount];
        score.NextStale = Standing.Scored(work.Signs, work.Watch, work.Patient, work.Rules, score.Clock, values);
        var total = News2.Total(values, work.Patient.Patient, AlarmWork.Time(score.Clock));
        score.Dirty = false;
        score.Basis = Basis(work);
        (score.Score, score.Threes, score.Complete) = (total.Score, total.Threes, total.Complete);
        var alert = work.Find(Alert.ScoreSign, AlertDirection.None);
        if (!total.Applicable)
        {
            Forget(ref score);
            score.BelowSince = 0;
            if (alert is not null)
                work.End(alert, score.Clock, mayLatch: false);
            return;
        }

        score.Made = (score.Made & total.MissingParts) | total.Scoring;
        if (total.Complete)
            Observe(ref work.Watch, work.Signs, total);
        var asks = total.Score >= Math.Min(work.Patient.Limits.ScoreThreshold, News2.HighThreshold) || total.Threes != 0;
        var waits = !asks && (score.Made & total.MissingParts) != 0;
        if (alert is { Condition: AlertCondition.Active })
        {
            Forget(ref score);
            score.BelowSince = asks || waits ? 0 : score.BelowSince == 0 ? score.Clock : score.BelowSince;
            Report(work, alert);
        }
        else
        {
            score.BelowSince = 0;
            Build(ref score, asks, waits);
        }
    }

    // The hold-off: counts while the score asks for an alert, pauses for want of a part, and is forgotten when it no longer asks.
    private static void Build(ref ScoreState score, bool asks, bool waits)
    {
        if (score.PausedAt != 0 && score.Clock - score.PausedAt > LongestPause)
            Forget(ref score);
        if (asks && score.Onset == 0)
            (score.Onset, score.Counted, score.CountsSince, score.PausedAt) = (score.Clock, 0, score.Clock, 0);
        else if (asks && score.PausedAt != 0)
            (score.CountsSince, score.PausedAt) = (score.Clock, 0);
        else if (waits && score.CountsSince != 0)
            (score.Counted, score.CountsSince, score.PausedAt) = (score.Counted + score.Clock - score.CountsSince, 0, score.Clock);
        else if (!asks && !waits)
            Forget(ref score);
    }

    private static void Forget(ref ScoreState score) => (score.Onset, score.Counted, score.CountsSince, score.PausedAt) = (0, 0, 0, 0);

    private static void Fire(AlarmWork work)
    {
        ref var score = ref work.Score;
        var alert = work.Find(Alert.ScoreSign, AlertDirection.None);
        if (score.CountsSince != 0 && score.CountsSince + work.Rules.ScoreHoldOff.InMilliseconds() - score.Counted <= score.Clock)
        {
            Forget(ref score);
            Call(work, alert);
        }

        if (score.BelowSince != 0 && score.BelowSince + work.Rules.ScoreEndAfter.InMilliseconds() <= score.Clock)
        {
            score.BelowSince = 0;
            if (alert is { Condition: AlertCondition.Active })
                work.End(Reported(work, alert), score.Clock);
        }

        // A part that became too old leaves the score at this moment.
        score.Dirty |= score.NextStale != 0 && score.NextStale <= score.Clock;
        if (score.Dirty)
            Recompute(work);
    }

    private static void Call(AlarmWork work, Alert? alert)
    {
        ref var score = ref work.Score;
        score.ReportedAt = score.Clock;
        if (alert is null)
        {
            work.Raise(Reported(work, new Alert { Sign = Alert.ScoreSign, Kind = AlertKind.Score, Text = "" }), score.Clock);
            return;
        }

        var active = Reported(work, alert) with { Condition = AlertCondition.Active, EndedAt = null, Count = alert.Count + 1 };
        work.Change(active, AlertChangeKind.Resumed, score.Clock, calls: true);
    }

    private static void Report(AlarmWork work, Alert alert)
    {
        ref var score = ref work.Score;
        var reported = Reported(work, alert);
        var withdrawn = Withdrawals.Reason(alert, score);
        if (reported == alert && withdrawn is null)
            return;
        var urgent = withdrawn is not null || reported.Extreme != alert.Extreme || reported.Incomplete != alert.Incomplete;
        if (!urgent && score.Clock - score.ReportedAt < work.Rules.UpdateEvery.InMilliseconds())
            return;
        score.ReportedAt = score.Clock;
        work.Change(reported, AlertChangeKind.Updated, score.Clock, withdrawn: withdrawn);
    }

    private static Alert Reported(AlarmWork work, Alert alert)
    {
        ref var score = ref work.Score;
        var extreme = Math.Max(score.Score, (int)(alert.Extreme ?? 0));
        var threshold = work.Patient.Limits.ScoreThreshold;
        var priority = score.Score >= News2.HighThreshold ? AlertPriority.High : AlertPriority.Medium;
        priority = (AlertPriority)Math.Max((int)priority, (int)alert.Priority);
        return alert with
        {
            Priority = priority,
            Value = score.Score,
            Extreme = extreme,
            Limit = priority == AlertPriority.High ? News2.HighThreshold : extreme >= threshold ? threshold : News2.SingleThreshold,
            Incomplete = !score.Complete,
            Text = AlertText.Score(priority, score.Score, extreme, score.Complete),
        };
    }

    // The set's time is that of the oldest of the signs that are measured at the bedside each time.
    private static void Observe(ref WatchState watch, SignState[] signs, in NewsTotal total)
    {
        var time = Math.Min(
            signs[(int)VitalSign.HeartRate].LastTime,
            Math.Min(signs[(int)VitalSign.RespiratoryRate].LastTime, signs[(int)VitalSign.Spo2].LastTime));
        (watch.SetTime, watch.SetScore, watch.SetThree) = (Math.Max(watch.SetTime, time), total.Score, total.Threes != 0);
    }

    private static int Basis(AlarmWork work)
    {
        var patient = work.Patient.Patient;
        var applies = NewsApplies.To(patient, AlarmWork.Time(work.Score.Clock)) ? 1 : 0;
        return 1 | (applies << 1) | (patient.Spo2Scale << 2) | (work.Patient.Limits.ScoreThreshold << 4);
    }
}
