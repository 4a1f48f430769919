using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Census;

/// <summary>Alarm limits as they are in JSON: <c>{"version","limits":{"heartRate":{"low","high","extremeLow","extremeHigh","source"}}}</c>.</summary>
/// <param name="Version">The version of what is set for this patient or ward; 0 when nothing ever was.</param>
/// <param name="Limits">By sign; only signs that have limits, or had if none were off.</param>
/// <param name="ScoreThreshold">From which NEWS2 score an alert is raised.</param>
/// <param name="Reason">Why what is set for this patient or ward was set; null when that was not said.</param>
/// <param name="SetBy">Who set it last; null when nobody ever did.</param>
/// <param name="SetAt">When; null when nobody ever did.</param>
/// <param name="AgeBand">For which age the defaults are, such as <c>infant</c> or <c>adult</c>.</param>
internal sealed record LimitSheet(
    long Version, IReadOnlyDictionary<string, LimitLine> Limits, int ScoreThreshold, string? Reason, string? SetBy, DateTimeOffset? SetAt, string AgeBand)
{
    /// <summary>The sheet of limits that hold.</summary>
    /// <param name="limits">The limits.</param>
    /// <param name="own">What is set for the patient or ward itself; null when nothing ever was.</param>
    /// <param name="ageBand">For which age the defaults are.</param>
    public static LimitSheet Of(EffectiveLimits limits, AlarmLimits? own, string ageBand) => new(
        own?.Version ?? 0,
        VitalSigns.All.Where(info => limits.SourceOf(info.Sign) != LimitSource.None).ToDictionary(info => info.Name, info => LimitLine.Of(info.Sign, limits)),
        limits.ScoreThreshold,
        own?.Reason,
        own?.SetBy,
        own?.SetAt,
        ageBand);
}

/// <summary>The limits of one sign.</summary>
/// <param name="Low">The low limit; null for no low alarm.</param>
/// <param name="High">The high limit; null for no high alarm.</param>
/// <param name="ExtremeLow">Below this the alarm is of high priority; null when there is none.</param>
/// <param name="ExtremeHigh">Above this the alarm is of high priority; null when there is none.</param>
/// <param name="Source">Who has set them: <c>patient</c>, <c>ward</c> or <c>default</c>.</param>
/// <param name="OffUntil">When what is off comes back; null when nothing is off.</param>
/// <param name="Off">Which alarms of a wider scope are off: <c>low</c>, <c>high</c>, both or none.</param>
/// <param name="WiderThanWard">Which of the patient's limits let pass what the ward's would not: <c>low</c>, <c>high</c>, both or none.</param>
internal sealed record LimitLine(
    double? Low,
    double? High,
    double? ExtremeLow,
    double? ExtremeHigh,
    string Source,
    DateTimeOffset? OffUntil,
    IReadOnlyList<AlertDirection> Off,
    IReadOnlyList<AlertDirection> WiderThanWard)
{
    private static readonly AlertDirection[] Directions = [AlertDirection.Low, AlertDirection.High];

    public static LimitLine Of(VitalSign sign, EffectiveLimits limits) => new(
        limits[sign].Low,
        limits[sign].High,
        limits[sign].ExtremeLow,
        limits[sign].ExtremeHigh,
        limits.SourceOf(sign).ToString().ToLowerInvariant(),
        limits[sign].OffUntil,
        [.. Directions.Where(direction => limits.IsOff(sign, direction))],
        [.. Directions.Where(direction => limits.IsWiderThanWard(sign, direction))]);

    public static LimitLine Of(SignLimits limits, string source) =>
        new(limits.Low, limits.High, limits.ExtremeLow, limits.ExtremeHigh, source, limits.OffUntil, [], []);
}

/// <summary>What was set for a patient or a ward.</summary>
/// <param name="Items">Each version, the latest first.</param>
internal sealed record LimitHistory(IReadOnlyList<LimitVersion> Items);

/// <summary>Limits that held once, as the history shows them: the latest first, so that the next one is what was before.</summary>
/// <param name="Version">Their version.</param>
/// <param name="SetBy">Who set them.</param>
/// <param name="SetAt">When.</param>
/// <param name="Reason">Why; null when that was not said.</param>
/// <param name="ScoreThreshold">From which NEWS2 score an alert was raised; null for the usual one.</param>
/// <param name="Limits">By sign; a sign that is not here had the limits of the next wider scope.</param>
internal sealed record LimitVersion(
    long Version, string SetBy, DateTimeOffset SetAt, string? Reason, int? ScoreThreshold, IReadOnlyDictionary<string, SignLimits> Limits)
{
    public static LimitVersion Of(AlarmLimits limits) => new(
        limits.Version, limits.SetBy, limits.SetAt, limits.Reason, limits.ScoreThreshold, limits.Signs.ToDictionary(sign => sign.Key.Info().Name, sign => sign.Value));
}
