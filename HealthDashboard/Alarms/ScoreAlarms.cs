using HealthDashboard.Data.Model;

namespace HealthDashboard.Alarms;

/// <summary>
/// Alarms on the NEWS2 score. The score is worked out once for each moment at which a reading came or a part became too old,
/// after all readings of that moment.
/// </summary>
internal static class ScoreAlarms
{
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

    /// <summary>When the passing of time alone changes something; <see cref="long.MaxValue"/> when it never does.</summary>
    public static long NextDue(in ScoreState score, AlarmRules rules)
    {
        var next = long.MaxValue;
        if (score.MediumSince != 0)
            next = Math.Min(next, score.MediumSince + (long)rules.ScoreHoldOff.TotalMilliseconds);
        if (score.HighSince != 0)
            next = Math.Min(next, score.HighSince + (long)rules.ScoreHoldOff.TotalMilliseconds);
        if (score.BelowSince != 0)
            next = Math.Min(next, score.BelowSince + (long)rules.ScoreEndAfter.TotalMilliseconds);
        if (score.NextStale != 0)
            next = Math.Min(next, score.NextStale);
        return next;
    }

    private static void Recompute(AlarmWork work)
    {
        ref var score = ref work.Score;
        var total = News2.Total(Latest(work, out score.NextStale), work.Patient.Patient, work.Rules, AlarmWork.Time(score.Clock));
        score.Dirty = false;
        score.Score = total.Score;
        score.AnyThree = total.AnyThree;
        var medium = total.Applicable && (total.Score >= News2.MediumThreshold || total.AnyThree);
        var high = total.Applicable && total.Score >= News2.HighThreshold;
        var alert = work.Find(Alert.ScoreSign, AlertDirection.None);
        var active = alert is { Condition: AlertCondition.Active };
        // A pending moment is kept only until it has led to what it waits for.
        score.MediumSince = !medium || active ? 0 : Since(score.MediumSince, score.Clock);
        score.HighSince = !high || (active && alert!.Priority == AlertPriority.High) ? 0 : Since(score.HighSince, score.Clock);
        score.BelowSince = active && !medium ? Since(score.BelowSince, score.Clock) : 0;
        if (active && medium && total.Score > (alert!.Extreme ?? 0))
            work.Change(Told(alert, alert.Priority, score, total.Complete), AlertChangeKind.Updated, score.Clock);
    }

    private static long Since(long since, long clock) => since == 0 ? clock : since;

    private static void Fire(AlarmWork work)
    {
        ref var score = ref work.Score;
        var holdOff = (long)work.Rules.ScoreHoldOff.TotalMilliseconds;
        var alert = work.Find(Alert.ScoreSign, AlertDirection.None);
        var highStood = score.HighSince != 0 && score.HighSince + holdOff <= score.Clock;
        var mediumStood = score.MediumSince != 0 && score.MediumSince + holdOff <= score.Clock;
        if (highStood || mediumStood)
        {
            Call(work, alert, highStood ? AlertPriority.High : AlertPriority.Medium);
            score.MediumSince = 0;
            if (highStood)
                score.HighSince = 0;
        }

        if (score.BelowSince != 0 && score.BelowSince + (long)work.Rules.ScoreEndAfter.TotalMilliseconds <= score.Clock)
        {
            score.BelowSince = 0;
            if (alert is { Condition: AlertCondition.Active })
                work.End(alert with { Value = score.Score }, score.Clock);
        }

        // A part that became too old leaves the score at this moment.
        score.Dirty |= score.NextStale != 0 && score.NextStale <= score.Clock;
        if (score.Dirty)
            Recompute(work);
    }

    private static void Call(AlarmWork work, Alert? alert, AlertPriority priority)
    {
        ref var score = ref work.Score;
        var complete = News2.Total(Latest(work, out _), work.Patient.Patient, work.Rules, AlarmWork.Time(score.Clock)).Complete;
        if (alert is null)
        {
            var blank = new Alert { Sign = Alert.ScoreSign, Kind = AlertKind.Score, Text = "" };
            work.Raise(Told(blank, priority, score, complete), score.Clock);
            return;
        }

        var told = Told(alert, priority, score, complete);
        if (alert.Condition == AlertCondition.Latched)
            work.Change(told with { Condition = AlertCondition.Active, EndedAt = null, Count = alert.Count + 1 }, AlertChangeKind.Resumed, score.Clock);
        else
            work.Change(told, AlertChangeKind.Updated, score.Clock);
    }

    private static Alert Told(Alert alert, AlertPriority priority, in ScoreState score, bool complete)
    {
        priority = (AlertPriority)Math.Max((int)priority, (int)alert.Priority);
        var threshold = priority == AlertPriority.High ? News2.HighThreshold
            : score.Score >= News2.MediumThreshold ? News2.MediumThreshold
            : News2.SingleThreshold;
        var extreme = Math.Max(score.Score, (int)(alert.Extreme ?? 0));
        return alert with
        {
            Priority = priority,
            Value = score.Score,
            Extreme = extreme,
            Limit = threshold,
            Text = AlertText.Score(priority, extreme, complete, threshold),
        };
    }

    /// <summary>The latest sample of each sign, and when the first of them that is current now becomes too old.</summary>
    private static Sample[] Latest(AlarmWork work, out long nextStale)
    {
        var latest = work.Latest;
        nextStale = 0;
        foreach (var sign in News2.Parameters)
        {
            ref var state = ref work.Signs[(int)sign];
            latest[(int)sign] = new Sample(state.LastTime, state.LastValue);
            var stale = state.LastTime + (long)work.Rules[sign].FreshFor.TotalMilliseconds + 1;
            if (state.LastTime != 0 && stale > work.Score.Clock && (nextStale == 0 || stale < nextStale))
                nextStale = stale;
        }

        return latest;
    }
}
