using HealthDashboard.Census;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Patients;

/// <summary>The limits of one sign while someone changes them.</summary>
internal sealed class LimitDraft(VitalSign sign, LimitLine before)
{
    public VitalSign Sign => sign;

    public double? Low { get; set; } = before.Low;

    public double? High { get; set; } = before.High;

    /// <summary>Whether they are the patient's own from now on: they were, or they are no longer those of the ward.</summary>
    public bool IsOwn => before.Source == "patient" || Low != before.Low || High != before.High;

    /// <summary>Where an alarm becomes high stays, but moves out of the range that is now normal.</summary>
    /// <param name="offUntil">Until when an alarm without a limit is off.</param>
    public SignLimits ToLimits(DateTimeOffset offUntil) => new(
        Low,
        High,
        Low is null || before.ExtremeLow is null ? null : Math.Min(before.ExtremeLow.Value, Low.Value),
        High is null || before.ExtremeHigh is null ? null : Math.Max(before.ExtremeHigh.Value, High.Value))
    { OffUntil = offUntil };
}
