using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Cohorts;

/// <summary>Whose stays are compared. What is null does not restrict.</summary>
/// <param name="Region">The region of the ward that admitted the patient.</param>
/// <param name="Ward">That ward.</param>
/// <param name="Age">How old the patient was on admission.</param>
/// <param name="Condition">Words, each of which begins one of a condition of the medical history or its code.</param>
/// <param name="Spo2Scale">NEWS2's scale of SpO2, 1 or 2.</param>
public sealed record Cohort(string? Region = null, string? Ward = null, AgeBand? Age = null, string? Condition = null, int? Spo2Scale = null)
{
    /// <summary>Whether a stay belongs to it.</summary>
    public bool Has(CohortStay stay) =>
        (Region is null || Region == stay.Region)
        && (Ward is null || Ward == stay.Ward)
        && (Age is null || Age == stay.Age)
        && (Spo2Scale is null || Spo2Scale == stay.Record.Spo2Scale)
        && (Condition is null || stay.Record.MedicalHistory.Any(Is));

    /// <summary>It in words.</summary>
    public override string ToString()
    {
        string?[] parts = [Ward is null ? Region : $"{Ward}, {Region}", Age is { } age ? AgeBands.Words(age) : null, Condition, Spo2Scale is { } scale ? $"SpO\u2082 scale {scale}" : null];
        return string.Join(" \u00b7 ", parts.OfType<string>()) is { Length: > 0 } words ? words : "Everybody";
    }

    // As the search for patients finds it: each word begins one of the condition's or its code's.
    private bool Is(MedicalCondition had)
    {
        List<string> words = [.. SearchWords.Of(had.Condition), .. SearchWords.Of(had.Code ?? "")];
        return SearchWords.Split(Condition).All(word => words.Exists(one => one.StartsWith(word, StringComparison.Ordinal)));
    }
}

/// <summary>What is asked of cohorts: a sign over the hours since admission.</summary>
/// <param name="Sign">The sign.</param>
/// <param name="From">Admitted at this time or later.</param>
/// <param name="To">Admitted before this time.</param>
/// <param name="Hours">How many hours of each stay, from the one of the admission.</param>
/// <param name="First">Whose stays.</param>
/// <param name="Other">Whose they are compared with; null for nobody's.</param>
public sealed record CohortQuery(VitalSign Sign, DateTimeOffset From, DateTimeOffset To, int Hours, Cohort First, Cohort? Other)
{
    /// <summary>How many hours of a stay at most.</summary>
    public const int MostHours = 14 * 24;

    /// <summary>How many hours where nothing else is said.</summary>
    public const int UsualHours = 72;

    /// <summary>The sign where nothing else is said.</summary>
    public const VitalSign UsualSign = VitalSign.HeartRate;

    /// <summary>The longest stretch of admissions.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(3660);

    /// <summary>The signs of which a mean says something: a level of consciousness has none.</summary>
    public static IReadOnlyList<VitalSignInfo> Signs { get; } = [.. VitalSigns.All.Where(info => info.Sign != VitalSign.Consciousness)];

    /// <summary>Each cohort.</summary>
    public IEnumerable<Cohort> Cohorts => Other is null ? [First] : [First, Other];
}
