using HealthDashboard.Data.Model;

namespace HealthDashboard.Alarms;

/// <summary>Alarms on a sign's low and high limit: hold-off, hysteresis, extreme value, count and priority.</summary>
internal static class LimitAlarms
{
    /// <summary>Holds a value against both limits of its sign.</summary>
    public static void Apply(AlarmWork work, VitalSign sign, double value, long at)
    {
        var limits = work.Patient.Limits[sign];
        var rule = work.Rules[sign];
        ref var state = ref work.Signs[(int)sign];
        Apply(work, new Side(sign, AlertDirection.Low, limits.Low, limits.ExtremeLow, rule.LowHoldOff, rule.Hysteresis), ref state.Low, value, at);
        Apply(work, new Side(sign, AlertDirection.High, limits.High, limits.ExtremeHigh, rule.HighHoldOff, rule.Hysteresis), ref state.High, value, at);
    }

    /// <summary>Raises what has lasted for its hold-off before a time.</summary>
    public static void Fire(AlarmWork work, VitalSign sign, long until)
    {
        var limits = work.Patient.Limits[sign];
        var rule = work.Rules[sign];
        ref var state = ref work.Signs[(int)sign];
        Fire(work, new Side(sign, AlertDirection.Low, limits.Low, limits.ExtremeLow, rule.LowHoldOff, rule.Hysteresis), ref state.Low, state.LastValue, until);
        Fire(work, new Side(sign, AlertDirection.High, limits.High, limits.ExtremeHigh, rule.HighHoldOff, rule.Hysteresis), ref state.High, state.LastValue, until);
    }

    private static void Apply(AlarmWork work, in Side side, ref LimitState state, double value, long at)
    {
        state.Limit = side.Limit;
        var alert = work.Find(side.Sign.Info().Name, side.Direction);
        var beyond = side.IsBeyond(value);
        if (alert is { Condition: AlertCondition.Active })
        {
            Continue(work, side, ref state, alert, value, beyond, at);
        }
        else if (!beyond)
        {
            state.Since = 0;
        }
        else
        {
            state.Worst = state.Since == 0 ? value : side.Worse(state.Worst, value);
            if (state.Since == 0)
                state.Since = at;
            if (side.HoldOff == TimeSpan.Zero)
                Raise(work, side, ref state, alert, value, at);
        }

        state.Beyond = beyond;
    }

    private static void Fire(AlarmWork work, in Side side, ref LimitState state, double value, long until)
    {
        if (state.Since == 0)
            return;
        var due = state.Since + (long)side.HoldOff.TotalMilliseconds;
        if (due < until)
            Raise(work, side, ref state, work.Find(side.Sign.Info().Name, side.Direction), value, due);
    }

    private static void Raise(AlarmWork work, in Side side, ref LimitState state, Alert? latched, double value, long at)
    {
        state.Since = 0;
        state.ToldAt = at;
        var name = side.Sign.Info().Name;
        var limit = side.Limit ?? value;
        if (latched is null)
        {
            state.Count = 1;
            var priority = side.PriorityOf(state.Worst);
            work.Raise(
                new Alert
                {
                    Sign = name,
                    Direction = side.Direction,
                    Kind = AlertKind.Limit,
                    Priority = priority,
                    Value = value,
                    Extreme = state.Worst,
                    Limit = limit,
                    Text = AlertText.Limit(priority, side.Sign, state.Worst, side.Direction, limit),
                },
                at);
            return;
        }

        state.Count = latched.Count + 1;
        state.Worst = side.Worse(latched.Extreme ?? state.Worst, state.Worst);
        work.Change(
            Told(latched, side, state, value) with { Condition = AlertCondition.Active, EndedAt = null },
            AlertChangeKind.Resumed,
            at);
    }

    private static void Continue(AlarmWork work, in Side side, ref LimitState state, Alert alert, double value, bool beyond, long at)
    {
        if (state.Count == 0)
        {
            // The alert is from the store, and the state that went with it was lost.
            state.Count = alert.Count;
            state.Worst = alert.Extreme ?? value;
        }

        state.Worst = side.Worse(state.Worst, value);
        if (beyond && !state.Beyond)
            state.Count++;
        var told = Told(alert, side, state, value);
        if (side.IsBack(value))
        {
            work.End(told, at);
            return;
        }

        var news = told.Extreme != alert.Extreme || told.Count != alert.Count || told.Limit != alert.Limit;
        var urgent = told.Priority > alert.Priority;
        if (!urgent && (!news || at - state.ToldAt < (long)work.Rules.UpdateEvery.TotalMilliseconds))
            return;
        state.ToldAt = at;
        work.Change(told, AlertChangeKind.Updated, at);
    }

    private static Alert Told(Alert alert, in Side side, in LimitState state, double value)
    {
        var priority = (AlertPriority)Math.Max((int)alert.Priority, (int)side.PriorityOf(state.Worst));
        var limit = side.Limit ?? alert.Limit ?? value;
        return alert with
        {
            Priority = priority,
            Value = value,
            Extreme = state.Worst,
            Limit = limit,
            Count = state.Count,
            Text = AlertText.Limit(priority, side.Sign, state.Worst, side.Direction, limit),
        };
    }

    /// <summary>One limit of one sign, so that low and high are one piece of code.</summary>
    private readonly record struct Side(
        VitalSign Sign, AlertDirection Direction, double? Limit, double? ExtremeLimit, TimeSpan HoldOff, double Hysteresis)
    {
        private bool IsLow => Direction == AlertDirection.Low;

        public bool IsBeyond(double value) => Beyond(value, Limit);

        /// <summary>Whether the value is inside by the hysteresis. A limit that was taken away holds nothing up.</summary>
        public bool IsBack(double value) =>
            Limit is not { } limit || (IsLow ? value >= limit + Hysteresis : value <= limit - Hysteresis);

        public double Worse(double a, double b) => IsLow ? Math.Min(a, b) : Math.Max(a, b);

        public AlertPriority PriorityOf(double worst) => Beyond(worst, ExtremeLimit) ? AlertPriority.High : AlertPriority.Medium;

        private bool Beyond(double value, double? limit) => limit is { } l && (IsLow ? value < l : value > l);
    }
}
