using System.ComponentModel.DataAnnotations;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Clinical;

/// <summary>
/// The alarm rules as an operator may set them, from the configuration section <c>Alarms</c>; times are hh:mm:ss.
/// Defaults for a demonstration system, not clinical advice. Values and sources: docs/clinical.md.
/// </summary>
internal sealed class AlarmOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Alarms";

    /// <summary>How long a zero must stand before "sensor off"; 0 to 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan SensorOffHoldOff { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long heart rate, respiratory rate or SpO2 may be silent before "no data"; 5 s to 5 min, and no longer than they are current.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "00:05:00")]
    public TimeSpan SignSilence { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a patient's whole feed may be silent before "feed lost"; 10 s to 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "00:05:00")]
    public TimeSpan FeedSilence { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>No feed may be silent for longer, however rarely it sends; 1 min to 1 h, and not below <see cref="FeedSilence"/>.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "01:00:00")]
    public TimeSpan LongestFeedSilence { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a NEWS2 score must stand before it calls someone; 0 to 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan ScoreHoldOff { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a NEWS2 score must be back below before its alert ends; 0 to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan ScoreEndAfter { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How often an open alert may tell of a new value alone; 1 to 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan UpdateEvery { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a silence lasts when nothing else is asked for; 1 s to <see cref="LongestSilence"/>.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan Silence { get; set; } = TimeSpan.FromSeconds(120);

    /// <summary>The longest silence that may be asked for; 1 s to 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan LongestSilence { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a high alert may stay unacknowledged before each step of escalation; 10 s to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "00:10:00")]
    public TimeSpan EscalateHighAfter { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a medium alert may stay unacknowledged before each step of escalation; 10 s to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "01:00:00")]
    public TimeSpan EscalateMediumAfter { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether time beyond a limit within the last minute adds up to an alarm.</summary>
    public bool AddUp { get; set; } = true;

    /// <summary>After how long an acknowledged alert that is still active calls again.</summary>
    public ReminderOptions RemindAfter { get; } = new();

    /// <summary>How long after a set of observations the next one is due.</summary>
    public ObservationOptions Observations { get; } = new();

    /// <summary>The rules of each sign.</summary>
    public SignTable Limits { get; } = new();

    /// <summary>What was configured but could not be read, each with its key and what is allowed.</summary>
    public IList<string> Unreadable { get; } = [];

    /// <summary>The limits where neither the ward nor the patient has any; a sign without limits is not in it.</summary>
    public IReadOnlyDictionary<VitalSign, SignLimits> DefaultLimits =>
        Limits.All.Where(sign => sign.Value.HasLimits).ToDictionary(sign => sign.Key, sign => sign.Value.ToLimits());

    /// <summary>The rules as the evaluator takes them.</summary>
    public AlarmRules ToRules() => new(Limits.All.ToDictionary(sign => sign.Key, sign => sign.Value.ToRule(sign.Key)))
    {
        SensorOffHoldOff = SensorOffHoldOff,
        SignSilence = SignSilence,
        FeedSilence = FeedSilence,
        LongestFeedSilence = LongestFeedSilence,
        ScoreHoldOff = ScoreHoldOff,
        ScoreEndAfter = ScoreEndAfter,
        UpdateEvery = UpdateEvery,
        Silence = Silence,
        LongestSilence = LongestSilence,
        EscalateHighAfter = EscalateHighAfter,
        EscalateMediumAfter = EscalateMediumAfter,
        AddUp = AddUp,
        RemindHighAfter = RemindAfter.High,
        RemindMediumAfter = RemindAfter.Medium,
        ObserveRoutine = Observations.Routine,
        ObserveLow = Observations.Low,
        ObserveUrgent = Observations.Urgent,
        ObserveEmergency = Observations.Emergency,
    };
}

/// <summary>After how long an acknowledged alert that is still active calls again, from <c>Alarms:RemindAfter</c>; 0 is never, 12 h the longest.</summary>
internal sealed class ReminderOptions
{
    /// <summary>A high alert.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "12:00:00")]
    public TimeSpan High { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>A medium alert.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "12:00:00")]
    public TimeSpan Medium { get; set; } = TimeSpan.FromMinutes(60);
}

/// <summary>
/// How long after a set of observations the next one is due, by its NEWS2 score [Royal College of Physicians 2017], from
/// <c>Alarms:Observations</c>; 5 min to 24 h each.
/// </summary>
internal sealed class ObservationOptions
{
    /// <summary>After a score of 0, and before the first set.</summary>
    [Range(typeof(TimeSpan), "00:05:00", "1.00:00:00")]
    public TimeSpan Routine { get; set; } = TimeSpan.FromHours(12);

    /// <summary>After 1 to 4.</summary>
    [Range(typeof(TimeSpan), "00:05:00", "1.00:00:00")]
    public TimeSpan Low { get; set; } = TimeSpan.FromHours(6);

    /// <summary>After 5 or 6, or 3 in one parameter.</summary>
    [Range(typeof(TimeSpan), "00:05:00", "1.00:00:00")]
    public TimeSpan Urgent { get; set; } = TimeSpan.FromHours(1);

    /// <summary>After 7 or more, which asks for continuous monitoring: until a device sends. Ours; the source gives no time.</summary>
    [Range(typeof(TimeSpan), "00:05:00", "1.00:00:00")]
    public TimeSpan Emergency { get; set; } = TimeSpan.FromMinutes(15);
}
