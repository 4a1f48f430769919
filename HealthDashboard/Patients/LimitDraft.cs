using HealthDashboard.Census;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Patients;

/// <summary>The limits of one sign while someone changes them.</summary>
internal sealed class LimitDraft(VitalSign sign, LimitLine before)
{
    public VitalSign Sign => sign;

    public double? Low { get; set; } = before.Low;

    public double? High { get; set; } = before.High;

    /// <summary>What somebody else has saved meanwhile, where both have changed the sign and nobody has chosen yet; null where there is nothing to choose.</summary>
    public LimitLine? Theirs { get; private set; }

    private bool IsChanged => Low != before.Low || High != before.High;

    /// <summary>Whether they are the patient's own from now on: they were, or they are no longer those of the ward.</summary>
    public bool IsOwn => before.Source == "patient" || IsChanged;

    /// <summary>The same change on top of what somebody else has saved meanwhile: what only one of the two has changed is as that one wants it.</summary>
    /// <param name="saved">The limits of the sign as they are saved now.</param>
    public LimitDraft On(LimitLine saved)
    {
        if (!IsChanged)
            return new(sign, saved);
        var isTheirs = (saved.Low, saved.High) != (before.Low, before.High) && (saved.Low, saved.High) != (Low, High);
        return new(sign, saved) { Low = Low, High = High, Theirs = isTheirs ? saved : null };
    }

    /// <summary>Chooses between the two.</summary>
    public void Choose(bool theirs)
    {
        if (theirs && Theirs is { } saved)
            (Low, High) = (saved.Low, saved.High);
        Theirs = null;
    }

    /// <summary>Where an alarm becomes high stays, but moves out of the range that is now normal.</summary>
    /// <param name="offUntil">Until when an alarm without a limit is off.</param>
    public SignLimits ToLimits(DateTimeOffset offUntil) => new(
        Low,
        High,
        Low is null || before.ExtremeLow is null ? null : Math.Min(before.ExtremeLow.Value, Low.Value),
        High is null || before.ExtremeHigh is null ? null : Math.Max(before.ExtremeHigh.Value, High.Value))
    { OffUntil = offUntil };
}
