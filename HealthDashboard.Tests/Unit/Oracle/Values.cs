using HealthDashboard.Data.Model;

namespace HealthDashboard.Tests.Unit.Oracle;

/// <summary>The numbers of docs/clinical.md, written down a second time. Times are milliseconds.</summary>
internal static class Values
{
    public const long Second = 1_000;
    public const long Minute = 60 * Second;
    public const long Hour = 60 * Minute;

    public const long SensorOff = 10 * Second;
    public const long SignSilence = 30 * Second;
    public const long FeedSilence = 60 * Second;
    public const long LongestFeedSilence = 5 * Minute;
    public const long ScoreHoldOff = 30 * Second;
    public const long ScoreEnd = 60 * Second;
    public const long RemindHigh = 15 * Minute;
    public const long RemindMedium = 60 * Minute;

    /// <summary>The three signs that a monitor sends all the time.</summary>
    public static IReadOnlyList<VitalSign> Monitored { get; } = [VitalSign.HeartRate, VitalSign.RespiratoryRate, VitalSign.Spo2];

    /// <summary>The signs that have limits.</summary>
    public static IReadOnlyList<VitalSign> Limited { get; } =
        [.. Monitored, VitalSign.Systolic, VitalSign.Diastolic, VitalSign.MeanPressure, VitalSign.Temperature];

    /// <summary>The seven parameters of NEWS2.</summary>
    public static IReadOnlyList<VitalSign> Scored { get; } =
        [.. Monitored, VitalSign.OxygenFlow, VitalSign.Systolic, VitalSign.Consciousness, VitalSign.Temperature];

    /// <summary>How long a breach must last.</summary>
    public static long HoldOff(VitalSign sign, bool low) => sign switch
    {
        VitalSign.HeartRate => 6 * Second,
        VitalSign.RespiratoryRate => 14 * Second,
        VitalSign.Spo2 => low ? 10 * Second : 0,
        _ => 0,
    };

    /// <summary>How far inside the limit a value is back.</summary>
    public static double Hysteresis(VitalSign sign) => sign switch
    {
        VitalSign.RespiratoryRate or VitalSign.Spo2 => 1,
        VitalSign.Temperature => 0.2,
        _ => 2,
    };

    /// <summary>How long a reading is current, for the three on continuous monitoring.</summary>
    public static long Current(VitalSign sign) => sign switch
    {
        VitalSign.HeartRate or VitalSign.RespiratoryRate or VitalSign.Spo2 => 5 * Minute,
        VitalSign.Systolic or VitalSign.Diastolic or VitalSign.MeanPressure => Hour,
        _ => 12 * Hour,
    };

    /// <summary>By how much a value must worsen to withdraw an acknowledgement (A1).</summary>
    public static double Worsening(VitalSign sign) => sign switch
    {
        VitalSign.RespiratoryRate => 4,
        VitalSign.Spo2 => 3,
        VitalSign.Temperature => 0.5,
        _ => 10,
    };
}
