using HealthDashboard.Data.Model;

namespace HealthDashboard.Clinical;

/// <summary>When time alone changes something. What is known by a sign's own clock is put into real time by its lag.</summary>
internal static class AlarmDue
{
    /// <summary>The next such moment; null when there is none.</summary>
    public static DateTimeOffset? Next(AlarmWork work)
    {
        if (work.Patient.Patient.Status != PatientStatus.Admitted)
            return null;
        var next = long.MaxValue;
        for (var number = 1; number < MonitorState.SignCount; number++)
            next = Math.Min(next, OfSign(work, (VitalSign)number, ref work.Signs[number]));
        if (!work.Patient.HoldSilence && work.Find(Alert.FeedSign, AlertDirection.None) is null)
            next = Math.Min(next, TechnicalAlarms.FeedDue(work));
        if (work.Find(Alert.ObservationsSign, AlertDirection.None) is null)
            next = Math.Min(next, Watch.Overdue(work.Watch, work.Patient.Patient, work.Rules));
        foreach (var alert in work.Open)
            next = Math.Min(next, Withdrawals.RemindAt(alert, work.Rules) is var at && at == long.MaxValue ? at : at - 1);
        if (work.Score.Live)
        {
            var due = work.Score.Dirty ? work.Score.Clock : ScoreAlarms.NextDue(work.Score, work.Rules);
            next = Math.Min(next, InRealTime(due, work.Score.MovedArrived - work.Score.MovedTime));
        }

        // What is due at a moment happens once the moment is past.
        return next == long.MaxValue ? null : AlarmWork.Time(next + 1);
    }

    private static long OfSign(AlarmWork work, VitalSign sign, ref SignState state)
    {
        if (state.Main.Time == 0)
            return long.MaxValue;
        var fresh = Watch.FreshFor(sign, work.Watch, work.Patient.Patient, work.Rules);
        var next = OfSource(work, sign, state.Main, fresh);
        if (state.Other is [var other])
        {
            next = Math.Min(next, OfSource(work, sign, other, fresh));
            if (other.Live && work.Find(Alert.SourcesSign + sign.Info().Name, AlertDirection.None) is null && Sources.ContradictDue(state, work.Rules) is var due && Sources.AreTwo(state, due))
                next = Math.Min(next, InRealTime(due, other.Arrived - other.Time));
        }
        var covered = work.Find(sign.Info().Name, AlertDirection.None) is not null || work.Find(Alert.SensorsSign, AlertDirection.None) is not null;
        if (state.OffSince != 0 && state.Main.Live && !covered)
            next = Math.Min(next, InRealTime(state.OffSince + work.Rules.SensorOffHoldOff.InMilliseconds(), state.Main.Arrived - state.Main.Time));
        if (!work.Patient.HoldSilence && work.Find(Alert.FeedSign, AlertDirection.None) is null)
            next = Math.Min(next, TechnicalAlarms.SignDue(work, sign));
        return next;
    }

    private static long OfSource(AlarmWork work, VitalSign sign, in SourceState source, long fresh)
    {
        if (!source.Live)
            return long.MaxValue;
        var due = LimitAlarms.NextDue(work, sign, source);
        return due > source.Time + fresh ? long.MaxValue : InRealTime(due, source.Arrived - source.Time);
    }

    private static long InRealTime(long due, long lag) => due == long.MaxValue ? due : due + lag;
}
