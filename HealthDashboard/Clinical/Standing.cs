using HealthDashboard.Data.Model;

namespace HealthDashboard.Clinical;

/// <summary>Whether a value may be used.</summary>
internal enum ValueStanding
{
    /// <summary>It is the patient's value now.</summary>
    Current,

    /// <summary>It is too old.</summary>
    Stale,

    /// <summary>The device says that nothing is measured.</summary>
    SensorOff,

    /// <summary>Its time lies in the future, so nobody knows how old it is.</summary>
    TimeUnknown,
}

/// <summary>The latest value of a sign.</summary>
/// <param name="Reading">The reading; its time is the effective one, its own where no state is known.</param>
/// <param name="State">Whether it may be used.</param>
/// <param name="IsOneOfTwo">Whether another device sends the sign too, so that this is the worse of two values.</param>
internal readonly record struct StandingValue(Reading Reading, ValueStanding State, bool IsOneOfTwo = false);

/// <summary>What is current: the one answer for pages, scores and alarms (docs/clinical.md, "What is current").</summary>
internal static class Standing
{
    /// <summary>Clocks of this system's own nodes differ by less, in milliseconds.</summary>
    private const long Ahead = 5_000;

    /// <summary>The latest value of each sign that has one, in the order of <see cref="VitalSigns.All"/>.</summary>
    public static IReadOnlyList<StandingValue> Of(MonitorState state, MonitoredPatient patient, AlarmRules rules, DateTimeOffset now)
    {
        var at = now.ToUnixTimeMilliseconds();
        List<StandingValue> values = new(VitalSigns.All.Count);
        foreach (var info in VitalSigns.All)
        {
            ref var sign = ref state.Signs[(int)info.Sign];
            if (sign.Main.Time == 0)
                continue;
            var source = Sources.Current(sign, info.Sign, patient.Limits[info.Sign]);
            var reading = new Reading(state.PatientId, info.Sign, source.Time, source.Value, source.Device);
            var fresh = Watch.FreshFor(info.Sign, state.Watch, patient.Patient, rules);
            values.Add(new StandingValue(reading, StateOf(reading, fresh, at), Sources.AreTwo(sign, sign.LastTime)));
        }

        return values;
    }

    /// <summary>The same of readings alone, for a patient who is not evaluated here.</summary>
    public static IReadOnlyList<StandingValue> Of(IReadOnlyList<Reading> latest, Patient patient, AlarmRules rules, DateTimeOffset now) =>
        Of(latest, default, patient, rules, now);

    /// <summary>The same where it is known how closely the patient is watched.</summary>
    public static IReadOnlyList<StandingValue> Of(IReadOnlyList<Reading> latest, WatchState watch, Patient patient, AlarmRules rules, DateTimeOffset now)
    {
        var at = now.ToUnixTimeMilliseconds();
        return [.. latest.OrderBy(reading => reading.Sign)
            .Select(reading => new StandingValue(reading, StateOf(reading, Watch.FreshFor(reading.Sign, watch, patient, rules), at)))];
    }

    /// <summary>The score of what is current.</summary>
    public static NewsScore Score(IReadOnlyList<StandingValue> values, Patient patient, DateTimeOffset now)
    {
        Span<double> scored = stackalloc double[MonitorState.SignCount];
        scored.Fill(double.NaN);
        foreach (var value in values)
        {
            if (value.State == ValueStanding.Current)
                scored[(int)value.Reading.Sign] = value.Reading.Value;
        }

        return News2.Score(scored, patient, now);
    }

    /// <summary>The values that the score counts at a moment of its own clock.</summary>
    /// <returns>When the first of them becomes too old, in milliseconds since 1970-01-01 UTC; 0 when none does.</returns>
    internal static long Scored(
        SignState[] signs, in WatchState watch, MonitoredPatient patient, AlarmRules rules, long clock, Span<double> values)
    {
        values.Fill(double.NaN);
        var nextStale = 0L;
        foreach (var sign in News2.Parameters)
        {
            ref var state = ref signs[(int)sign];
            if (state.Main.Time == 0)
                continue;
            var source = Sources.Current(state, sign, patient.Limits[sign]);
            var stale = source.Time + Watch.FreshFor(sign, watch, patient.Patient, rules) + 1;
            if (stale <= clock)
                continue;
            if (nextStale == 0 || stale < nextStale)
                nextStale = stale;
            if (source.Value != 0 || !sign.Info().ZeroIsSensorOff)
                values[(int)sign] = source.Value;
        }

        return nextStale;
    }

    private static ValueStanding StateOf(in Reading reading, long fresh, long now) =>
        reading.Effective > now + Ahead ? ValueStanding.TimeUnknown
        : now - reading.Effective > fresh ? ValueStanding.Stale
        : reading.IsSensorOff ? ValueStanding.SensorOff
        : ValueStanding.Current;
}
