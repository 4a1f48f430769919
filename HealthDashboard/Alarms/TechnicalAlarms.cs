using HealthDashboard.Data.Model;

namespace HealthDashboard.Alarms;

/// <summary>Technical alarms: a sensor that is off, a sign that falls silent, a patient's whole feed that falls silent.</summary>
internal static class TechnicalAlarms
{
    /// <summary>A reading of the sign is there, so it is not silent.</summary>
    public static void EndSilence(AlarmWork work, VitalSign sign, bool sensorOff, long at)
    {
        if (work.Find(Alert.FeedSign, AlertDirection.None) is { } feed)
        {
            work.End(feed, at);
            // The other signs have as long to come back as they have to fall silent.
            work.ListeningSince = Math.Max(work.ListeningSince, at);
        }

        ref var state = ref work.Signs[(int)sign];
        if (work.Find(sign.Info().Name, AlertDirection.None) is not { } alert)
            return;
        if (!sensorOff)
        {
            work.End(alert, at);
        }
        else if (state.Silent)
        {
            // One technical alert a sign: silence that turns into a sensor that is off stays the same alert.
            work.Change(alert with { Text = AlertText.SensorOff(sign) }, AlertChangeKind.Updated, at);
        }

        state.Silent = false;
    }

    /// <summary>Raises "sensor off" when it has lasted for its hold-off before a time.</summary>
    public static void FireSensorOff(AlarmWork work, VitalSign sign, long until)
    {
        var since = work.Signs[(int)sign].OffSince;
        var due = since + (long)work.Rules.SensorOffHoldOff.TotalMilliseconds;
        if (since != 0 && due < until && work.Find(sign.Info().Name, AlertDirection.None) is null)
            work.Raise(Technical(sign.Info().Name, AlertText.SensorOff(sign)), due);
    }

    /// <summary>Raises "feed lost" and "no data" for what has been silent too long before now.</summary>
    public static void FireSilence(AlarmWork work)
    {
        if (work.Find(Alert.FeedSign, AlertDirection.None) is not null)
            return;
        var feedDue = FeedDue(work.Signs, work.Rules, work.ListeningSince);
        if (feedDue < work.Now)
        {
            work.Raise(Technical(Alert.FeedSign, AlertText.FeedLost), feedDue);
            // The feed's alert says it all; one for each sign besides would only be noise.
            for (var sign = 1; sign < MonitorState.SignCount; sign++)
            {
                ref var silent = ref work.Signs[sign];
                if (work.Find(((VitalSign)sign).Info().Name, AlertDirection.None) is { } alert)
                    work.End(alert, feedDue);
                silent.Silent = false;
                silent.OffSince = 0;
            }

            return;
        }

        for (var number = 1; number < MonitorState.SignCount; number++)
        {
            var sign = (VitalSign)number;
            ref var state = ref work.Signs[number];
            var due = SignDue(state, work.Rules[sign], work.Rules, work.ListeningSince);
            if (due >= work.Now)
                continue;
            state.Silent = true;
            if (work.Find(sign.Info().Name, AlertDirection.None) is null)
                work.Raise(Technical(sign.Info().Name, AlertText.NoData(sign)), due);
        }
    }

    /// <summary>When the sign's silence becomes an alarm; <see cref="long.MaxValue"/> when it never does.</summary>
    public static long SignDue(in SignState state, SignRule rule, AlarmRules rules, long listeningSince) =>
        state.Watched && rule.Continuous && !state.Silent
            ? Math.Max(state.LastTime, listeningSince) + SignSilence(state.Interval, rule, rules)
            : long.MaxValue;

    /// <summary>When the whole feed's silence becomes an alarm; <see cref="long.MaxValue"/> when it never does.</summary>
    public static long FeedDue(SignState[] signs, AlarmRules rules, long listeningSince)
    {
        var (last, interval) = (0L, long.MaxValue);
        for (var sign = 1; sign < MonitorState.SignCount; sign++)
        {
            ref var state = ref signs[sign];
            if (!state.Watched || !rules[(VitalSign)sign].Continuous)
                continue;
            last = Math.Max(last, state.LastTime);
            // The feed's rhythm is that of its most frequent sign.
            interval = Math.Min(interval, state.Interval);
        }

        if (last == 0)
            return long.MaxValue;
        var silence = Math.Clamp(
            3 * Math.Min(interval, long.MaxValue / 3), (long)rules.FeedSilence.TotalMilliseconds, (long)rules.LongestFeedSilence.TotalMilliseconds);
        return Math.Max(last, listeningSince) + silence;
    }

    /// <summary>
    /// How long a sign may be silent: three of its usual intervals, so that a device that sends once a minute does not alarm
    /// every minute, but at least the configured time and never longer than its values are current.
    /// </summary>
    public static long SignSilence(long interval, SignRule rule, AlarmRules rules)
    {
        var shortest = (long)rules.SignSilence.TotalMilliseconds;
        return Math.Clamp(3 * interval, shortest, Math.Max(shortest, (long)rule.FreshFor.TotalMilliseconds));
    }

    private static Alert Technical(string sign, string text) => new()
    {
        Sign = sign,
        Direction = AlertDirection.None,
        Kind = AlertKind.Technical,
        Priority = AlertPriority.Low,
        Text = text,
    };
}
