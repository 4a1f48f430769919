using HealthDashboard.Data.Model;

namespace HealthDashboard.Clinical;

/// <summary>
/// Default limits of patients under 16, where neither the ward nor the patient has any. Heart and respiratory rate: the 1st and 99th
/// centile [Fleming et al., Lancet 2011; 377: 1011-18]. Pressures: hypotension by age, and normal ranges [American Heart Association, Pediatric
/// Advanced Life Support, 2020]. The other signs keep the configured defaults. The table: docs/clinical.md.
/// </summary>
internal static class AgeLimits
{
    private const int NeonateDays = 28;

    private static readonly AgeBand Neonate = new("neonate", 0, new(90, 181), new(25, 66), new(60, 84), new(35, 53), new(45, 60));

    // By their first year of age, the oldest first.
    private static readonly AgeBand[] Bands =
    [
        new("adolescent", 12, new(47, 108), new(12, 23), new(90, 131), new(50, 83), new(60, 84)),
        new("child of 6 to 11", 6, new(52, 123), new(14, 27), new(82, 120), new(50, 80), new(60, 79)),
        new("child of 3 to 5", 3, new(65, 136), new(17, 33), new(76, 112), new(46, 72), new(58, 69)),
        new("child of 1 or 2", 1, new(76, 156), new(18, 53), new(72, 106), new(42, 63), new(49, 62)),
        new("infant", 0, new(93, 181), new(22, 66), new(70, 104), new(37, 56), new(50, 62)),
    ];

    /// <summary>What patients of this age are called; "adult" from 16.</summary>
    public static string NameOf(Patient patient, DateOnly today) => BandOf(patient, today)?.Name ?? "adult";

    /// <summary>The default limits of a patient on a day.</summary>
    /// <param name="patient">The patient; the birth date counts.</param>
    /// <param name="today">The day.</param>
    /// <param name="adults">The configured defaults, which hold from 16.</param>
    public static IReadOnlyDictionary<VitalSign, SignLimits> Of(Patient patient, DateOnly today, IReadOnlyDictionary<VitalSign, SignLimits> adults)
    {
        if (BandOf(patient, today) is not { } band)
            return adults;
        var limits = new Dictionary<VitalSign, SignLimits>(adults);
        foreach (var (sign, range) in band.Ranges)
            limits[sign] = Limits(range, adults.GetValueOrDefault(sign));
        // Hypotension follows the years within a band: 70 mm[Hg] and 2 for each, up to 90.
        if (patient.AgeOn(today) is var age and >= 1)
            limits[VitalSign.Systolic] = limits[VitalSign.Systolic] with { Low = Math.Min(70 + (2 * age), 90) };
        return limits;
    }

    /// <summary>The next day on which other defaults hold; null from 16.</summary>
    public static DateOnly? NextChange(Patient patient, DateOnly today)
    {
        if (BandOf(patient, today) is not { } band)
            return null;
        return band == Neonate && patient.BirthDate.AddDays(NeonateDays) is var grown && grown > today
            ? grown
            : patient.BirthDate.AddYears(Math.Max(0, patient.AgeOn(today)) + 1);
    }

    private static AgeBand? BandOf(Patient patient, DateOnly today)
    {
        if (today < patient.BirthDate.AddDays(NeonateDays))
            return Neonate;
        var age = patient.AgeOn(today);
        return age >= NewsApplies.AdultAge ? null : Array.Find(Bands, band => age >= band.FromYears);
    }

    // Where an alarm becomes high lies as far from the limit, in proportion, as it does for adults.
    private static SignLimits Limits(AgeRange range, SignLimits? adults) => new(
        range.Low,
        range.High,
        adults is { ExtremeLow: { } low, Low: > 0 } ? Math.Round(range.Low * low / adults.Low.Value) : null,
        adults is { ExtremeHigh: { } high, High: > 0 } ? Math.Round(range.High * high / adults.High.Value) : null);

    private sealed record AgeBand(
        string Name, int FromYears, AgeRange HeartRate, AgeRange RespiratoryRate, AgeRange Systolic, AgeRange Diastolic, AgeRange Mean)
    {
        public IEnumerable<(VitalSign Sign, AgeRange Range)> Ranges =>
        [
            (VitalSign.HeartRate, HeartRate), (VitalSign.RespiratoryRate, RespiratoryRate),
            (VitalSign.Systolic, Systolic), (VitalSign.Diastolic, Diastolic), (VitalSign.MeanPressure, Mean),
        ];
    }

    private readonly record struct AgeRange(double Low, double High);
}
