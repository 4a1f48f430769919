using System.Text.Json.Serialization;

namespace HealthDashboard.Clinical;

/// <summary>A NEWS2 score [Royal College of Physicians 2017]. With parts missing it is "at least <see cref="Score"/>", never the score.</summary>
/// <param name="Score">The sum of the parts that are there; null when nothing is measured, or the score is not made for the patient.</param>
/// <param name="Complete">Whether no part is missing.</param>
/// <param name="Risk">The clinical risk of what is there.</param>
/// <param name="Parts">Points by parameter: the API names of the signs, and <c>oxygenFlow</c> for air or oxygen.</param>
/// <param name="Missing">The parameters that are missing or too old.</param>
/// <param name="AsOf">When it was worked out.</param>
internal sealed record NewsScore(
    int? Score,
    bool Complete,
    NewsRisk Risk,
    IReadOnlyDictionary<string, int> Parts,
    IReadOnlyList<string> Missing,
    DateTimeOffset AsOf);

/// <summary>The clinical response that a score asks for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NewsRisk>))]
internal enum NewsRisk
{
    /// <summary>Not for this patient: under 16 or pregnant. There is no score and every part is missing.</summary>
    [JsonStringEnumMemberName("notApplicable")] NotApplicable,

    /// <summary>Nothing is measured.</summary>
    [JsonStringEnumMemberName("unknown")] Unknown,

    /// <summary>0: observations every 12 hours.</summary>
    [JsonStringEnumMemberName("none")] None,

    /// <summary>1-4: every 4-6 hours, a nurse assesses.</summary>
    [JsonStringEnumMemberName("low")] Low,

    /// <summary>3 in one parameter: hourly, medical review.</summary>
    [JsonStringEnumMemberName("lowMedium")] LowMedium,

    /// <summary>5-6: hourly, urgent review.</summary>
    [JsonStringEnumMemberName("medium")] Medium,

    /// <summary>7 or more: continuous monitoring, emergency.</summary>
    [JsonStringEnumMemberName("high")] High,
}
