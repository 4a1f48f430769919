using HealthDashboard.Data.Model;

namespace HealthDashboard.Alarms;

/// <summary>What an evaluation comes to.</summary>
/// <param name="State">The state after it.</param>
/// <param name="Changes">What happened to alerts, in order; empty when nothing did.</param>
internal readonly record struct Evaluation(MonitorState State, IReadOnlyList<AlertChange> Changes);

/// <summary>
/// The alarm rules as a pure function: the same state, patient, readings and time give the same result (docs/clinical.md, ADR 0006).
/// Each sign runs on its own readings' time; the present time moves only what is live.
/// </summary>
internal static class AlarmEvaluator
{
    /// <summary>Evaluates new readings of a patient and the passing of time.</summary>
    /// <param name="state">The state before.</param>
    /// <param name="patient">The patient and limits.</param>
    /// <param name="rules">The alarm rules.</param>
    /// <param name="readings">New readings of this patient in any order; none for a mere passing of time.</param>
    /// <param name="now">The time it is.</param>
    public static Evaluation Evaluate(
        MonitorState state, MonitoredPatient patient, AlarmRules rules, ReadOnlySpan<Reading> readings, DateTimeOffset now)
    {
        if (patient.Patient.Status != PatientStatus.Admitted)
            return Discharge(state, patient, rules, now);
        var work = new AlarmWork(state, patient, rules, now);
        if (readings.Length == 1)
        {
            Apply(work, readings[0]);
        }
        else if (readings.Length > 1)
        {
            var sorted = readings.ToArray();
            // Order of arrival must not matter: within one moment by sign; of two readings of a sign that claim one moment, the lower counts.
            Array.Sort(sorted, static (a, b) => a.Time != b.Time ? a.Time.CompareTo(b.Time)
                : a.Sign != b.Sign ? a.Sign.CompareTo(b.Sign)
                : a.Value.CompareTo(b.Value));
            foreach (var reading in sorted)
                Apply(work, reading);
        }

        Pass(work);
        return work.Finish();
    }

    /// <summary>When a mere passing of time could next change something; null when it never does.</summary>
    public static DateTimeOffset? NextDue(MonitorState state, AlarmRules rules)
    {
        var next = long.MaxValue;
        var live = false;
        for (var number = 1; number < MonitorState.SignCount; number++)
        {
            ref var sign = ref state.Signs[number];
            if (!sign.Live)
                continue;
            live = true;
            var rule = rules[(VitalSign)number];
            if (sign.Low.Since != 0)
                next = Math.Min(next, sign.Low.Since + (long)rule.LowHoldOff.TotalMilliseconds);
            if (sign.High.Since != 0)
                next = Math.Min(next, sign.High.Since + (long)rule.HighHoldOff.TotalMilliseconds);
            if (sign.OffSince != 0 && !HasTechnical(state, ((VitalSign)number).Info().Name))
                next = Math.Min(next, sign.OffSince + (long)rules.SensorOffHoldOff.TotalMilliseconds);
            if (!HasTechnical(state, Alert.FeedSign))
                next = Math.Min(next, TechnicalAlarms.SignDue(sign, rule, rules, state.ListeningSince));
        }

        if (!live)
            return null;
        if (!HasTechnical(state, Alert.FeedSign))
            next = Math.Min(next, TechnicalAlarms.FeedDue(state.Signs, rules, state.ListeningSince));
        next = Math.Min(next, state.Score.Dirty ? state.Score.Clock : ScoreAlarms.NextDue(state.Score, rules));
        // What is due at a moment happens once the moment is past.
        return next == long.MaxValue ? null : AlarmWork.Time(next + 1);
    }

    private static void Apply(AlarmWork work, in Reading reading)
    {
        ref var state = ref work.Signs[(int)reading.Sign];
        if (reading.Time <= state.LastTime)
            return;
        Fire(work, reading.Sign, reading.Time);
        ScoreAlarms.Advance(work, reading.Time);
        Remember(ref state, reading, work);
        var off = reading.IsSensorOff;
        TechnicalAlarms.EndSilence(work, reading.Sign, off, reading.Time);
        if (off)
        {
            state.OffSince = state.OffSince == 0 ? reading.Time : state.OffSince;
            // The breach that was building up has no value any more. An alert that is open stays: a missing value ends no alarm.
            state.Low.Since = state.High.Since = 0;
        }
        else
        {
            state.OffSince = 0;
            LimitAlarms.Apply(work, reading.Sign, reading.Value, reading.Time);
        }

        work.Score.Dirty = true;
    }

    private static void Remember(ref SignState state, in Reading reading, AlarmWork work)
    {
        var rule = work.Rules[reading.Sign];
        var gap = reading.Time - state.LastTime;
        if (state.LastTime != 0)
        {
            // One long gap does not make a slow device, several do; one short gap makes a fast one.
            state.Interval = state.Interval == 0 ? gap : Math.Min(gap, (2 * state.Interval) + 1000);
        }

        state.LastTime = reading.Time;
        state.LastValue = reading.Value;
        var fresh = (long)rule.FreshFor.TotalMilliseconds;
        var age = work.Now - reading.Time;
        state.Live = age <= fresh;
        state.Watched |= state.Interval > 0 && state.Interval <= fresh && age <= TechnicalAlarms.SignSilence(state.Interval, rule, work.Rules);
    }

    /// <summary>What is due before a time, for one sign.</summary>
    private static void Fire(AlarmWork work, VitalSign sign, long until)
    {
        LimitAlarms.Fire(work, sign, until);
        TechnicalAlarms.FireSensorOff(work, sign, until);
    }

    /// <summary>Lets the present time move what is live, and holds what stands against limits that have changed.</summary>
    private static void Pass(AlarmWork work)
    {
        var live = false;
        for (var number = 1; number < MonitorState.SignCount; number++)
        {
            ref var state = ref work.Signs[number];
            if (state.LastTime == 0)
                continue;
            var sign = (VitalSign)number;
            Recheck(work, sign, ref state);
            if (!state.Live)
                continue;
            live = true;
            Fire(work, sign, work.Now);
        }

        if (!live)
            return;
        TechnicalAlarms.FireSilence(work);
        ScoreAlarms.Advance(work, work.Now);
    }

    private static void Recheck(AlarmWork work, VitalSign sign, ref SignState state)
    {
        var limits = work.Patient.Limits[sign];
        if ((state.Low.Limit == limits.Low && state.High.Limit == limits.High) || (state.LastValue == 0 && sign.Info().ZeroIsSensorOff))
            return;
        var fresh = work.Now - state.LastTime <= (long)work.Rules[sign].FreshFor.TotalMilliseconds;
        if (fresh || work.Find(sign.Info().Name, AlertDirection.Low) is not null || work.Find(sign.Info().Name, AlertDirection.High) is not null)
            LimitAlarms.Apply(work, sign, state.LastValue, Math.Max(work.Now, state.LastTime));
    }

    private static Evaluation Discharge(MonitorState state, MonitoredPatient patient, AlarmRules rules, DateTimeOffset now)
    {
        var work = new AlarmWork(state, patient, rules, now);
        foreach (var alert in state.Open)
            work.End(alert, work.Now, mayLatch: false);
        Array.Clear(work.Signs);
        work.Score = default;
        return work.Finish();
    }

    private static bool HasTechnical(MonitorState state, string sign)
    {
        foreach (var alert in state.Open)
        {
            if (alert.Direction == AlertDirection.None && alert.Sign == sign)
                return true;
        }

        return false;
    }
}
