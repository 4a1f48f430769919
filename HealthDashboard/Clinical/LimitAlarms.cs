using HealthDashboard.Data.Model;

namespace HealthDashboard.Clinical;

/// <summary>Alarms on a sign's low and high limit: one alert for each, whatever the number of sources (docs/clinical.md, B1 to B5).</summary>
internal static class LimitAlarms
{
    private static readonly AlertDirection[] Directions = [AlertDirection.Low, AlertDirection.High];

    /// <summary>Holds a source's value against both limits of its sign.</summary>
    /// <param name="work">The evaluation.</param>
    /// <param name="sign">The sign.</param>
    /// <param name="source">The source, its last value being the one before.</param>
    /// <param name="value">The value; not "sensor off".</param>
    /// <param name="at">Its effective time.</param>
    public static void Apply(AlarmWork work, VitalSign sign, ref SourceState source, double value, long at)
    {
        Apply(work, Side.Of(work, sign, AlertDirection.Low), ref work.Signs[(int)sign].Low, ref source.Low, source.Device, value, at);
        Apply(work, Side.Of(work, sign, AlertDirection.High), ref work.Signs[(int)sign].High, ref source.High, source.Device, value, at);
    }

    /// <summary>Raises what has lasted or added up before a time, for one source.</summary>
    public static void Fire(AlarmWork work, VitalSign sign, ref SourceState source, long until)
    {
        Fire(work, Side.Of(work, sign, AlertDirection.Low), ref work.Signs[(int)sign].Low, ref source.Low, source.Value, until);
        Fire(work, Side.Of(work, sign, AlertDirection.High), ref work.Signs[(int)sign].High, ref source.High, source.Value, until);
    }

    /// <summary>When something is due for one source, in its own time; <see cref="long.MaxValue"/> when nothing is.</summary>
    public static long NextDue(AlarmWork work, VitalSign sign, in SourceState source)
    {
        var next = long.MaxValue;
        foreach (var direction in Directions)
        {
            if (work.Find(sign.Info().Name, direction) is { Condition: AlertCondition.Active })
                continue;
            ref readonly var side = ref Side.Of(work, sign, direction);
            ref readonly var breach = ref (direction == AlertDirection.Low ? ref source.Low : ref source.High);
            next = Math.Min(next, Math.Min(breach.LastedAt(side), breach.AddedUpAt(side)));
        }

        return next;
    }

    private static void Apply(AlarmWork work, in Side side, ref LimitState state, ref Breach breach, string? device, double value, long at)
    {
        if (state.Limit != side.Limit)
        {
            // What was beyond another limit says nothing about this one.
            state.Limit = side.Limit;
            breach.Spells = null;
        }

        var name = side.Sign.Info().Name;
        var alert = work.Find(name, side.Direction);
        var crossed = side.IsBeyond(value) && !breach.Beyond;
        breach.Take(side, value, at, builds: alert is not { Condition: AlertCondition.Active });
        if (alert is { Condition: AlertCondition.Active })
            Continue(work, side, ref state, breach, alert, device, value, crossed, at);
        else if (breach.Onset != 0 && side.HoldOff == 0)
            Raise(work, side, ref state, ref breach, value, at);
        else if (breach.Onset == 0 && work.FindEnded(name, side.Direction) is { } ended && at - ended.EndedAt!.Value.ToUnixTimeMilliseconds() > Breach.Window)
            work.ForgetEnded(ended);
    }

    private static void Fire(AlarmWork work, in Side side, ref LimitState state, ref Breach breach, double value, long until)
    {
        var lasted = breach.LastedAt(side);
        var addedUp = breach.AddedUpAt(side);
        var due = Math.Min(lasted, addedUp);
        if (due >= until || work.Find(side.Sign.Info().Name, side.Direction) is { Condition: AlertCondition.Active })
            return;
        state.AddedUp = addedUp < lasted;
        if (state.AddedUp)
        {
            breach.Worst = breach.WorstOf(side, due, value);
            if (breach.Onset == 0)
                breach.Onset = breach.Spells![^1].Start;
        }

        Raise(work, side, ref state, ref breach, value, due);
    }

