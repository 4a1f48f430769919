using HealthDashboard.Data.Model;

namespace HealthDashboard.Clinical;

/// <summary>Technical alarms on sensors and silence: a sensor that is off, a sign that falls silent, a patient's whole feed that does.</summary>
internal static class TechnicalAlarms
{
    /// <summary>A sign is silent alone only when another has arrived so much later, in milliseconds.</summary>
    private const long Alone = 5_000;

    /// <summary>The signs of a feed: what a bedside monitor sends all the time.</summary>
    public static readonly VitalSign[] Stream = [VitalSign.HeartRate, VitalSign.RespiratoryRate, VitalSign.Spo2];

    /// <summary>A technical alert of low priority.</summary>
    public static Alert Low(string sign, string text) => Technical(sign, AlertPriority.Low, text);

    /// <summary>A technical alert.</summary>
    public static Alert Technical(string sign, AlertPriority priority, string text) => new()
    {
        Sign = sign,
        Direction = AlertDirection.None,
        Kind = AlertKind.Technical,
        Priority = priority,
        Text = text,
    };

    /// <summary>A reading of the sign is there, so it is not silent.</summary>
    public static void EndSilence(AlarmWork work, VitalSign sign, bool sensorOff, long at)
    {
        if (work.Find(Alert.FeedSign, AlertDirection.None) is { } feed && Stream.Contains(sign))
        {
            // Silence is counted by arrival, and so is its end: what comes at last may have been measured long ago.
            work.End(feed, work.Now);
            // The other signs have as long to come back as they have to fall silent.
            work.ListeningSince = Math.Max(work.ListeningSince, work.Now);
        }

        if (!sensorOff && work.Find(Alert.SensorsSign, AlertDirection.None) is { } sensors && Stream.Contains(sign))
            EndAllOff(work, sensors, at);
        ref var state = ref work.Signs[(int)sign];
        if (work.Find(sign.Info().Name, AlertDirection.None) is not { } alert)
        {
            state.Silent = false;
            return;
        }

        if (!sensorOff)
        {
            work.End(alert, state.Silent ? work.Now : at);
        }
        else if (state.Silent)
        {
            // One technical alert a sign: silence that turns into a sensor that is off stays the same alert.
            work.Change(alert with { Text = AlertText.SensorOff(sign, alert.Priority) }, AlertChangeKind.Updated, at);
        }

        state.Silent = false;
    }

    /// <summary>Raises "sensor off" when it has lasted for its hold-off before a time.</summary>
    public static void FireSensorOff(AlarmWork work, VitalSign sign, long until)
    {
        ref var state = ref work.Signs[(int)sign];
        var due = state.OffSince + work.Rules.SensorOffHoldOff.InMilliseconds();
        if (state.OffSince == 0 || due >= until || work.Find(sign.Info().Name, AlertDirection.None) is not null)
            return;
        if (Stream.Contains(sign) && (work.Find(Alert.SensorsSign, AlertDirection.None) is not null || AreAllOff(work, due)))
        {
            RaiseAllOff(work, due);
            return;
        }

        var priority = state.OffAfterExtreme ? AlertPriority.Medium : AlertPriority.Low;
        work.Raise(Technical(sign.Info().Name, priority, AlertText.SensorOff(sign, priority)), due);
    }

    /// <summary>Raises "feed lost" and "no data" for what has been silent too long before now.</summary>
    public static void FireSilence(AlarmWork work)
    {
        if (work.Patient.HoldSilence || work.Find(Alert.FeedSign, AlertDirection.None) is not null)
            return;
        var feedDue = FeedDue(work);
        if (feedDue < work.Now)
        {
            RaiseFeedLost(work, feedDue);
            return;
        }

        foreach (var sign in Stream)
        {
            ref var state = ref work.Signs[(int)sign];
            var due = SignDue(work, sign);
            if (due >= work.Now)
                continue;
            state.Silent = true;
            if (work.Find(sign.Info().Name, AlertDirection.None) is null)
                work.Raise(Low(sign.Info().Name, AlertText.NoData(sign)), due);
        }
    }

    /// <summary>When the sign's silence becomes an alarm, in real time; <see cref="long.MaxValue"/> when it does not.</summary>
    public static long SignDue(AlarmWork work, VitalSign sign)
    {
        ref var state = ref work.Signs[(int)sign];
        var rule = work.Rules[sign];
        // When all are silent it is the feed that is lost, and that has an alarm of its own.
        if (work.Patient.Patient.Monitoring == MonitoringMode.SpotCheck || !state.Watched || !rule.Continuous || state.Silent || state.OffSince != 0 || LastArrived(work) < state.LastArrived + Alone)
            return long.MaxValue;
        return Excused(work, Math.Max(state.LastArrived, work.ListeningSince), SignSilence(state.Interval, rule, work.Rules));
    }

