using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Shared;

namespace HealthDashboard.Live;

/// <summary>How far a value on a screen may be trusted.</summary>
public enum ValueState
{
    /// <summary>There has never been one.</summary>
    None,

    /// <summary>It may be taken as the patient's value now.</summary>
    Current,

    /// <summary>Still current, but the device is silent: shown dimmed and with its age.</summary>
    Late,

    /// <summary>Too old to be shown; only its age is.</summary>
    Stale,

    /// <summary>The device says that nothing is measured.</summary>
    SensorOff,
}

/// <summary>The latest value of a sign, written out as a screen shows it.</summary>
/// <param name="Sign">The sign.</param>
/// <param name="Text">The value at the sign's precision; a dash when there is none to be shown.</param>
/// <param name="State">Whether it may be trusted.</param>
/// <param name="Age">How old it is, in steps that change rarely, or why there is none to be shown; empty while it is fresh.</param>
public readonly record struct ShownValue(VitalSign Sign, string Text, ValueState State, string Age)
{
    /// <summary>What is said of a value whose time lies in the future.</summary>
    public const string TimeUnknown = "time unknown";

    /// <summary>Whether another device sends the sign too, and this is the worse value of the two.</summary>
    public bool IsOneOfTwo { get; init; }

    /// <summary>What stands in the place of a value.</summary>
    public const string Dash = "\u2013";

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Recent = TimeSpan.FromMinutes(5);

    // Whole numbers are what nearly every value is: no new text for each reading.
    private static readonly string[] Whole = [.. Enumerable.Range(0, 400).Select(number => number.ToString())];

    /// <summary>A value as it is shown now; null for a sign without one.</summary>
    internal static ShownValue Of(VitalSign sign, StandingValue? value, AlarmRules rules, DateTimeOffset now)
    {
        if (value is not { } latest)
            return new(sign, Dash, ValueState.None, "");
        var age = now - latest.Reading.At;
        if (latest.State == ValueStanding.TimeUnknown)
            return new(sign, Dash, ValueState.Stale, TimeUnknown);
        if (latest.State == ValueStanding.Stale)
            return new(sign, Dash, ValueState.Stale, Display.Span(age));
        if (latest.State == ValueStanding.SensorOff)
            return new(sign, Dash, ValueState.SensorOff, "off");
        var continuous = rules[sign].Continuous;
        var state = continuous && age > rules.SignSilence ? ValueState.Late : ValueState.Current;
        return new(sign, Written(sign, latest.Reading.Value), state, continuous ? Seconds(age) : Minutes(age)) { IsOneOfTwo = latest.IsOneOfTwo };
    }

    private static string Written(VitalSign sign, double value) =>
        sign.Info().Decimals == 0 && sign != VitalSign.Consciousness
            ? Whole[(int)Math.Clamp(Math.Round(value, MidpointRounding.AwayFromZero), 0, Whole.Length - 1)]
            : Display.Value(sign.Info().Name, value);

    private static string Seconds(TimeSpan age) =>
        age < Fresh ? "" : Display.Span(age < TimeSpan.FromMinutes(1) ? TimeSpan.FromSeconds((int)age.TotalSeconds / 10 * 10) : age);

    // What is measured now and then is expected to have an age.
    private static string Minutes(TimeSpan age) =>
        age < Recent ? "" : age < TimeSpan.FromHours(1) ? Display.Span(age) : $"{(int)age.TotalHours} h";
}
