using HealthDashboard.Data.Model;

namespace HealthDashboard.Clinical;

/// <summary>A device whose clock is wrong, or may be. Times as in <see cref="SignState"/>.</summary>
/// <param name="Device">The device; empty where it is not named.</param>
/// <param name="Arrived">When its newest reading arrived.</param>
/// <param name="Lag">How far that was behind its arrival, in milliseconds; negative when it was ahead.</param>
/// <param name="BehindSince">Since when it has been behind by the same time while it sends at its own pace; 0 when it has not.</param>
/// <param name="RightSince">Since when its times have been right again; 0 while they are wrong.</param>
internal readonly record struct DeviceClock(string Device, long Arrived, long Lag, long BehindSince, long RightSince);

/// <summary>Technical alarms on devices' clocks (docs/clinical.md, T2).</summary>
internal static class ClockAlarms
{
    private const long MostAhead = 5_000;
    private const long MostBehind = 60_000;
    private const long Steady = 5_000;
    private const long LongestPause = 10_000;
    private const long Proves = 10_000;
    private const long EndsAfter = 60_000;
    private const int MostDevices = 16;

    /// <summary>Looks at the times of new readings, in the order in which they arrived.</summary>
    public static void Look(AlarmWork work, ReadOnlySpan<Reading> readings)
    {
        for (var i = 0; i < readings.Length; i++)
        {
            ref readonly var reading = ref readings[i];
            if (reading.Arrived == 0 || (work.Clocks.Count == 0 && IsRight(reading.Arrived - reading.Time)))
                continue;
            // Of what a device sends at once only the newest tells its clock: the others may be what it could not send before.
            if (IsNewest(readings, i))
                Look(work, reading);
        }
    }

    /// <summary>Whether a device sends at its own pace with a clock that is behind: it is live, although its values look old.</summary>
    public static bool IsLiveBehind(AlarmWork work, in Reading reading)
    {
        for (var i = 0; i < work.Clocks.Count; i++)
        {
            var clock = work.Clocks[i];
            if (clock.Device == (reading.Device ?? ""))
                return clock.BehindSince != 0 && clock.Arrived - clock.BehindSince >= Proves;
        }

        return false;
    }

    private static bool IsRight(long lag) => lag is >= -MostAhead and <= MostBehind;

    private static bool IsNewest(ReadOnlySpan<Reading> readings, int index)
    {
        ref readonly var reading = ref readings[index];
        // From the end, where the newest stands in all that is sent in order: a long import must not cost the square of its length.
        for (var i = readings.Length - 1; i >= 0; i--)
        {
            if (readings[i].Arrived == reading.Arrived && readings[i].Device == reading.Device
                && (readings[i].Time > reading.Time || (readings[i].Time == reading.Time && i > index)))
                return false;
        }

        return true;
    }

    private static void Look(AlarmWork work, in Reading reading)
    {
        var device = reading.Device ?? "";
        var lag = reading.Arrived - reading.Time;
        var known = work.Clocks.FirstOrDefault(clock => clock.Device == device) is { Device: not null } clock ? clock : (DeviceClock?)null;
        if (known is null && IsRight(lag))
            return;
        var alert = work.Find(Alert.ClockSign + device, AlertDirection.None);
        var next = new DeviceClock(device, reading.Arrived, lag, BehindSince(known, reading.Arrived, lag), 0);
        var wrong = lag < -MostAhead || (next.BehindSince != 0 && reading.Arrived - next.BehindSince >= Proves);
        if (IsRight(lag))
            next = next with { RightSince = known is { RightSince: > 0 } ? known.Value.RightSince : reading.Arrived };
        if (wrong && alert is null)
            work.Raise(TechnicalAlarms.Low(Alert.ClockSign + device, AlertText.Clock(device, lag)), reading.Arrived);
        var over = next.RightSince != 0 && reading.Arrived - next.RightSince >= EndsAfter;
        if (over && alert is not null)
            work.End(alert, reading.Arrived);
        var others = work.Clocks.Where(clock => clock.Device != device).Take(MostDevices - 1);
        work.Clocks = over || (IsRight(lag) && alert is null) ? [.. others] : [.. others, next];
    }

    private static long BehindSince(DeviceClock? known, long arrived, long lag)
    {
        if (lag <= MostBehind)
            return 0;
        var goesOn = known is { BehindSince: > 0 } before && Math.Abs(lag - before.Lag) <= Steady && arrived - before.Arrived <= LongestPause;
        return goesOn ? known!.Value.BehindSince : arrived;
    }
}