    /// <summary>When the whole feed's silence becomes an alarm, in real time; <see cref="long.MaxValue"/> when it does not.</summary>
    public static long FeedDue(AlarmWork work)
    {
        var patient = work.Patient.Patient;
        if (patient.Monitoring == MonitoringMode.SpotCheck)
            return long.MaxValue;
        var (last, interval, set) = (0L, long.MaxValue, patient.Monitoring == MonitoringMode.Continuous);
        foreach (var sign in Stream)
        {
            ref var state = ref work.Signs[(int)sign];
            if (!state.Watched && !set)
                continue;
            last = Math.Max(last, state.LastArrived);
            // The feed's rhythm is that of its most frequent sign.
            if (state.Watched)
                interval = Math.Min(interval, state.Interval);
        }

        if (last == 0 && !set)
            return long.MaxValue;
        var shortest = work.Rules.FeedSilence.InMilliseconds();
        var silence = interval == long.MaxValue ? shortest : Math.Clamp(3 * interval, shortest, work.Rules.LongestFeedSilence.InMilliseconds());
        return Excused(work, Math.Max(last == 0 ? work.Watch.Since : last, work.ListeningSince), silence);
    }

    /// <summary>
    /// How long a sign may be silent: three of its usual intervals, so that a device that sends once a minute does not alarm
    /// every minute, but at least the configured time and never longer than its values are current on continuous monitoring.
    /// </summary>
    public static long SignSilence(long interval, SignRule rule, AlarmRules rules)
    {
        var shortest = rules.SignSilence.InMilliseconds();
        return Math.Clamp(3 * interval, shortest, Math.Max(shortest, rule.FreshFor.InMilliseconds()));
    }

    private static long Excused(AlarmWork work, long since, long silence)
    {
        var standby = work.Patient.Patient.Standby?.Until.ToUnixTimeMilliseconds() ?? 0;
        return Math.Max(since, standby) + silence;
    }

    private static long LastArrived(AlarmWork work)
    {
        var last = 0L;
        foreach (var sign in Stream)
            last = Math.Max(last, work.Signs[(int)sign].LastArrived);
        return last;
    }

    private static void RaiseFeedLost(AlarmWork work, long due)
    {
        var priority = Watch.IsContinuous(work.Watch, work.Patient.Patient) ? AlertPriority.Medium : AlertPriority.Low;
        work.Raise(Technical(Alert.FeedSign, priority, AlertText.FeedLost(priority)), due);
        // The feed's alert says it all; one for each sign besides would only be noise.
        foreach (var sign in Stream)
        {
            ref var state = ref work.Signs[(int)sign];
            if (state.Silent && work.Find(sign.Info().Name, AlertDirection.None) is { } alert)
                work.End(alert, due);
            state.Silent = false;
        }
    }

    /// <summary>Whether heart rate, respiratory rate and SpO2 are all off at a moment: two at least, and the third off or without a current value.</summary>
    private static bool AreAllOff(AlarmWork work, long at)
    {
        var off = 0;
        foreach (var sign in Stream)
        {
            ref var state = ref work.Signs[(int)sign];
            if (state.OffSince != 0 && state.OffSince <= at)
                off++;
            else if (state.LastTime != 0 && at - state.LastTime <= work.Rules[sign].FreshFor.InMilliseconds())
                return false;
        }

        return off >= 2;
    }

    // The sensors that are still off have as long to come back as they had at first.
    private static void EndAllOff(AlarmWork work, Alert sensors, long at)
    {
        work.End(sensors, at);
        foreach (var sign in Stream)
        {
            ref var state = ref work.Signs[(int)sign];
            if (state.OffSince != 0)
                state.OffSince = at;
        }
    }

    private static void RaiseAllOff(AlarmWork work, long due)
    {
        if (work.Find(Alert.SensorsSign, AlertDirection.None) is null)
            work.Raise(Technical(Alert.SensorsSign, AlertPriority.Medium, AlertText.AllSensorsOff), due);
        foreach (var sign in Stream)
        {
            if (work.Find(sign.Info().Name, AlertDirection.None) is { } single)
                work.End(single, due);
        }
    }
}