    private static void Raise(AlarmWork work, in Side side, ref LimitState state, ref Breach breach, double value, long at)
    {
        var name = side.Sign.Info().Name;
        var (onset, worst) = (breach.Onset, breach.Worst);
        breach.Forget();
        state.ReportedAt = at;
        state.AddedUp &= side.HoldOff > 0;
        state.Worst = worst;
        state.Count = 1;
        if (work.Find(name, side.Direction) is { } latched)
        {
            state.Count = latched.Count + 1;
            state.Worst = side.Worse(latched.Extreme ?? worst, worst);
            var active = Reported(latched, side, state, value, worst) with { Condition = AlertCondition.Active, EndedAt = null };
            work.Change(active, AlertChangeKind.Resumed, at, calls: true);
        }
        else if (work.FindEnded(name, side.Direction) is { } ended && onset - ended.EndedAt!.Value.ToUnixTimeMilliseconds() <= Breach.Window)
        {
            state.Count = ended.Count + 1;
            state.Worst = side.Worse(ended.Extreme ?? worst, worst);
            work.Reopen(ended, Reported(ended, side, state, value, worst), at, Withdrawals.Reason(ended, side, state, worst));
        }
        else
        {
            var limit = side.Limit ?? value;
            var priority = side.PriorityOf(worst);
            var alert = new Alert
            {
                Sign = name,
                Direction = side.Direction,
                Kind = AlertKind.Limit,
                Priority = priority,
                Value = value,
                Extreme = worst,
                Limit = limit,
                Text = AlertText.Limit(priority, side.Sign, worst, side.Direction, limit),
            };
            work.Raise(alert, at);
        }
    }

    private static void Continue(
        AlarmWork work, in Side side, ref LimitState state, in Breach breach, Alert alert, string? device, double value, bool crossed, long at)
    {
        if (state.Count == 0)
        {
            // The alert is from the store, and the state that went with it was lost.
            state.Count = alert.Count;
            state.Worst = alert.Extreme ?? value;
        }

        state.Worst = side.Worse(state.Worst, value);
        if (crossed)
            state.Count++;
        // The alert is about all sources: it shows the worse of their values, and ends when all are back.
        ref readonly var sign = ref work.Signs[(int)side.Sign];
        var shown = Sources.OtherValue(sign, side.Sign, device, at) is { } second ? side.Worse(value, second) : value;
        var reported = Reported(alert, side, state, shown, shown);
        var other = Sources.Other(sign, device, at) is { } source ? (side.Direction == AlertDirection.Low ? source.Low : source.High) : default;
        var sum = state.AddedUp ? Math.Max(breach.Sum(at), other.Sum(at)) : 0;
        if (side.IsBack(value) && !other.NotBack && (!state.AddedUp || sum < Breach.HoldOffs * side.HoldOff))
        {
            work.End(reported, at);
            return;
        }

        var withdrawn = Withdrawals.Reason(alert, side, state, shown);
        var news = reported.Extreme != alert.Extreme || reported.Count != alert.Count;
        var urgent = withdrawn is not null || reported.Priority > alert.Priority;
        if (!urgent && (!news || at - state.ReportedAt < work.Rules.UpdateEvery.InMilliseconds()))
            return;
        state.ReportedAt = at;
        work.Change(reported, AlertChangeKind.Updated, at, withdrawn: withdrawn);
    }

    // The limit stays the one that was broken: what happened is not rewritten when limits change.
    // Its priority follows the values that have come since, not those that were judged by other limits.
    private static Alert Reported(Alert alert, in Side side, in LimitState state, double value, double worst)
    {
        var priority = (AlertPriority)Math.Max((int)alert.Priority, (int)side.PriorityOf(worst));
        var limit = alert.Limit ?? side.Limit ?? value;
        return alert with
        {
            Priority = priority,
            Value = value,
            Extreme = state.Worst,
            Count = state.Count,
            Text = AlertText.Limit(priority, side.Sign, state.Worst, side.Direction, limit),
        };
    }
}
