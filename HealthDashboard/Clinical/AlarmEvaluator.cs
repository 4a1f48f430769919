using HealthDashboard.Data.Model;

namespace HealthDashboard.Clinical;

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
    // Claims of the future that are smaller make no difference after a restart, in milliseconds.
    private const long RememberAhead = 1_000;
    private const int MostAhead = 1_000;

    /// <summary>Evaluates new readings of a patient and the passing of time.</summary>
    /// <param name="state">The state before.</param>
    /// <param name="patient">The patient and limits.</param>
    /// <param name="rules">The alarm rules.</param>
    /// <param name="readings">New readings of this patient in the order in which they arrived; none for a mere passing of time.</param>
    /// <param name="now">The time it is.</param>
    public static Evaluation Evaluate(
        MonitorState state, MonitoredPatient patient, AlarmRules rules, ReadOnlySpan<Reading> readings, DateTimeOffset now)
    {
        var work = AlarmWork.ToChange(state, patient, rules, now);
        if (patient.Patient.Status != PatientStatus.Admitted)
            return Discharge(work);
        if (work.Watch.Since == 0)
            work.Watch.Since = work.Now;
        Withdrawals.Note(work);
        ClockAlarms.Look(work, readings);
        using (var order = new ReadingOrder(readings, work.Now))
        {
            foreach (ref readonly var reading in order.InOrder)
                Apply(work, reading);
        }

        Pass(work);
        return work.Finish();
    }

    /// <summary>When a mere passing of time could next change something; null when it never does.</summary>
    public static DateTimeOffset? NextDue(MonitorState state, MonitoredPatient patient, AlarmRules rules, DateTimeOffset now) =>
        AlarmDue.Next(AlarmWork.ToLookAt(state, patient, rules, now));

    private static void Apply(AlarmWork work, in Reading reading)
    {
        var at = ReadingOrder.Effective(reading, work.Now);
        if (reading.Arrived == 0 && work.Ahead.Contains(new Ahead(reading.Sign, reading.Time)))
            return;
        ref var state = ref work.Signs[(int)reading.Sign];
        if (state.Other is not null)
            Beside(work, reading.Sign, ref state, at);
        ref var source = ref Sources.Of(ref state, reading, at);
        var isFirst = source.Time == 0;
        if (at < source.Time || (at == source.Time && reading.Value == source.Value && !isFirst))
            return;
        var sign = reading.Sign;
        var fresh = Watch.FreshFor(sign, work.Watch, work.Patient.Patient, work.Rules);
        var arrived = reading.Arrived == 0 ? at : Math.Min(reading.Arrived, work.Now);
        var live = work.Now - at <= fresh;
        // What is due before the reading happens before it.
        if (!isFirst)
            Until(work, sign, ref source, at, fresh);
        TechnicalAlarms.FireSensorOff(work, sign, at);
        ScoreClock.Follow(work, sign, at, arrived, live);
        Remember(work, reading, at, arrived);
        TechnicalAlarms.EndSilence(work, sign, reading.IsSensorOff, at);
        Take(work, reading, ref state, ref source, at);
        (source.Device, source.Time, source.Arrived, source.Value, source.Live) = (Sources.DeviceOf(source, reading, at), at, arrived, reading.Value, live);
        Watch.Follow(work, sign, at);
        Sources.Compare(work, sign, at);
        PressureAlarms.Compare(work, sign, at);
        work.Score.Dirty = true;
        if (reading.Time > at + RememberAhead)
            work.Ahead = [.. work.Ahead.Where(ahead => ahead.Time > work.Signs[(int)ahead.Sign].LastTime).TakeLast(MostAhead - 1), new Ahead(sign, reading.Time)];
    }

    /// <summary>Of two sources, what is due for either before a reading of one happens before it.</summary>
    private static void Beside(AlarmWork work, VitalSign sign, ref SignState state, long at)
    {
        // The score of the moment before is made of both.
        if (at > work.Score.Clock)
            ScoreAlarms.Settle(work);
        Sources.Fire(work, sign, at);
        var fresh = Watch.FreshFor(sign, work.Watch, work.Patient.Patient, work.Rules);
        var other = state.Other![0];
        if (state.Main.Live)
            LimitAlarms.Fire(work, sign, ref state.Main, Math.Min(Math.Min(at, state.Main.Clock(work.Now)), state.Main.Time + fresh + 1));
        if (other.Live)
            LimitAlarms.Fire(work, sign, ref other, Math.Min(Math.Min(at, other.Clock(work.Now)), other.Time + fresh + 1));
        state.Other = [other];
    }

    /// <summary>Lets a source's value stand until a time, or until it is no longer current.</summary>
    private static void Until(AlarmWork work, VitalSign sign, ref SourceState source, long until, long fresh)
    {
        var stale = source.Time + fresh + 1;
        LimitAlarms.Fire(work, sign, ref source, Math.Min(until, stale));
        if (until <= stale)
            return;
        source.Low.Pause(stale);
        source.High.Pause(stale);
    }

    private static void Take(AlarmWork work, in Reading reading, ref SignState state, ref SourceState source, long at)
    {
        if (!reading.IsSensorOff)
        {
            state.OffSince = 0;
            LimitAlarms.Apply(work, reading.Sign, ref source, reading.Value, at);
            return;
        }

        // The breach that builds up is kept for a while. An alert that is open stays: a missing value ends no alarm.
        source.Low.Pause(at);
        source.High.Pause(at);
        if (state.OffSince != 0 || Sources.OtherValue(state, reading.Sign, reading.Device, at) is not null)
            return;
        state.OffSince = at;
        state.OffAfterExtreme = source.Time != 0 && source.Value != 0
            && Side.Of(work, reading.Sign, AlertDirection.Low).IsExtreme(source.Value)
            && at - source.Time <= Breach.Window;
    }

    private static void Remember(AlarmWork work, in Reading reading, long at, long arrived)
    {
        ref var state = ref work.Signs[(int)reading.Sign];
        var gap = at - state.LastTime;
        if (state.LastTime != 0 && gap > 0)
        {
            // One long gap does not make a slow device, several do; one short gap makes a fast one.
            state.Interval = state.Interval == 0 ? gap : Math.Min(gap, (2 * state.Interval) + 1000);
        }

        var rule = work.Rules[reading.Sign];
        var isLive = arrived - at <= TechnicalAlarms.SignSilence(state.Interval, rule, work.Rules)
            && work.Now - at <= TechnicalAlarms.SignSilence(state.Interval, rule, work.Rules);
        state.Watched |= state.Interval > 0 && state.Interval <= rule.FreshFor.InMilliseconds()
            && (isLive || ClockAlarms.IsLiveBehind(work, reading));
    }

    /// <summary>Lets the present time move what is live, and holds what stands against limits and a record that have changed.</summary>
    private static void Pass(AlarmWork work)
    {
        for (var number = 1; number < MonitorState.SignCount; number++)
        {
            ref var state = ref work.Signs[number];
            if (state.Main.Time == 0)
                continue;
            var sign = (VitalSign)number;
            var fresh = Watch.FreshFor(sign, work.Watch, work.Patient.Patient, work.Rules);
            Recheck(work, sign, ref state, fresh);
            Pass(work, sign, ref state.Main, fresh);
            if (state.Other is [var other] && other.Live)
            {
                Pass(work, sign, ref other, fresh);
                state.Other = [other];
                Sources.Fire(work, sign, other.Clock(work.Now));
            }

            if (state.Main.Live)
                TechnicalAlarms.FireSensorOff(work, sign, Math.Max(state.Main.Clock(work.Now), state.LastTime));
        }

        TechnicalAlarms.FireSilence(work);
        ScoreAlarms.Recheck(work);
        ScoreAlarms.Advance(work, ScoreClock.At(work.Score, work.Now));
        Watch.FireOverdue(work);
        Withdrawals.Remind(work);
    }

    private static void Pass(AlarmWork work, VitalSign sign, ref SourceState source, long fresh)
    {
        if (source.Live)
            LimitAlarms.Fire(work, sign, ref source, Math.Min(source.Clock(work.Now), source.Time + fresh + 1));
    }

    private static void Recheck(AlarmWork work, VitalSign sign, ref SignState state, long fresh)
    {
        var limits = work.Patient.Limits[sign];
        var (low, high) = (state.Low.Limit == limits.Low, state.High.Limit == limits.High);
        if (low && high)
            return;
        Recheck(work, sign, ref state.Main, fresh);
        if (state.Other is not [var other])
            return;
        // What was beyond another limit says nothing about this one.
        (other.Low.Spells, other.High.Spells) = (low ? other.Low.Spells : null, high ? other.High.Spells : null);
        Recheck(work, sign, ref other, fresh);
        state.Other = [other];
    }

    private static void Recheck(AlarmWork work, VitalSign sign, ref SourceState source, long fresh)
    {
        if (source.Value == 0 && sign.Info().ZeroIsSensorOff)
            return;
        if (work.Now - source.Time <= fresh || work.Find(sign.Info().Name, AlertDirection.Low) is not null || work.Find(sign.Info().Name, AlertDirection.High) is not null)
            LimitAlarms.Apply(work, sign, ref source, source.Value, Math.Max(source.Clock(work.Now), source.Time));
    }

    private static Evaluation Discharge(AlarmWork work)
    {
        var reason = work.Patient.Patient.Discharge is { } discharge
            ? $"ended by discharge, {discharge.By}{(discharge.Reason is { } why ? $", {why}" : "")}"
            : "ended by discharge";
        foreach (var alert in work.Open.ToList())
            work.End(alert with { Reason = reason }, work.Now, mayLatch: false);
        work.Clear();
        return work.Finish();
    }
}
