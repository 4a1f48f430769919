using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;

namespace HealthDashboard.WhatIf;

/// <summary>
/// The alarm rules over a patient's past, in the readings' own time. Time passes whenever it alone may change something, and at least every
/// 20 s: between two such moments the outcome does not depend on how the readings are cut into evaluations.
/// </summary>
internal sealed class Replay
{
    private const long Step = 20_000;

    // What the engine looks at when time alone has changed something.
    private const long Tick = 1_000;

    // As long before an admission readings are evaluated with it.
    private const long BeforeStay = 15 * 60_000;

    // As CommonCause has it: who is held has been silent for so long when the ward's alert is raised.
    private const long SurelySilent = 30_000;

    private readonly IReadOnlyList<Moment> moments;
    private readonly PatientPast past;
    private readonly AlarmRules rules;
    private readonly Dictionary<ObjectId, Alert> alerts = [];
    private readonly List<Reading> before = [];
    private readonly long step;
    private MonitorState state;
    private MonitoredPatient patient;
    private int moment;
    private int acknowledged;
    private long now;
    private long due;

    public Replay(PatientPast past, Proposal proposal, AlarmRules rules)
    {
        this.past = past;
        this.rules = proposal.On(rules);
        moments = past.With(proposal);
        patient = moments[0].Patient;
        now = past.Start;
        due = now;
        step = Math.Clamp((long)rules.SignSilence.TotalMilliseconds * 2 / 3, Tick, Step);
        state = new MonitorState(past.Patient.Id) { Open = past.Open, Watch = new WatchState { Since = past.StaySince } };
        foreach (var alert in past.Open)
            alerts[alert.Id] = alert;
    }

    /// <summary>Every alert so far, as it is now.</summary>
    public IReadOnlyCollection<Alert> Alerts => alerts.Values;

    private bool IsAdmitted => patient.Patient.Status == PatientStatus.Admitted;

    // Silence ends when a reading arrives, by the clock on the wall: then each arrival is a moment of its own.
    private bool EachCounts => state.Open.Any(alert => alert.Sign == Alert.FeedSign) || Array.Exists(state.Signs, sign => sign.Silent);

    /// <summary>Lets time pass.</summary>
    /// <param name="readings">What was measured since the last call and before <paramref name="until"/>, by time; of one moment by sign.</param>
    /// <param name="until">Up to when.</param>
    public void Advance(ReadOnlySpan<Reading> readings, long until)
    {
        var next = 0;
        while (now < until)
        {
            var becomes = moment + 1 < moments.Count ? moments[moment + 1].At : long.MaxValue;
            var acts = acknowledged < past.Acknowledged.Count ? past.Acknowledged[acknowledged].At : long.MaxValue;
            var end = next < readings.Length && readings[next].Time <= now ? now : Next(readings[next..], until, acts);
            end = Math.Max(Math.Min(end, Math.Min(becomes, acts)), now);
            // What people do comes before a reading of the same moment.
            var first = next;
            while (next < readings.Length && (end == becomes || end == acts ? readings[next].Time < end : readings[next].Time <= end))
                next++;
            if (end != acts || end == becomes)
                Pass(readings[first..next], end);
            else if (next > first)
                Pass(readings[first..next], readings[next - 1].Time);
            else
                now = end;
            Act();
        }
    }

    private long Next(ReadOnlySpan<Reading> readings, long until, long acts)
    {
        var end = Math.Min(Math.Min(until, now + step), due <= now ? now + Tick : due);
        // An acknowledgement comes after the effect of the last reading, and of the time up to the engine's last tick.
        if (end < acts && acts - end < Tick)
            end = Math.Min(until, acts);
        if (EachCounts && readings.Length > 0)
            end = Math.Min(end, readings[0].Time);
        foreach (var hold in past.Holds)
            end = hold.From > now ? Math.Min(end, hold.From) : hold.To > now ? Math.Min(end, hold.To) : end;
        return end;
    }

    private void Pass(ReadOnlySpan<Reading> readings, long to)
    {
        now = to;
        if (IsAdmitted)
            Evaluate(readings);
        else
            Keep(readings);
    }

    private void Act()
    {
        for (; acknowledged < past.Acknowledged.Count && past.Acknowledged[acknowledged].At <= now; acknowledged++)
            Acknowledge(past.Acknowledged[acknowledged]);
        for (; moment + 1 < moments.Count && moments[moment + 1].At <= now; moment++)
            Become(moments[moment + 1].Patient);
    }

    private void Become(MonitoredPatient next)
    {
        var wasAdmitted = IsAdmitted;
        patient = next;
        if (IsAdmitted && !wasAdmitted)
        {
            // Nothing was evaluated before; what came shortly before the admission, and what still stands, counts.
            state = state.ListenFrom(DateTimeOffset.FromUnixTimeMilliseconds(now));
            before.Sort(static (a, b) => (a.Time, a.Sign).CompareTo((b.Time, b.Sign)));
            Evaluate(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(before));
            before.Clear();
        }
        else
        {
            Evaluate([]);
        }
    }

    // The last quarter of an hour, and the last of each sign before that.
    private void Keep(ReadOnlySpan<Reading> readings)
    {
        due = long.MaxValue;
        foreach (ref readonly var reading in readings)
            before.Add(reading);
        if (before.Count == 0 || now - before[0].Time < 2 * BeforeStay)
            return;
        var last = before.GroupBy(reading => reading.Sign).Select(sign => sign.MaxBy(reading => reading.Time)).ToHashSet();
        before.RemoveAll(reading => reading.Time < now - BeforeStay && !last.Contains(reading));
    }

    private void Evaluate(ReadOnlySpan<Reading> readings)
    {
        var at = DateTimeOffset.FromUnixTimeMilliseconds(now);
        var known = IsHeld() ? patient with { HoldSilence = true } : patient;
        var evaluation = AlarmEvaluator.Evaluate(state, known, rules, readings, at);
        state = evaluation.State;
        foreach (var change in evaluation.Changes)
            alerts[change.Alert.Id] = change.Alert;
        due = AlarmEvaluator.NextDue(state, known, rules, at)?.ToUnixTimeMilliseconds() ?? long.MaxValue;
    }

    private bool IsHeld()
    {
        foreach (var hold in past.Holds)
        {
            if (hold.From > now || hold.To <= now)
                continue;
            var last = 0L;
            foreach (var sign in TechnicalAlarms.Stream)
                last = Math.Max(last, state.Signs[(int)sign].LastArrived);
            return last <= hold.From - SurelySilent;
        }
        return false;
    }

    // One that would change nothing was given to what was due just then.
    private void Acknowledge(Acknowledged given)
    {
        if (TryAcknowledge(given) || !IsAdmitted)
            return;
        Evaluate([]);
        TryAcknowledge(given);
    }

    // The alert of the history, or the one that is there in its place.
    private bool TryAcknowledge(Acknowledged given)
    {
        var key = new AlertKey(state.PatientId, given.Sign, given.Direction);
        if ((state.Open.FirstOrDefault(alert => alert.Key == key) ?? state.Ended.FirstOrDefault(alert => alert.Key == key)) is not { } alert)
            return false;
        if (AlertLife.Acknowledge(alert, given.Actor, given.Note, DateTimeOffset.FromUnixTimeMilliseconds(given.At)) is not { } change)
            return false;
        state = state.With(change.Alert);
        alerts[alert.Id] = change.Alert;
        // A reminder may have come into sight.
        due = Math.Min(due, now + 1);
        return true;
    }
}
