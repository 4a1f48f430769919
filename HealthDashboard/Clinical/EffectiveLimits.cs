using HealthDashboard.Data.Model;

namespace HealthDashboard.Clinical;

/// <summary>Who has set a limit.</summary>
internal enum LimitSource
{
    /// <summary>Nobody: the sign has no limits.</summary>
    None,

    /// <summary>The configuration, or the table by age.</summary>
    Default,

    /// <summary>The ward.</summary>
    Ward,

    /// <summary>Someone for this patient.</summary>
    Patient,
}

/// <summary>
/// The limits that hold for one patient at one moment: the patient's own, else the ward's, else the default, sign by sign. An alarm that is
/// switched off is off until its time is over; then the next wider scope's limit holds again on that side (docs/clinical.md, H3).
/// </summary>
internal sealed class EffectiveLimits
{
    private static readonly SignLimits None = new(null, null);

    private readonly SignLimits[] bySign = new SignLimits[16];
    private readonly LimitSource[] sources = new LimitSource[16];
    private readonly Sides[] off = new Sides[16];
    private readonly Sides[] wider = new Sides[16];
    private HeldSides? held;

    /// <param name="defaults">The defaults for the patient's age.</param>
    /// <param name="ward">What is set for the ward; null when nothing is.</param>
    /// <param name="patient">What is set for the patient; null when nothing is.</param>
    /// <param name="now">The time it is; left out, what has a time to be off is off.</param>
    public EffectiveLimits(
        IReadOnlyDictionary<VitalSign, SignLimits> defaults, AlarmLimits? ward = null, AlarmLimits? patient = null, DateTimeOffset now = default)
    {
        ScoreThreshold = patient?.ScoreThreshold ?? News2.MediumThreshold;
        foreach (var info in VitalSigns.All)
        {
            var (sign, number) = (info.Sign, (int)info.Sign);
            var widest = Take(number, None, defaults.GetValueOrDefault(sign), LimitSource.Default, now);
            var wards = Take(number, widest, ward?.Signs.GetValueOrDefault(sign), LimitSource.Ward, now);
            bySign[number] = Take(number, wards, patient?.Signs.GetValueOrDefault(sign), LimitSource.Patient, now);
            off[number] = Sides.Of(direction =>
                !SwitchedOff.CanAlarm(info, bySign[number], direction)
                && (SwitchedOff.CanAlarm(info, widest, direction) || SwitchedOff.CanAlarm(info, wards, direction)));
            wider[number] = Sides.Of(direction => SwitchedOff.IsWider(info, bySign[number], wards, direction));
        }
    }

    /// <summary>From which NEWS2 score an alert is raised.</summary>
    public int ScoreThreshold { get; }

    /// <summary>When the first alarm that is off comes back by itself; null when none is off.</summary>
    public DateTimeOffset? OffUntil { get; private set; }

    /// <summary>The limits of a sign; both null where it has none.</summary>
    public SignLimits this[VitalSign sign] => bySign[(int)sign];

    /// <summary>Who has set the limits of a sign.</summary>
    public LimitSource SourceOf(VitalSign sign) => sources[(int)sign];

    /// <summary>Whether an alarm that a wider scope has is switched off here.</summary>
    public bool IsOff(VitalSign sign, AlertDirection direction) => off[(int)sign].Has(direction);

    /// <summary>Whether the patient's own limit lets pass what the ward's would not, an alarm that is off too.</summary>
    public bool IsWiderThanWard(VitalSign sign, AlertDirection direction) => wider[(int)sign].Has(direction);

    /// <summary>Both limits of each sign with the rules that go with them (<see cref="Side.All"/>): worked out once and used for every reading.</summary>
    public Side[] SidesBy(AlarmRules rules)
    {
        if (held is { } known && ReferenceEquals(known.Rules, rules))
            return known.Sides;
        var sides = Side.All(this, rules);
        held = new HeldSides(rules, sides);
        return sides;
    }

    private SignLimits Take(int number, SignLimits before, SignLimits? own, LimitSource source, DateTimeOffset now)
    {
        if (own is null)
            return before;
        sources[number] = source;
        if (own.OffUntil > now && (OffUntil is null || own.OffUntil < OffUntil))
            OffUntil = own.OffUntil;
        return own.OffUntil > now ? own : SwitchedOff.Restore(((VitalSign)number).Info(), own, before);
    }

    /// <summary>What is true of each side of a sign's limits.</summary>
    private readonly record struct Sides(bool Low, bool High)
    {
        public static Sides Of(Func<AlertDirection, bool> of) => new(of(AlertDirection.Low), of(AlertDirection.High));

        public bool Has(AlertDirection direction) => direction == AlertDirection.Low ? Low : direction == AlertDirection.High && High;
    }

    private sealed record HeldSides(AlarmRules Rules, Side[] Sides);
}
