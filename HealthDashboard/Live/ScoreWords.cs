using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Live;

/// <summary>A NEWS2 score in words [Royal College of Physicians 2017]. Incomplete, it reads "at least", never as the score.</summary>
internal static class ScoreWords
{
    /// <summary>"5", with parts missing "&#x2265;3", a dash where the score is not made for the patient or nothing is known.</summary>
    public static string Text(NewsScore score) => score switch
    {
        { Risk: NewsRisk.NotApplicable } or { Parts.Count: 0 } => ShownValue.Dash,
        { Complete: true } => $"{score.Score}",
        _ => $"\u2265{score.Score}",
    };

    /// <summary>The risk in a word, or why there is no score.</summary>
    /// <param name="score">The score.</param>
    /// <param name="exclusion">Why it is not made for the patient.</param>
    public static string Risk(NewsScore score, NewsExclusion exclusion) => score switch
    {
        { Risk: NewsRisk.NotApplicable } => WhyNot(exclusion),
        { Parts.Count: 0 } => "no data",
        { Risk: NewsRisk.High } => "high",
        { Risk: NewsRisk.Medium } => "medium",
        { Risk: NewsRisk.LowMedium } => "single 3",
        { Complete: false } => "incomplete",
        _ => "low",
    };

    /// <summary>The risk as part of a CSS class: high, medium, low or none.</summary>
    public static string Level(NewsScore score) => score.Risk switch
    {
        NewsRisk.High => "high",
        NewsRisk.Medium or NewsRisk.LowMedium => "medium",
        _ => score.Complete ? "low" : "none",
    };

    /// <summary>The whole of it.</summary>
    public static string Title(NewsScore score, NewsExclusion exclusion) => score switch
    {
        { Risk: NewsRisk.NotApplicable } => $"NEWS2 does not apply: {WhyNot(exclusion)}",
        { Parts.Count: 0 } => "NEWS2: no data",
        { Complete: true } => $"NEWS2 {score.Score}",
        _ => $"NEWS2 at least {score.Score}, missing {string.Join(", ", score.Missing.Select(Name))}",
    };

    /// <summary>What NEWS2 advises.</summary>
    public static string Response(NewsScore score) => score.Risk switch
    {
        NewsRisk.Unknown => "Nothing is measured now, so there is no score.",
        NewsRisk.High => "Emergency: critical-care competent team at once, continuous monitoring.",
        NewsRisk.Medium => "Urgent review by a clinician competent in acute illness. Observations at least hourly.",
        NewsRisk.LowMedium => "3 in one parameter: urgent ward-based medical review. Observations at least hourly.",
        NewsRisk.Low => "A registered nurse assesses. Observations every 4 to 6 hours.",
        NewsRisk.None => "Routine observations, at least every 12 hours.",
        _ => "The score is made for patients of 16 and older who are not pregnant.",
    };

    /// <summary>Why the score is not made for the patient.</summary>
    public static string WhyNot(NewsExclusion exclusion) => exclusion == NewsExclusion.Age ? $"under {NewsApplies.AdultAge}" : "pregnancy";

    /// <summary>A parameter as people say it.</summary>
    public static string Name(string parameter) => parameter switch
    {
        "respiratoryRate" => "respiratory rate",
        "spo2" => "SpO\u2082",
        "oxygenFlow" => "air or oxygen",
        "systolic" => "systolic pressure",
        "heartRate" => "pulse",
        "meanPressure" => "mean pressure",
        "diastolic" => "diastolic pressure",
        _ => VitalSigns.Find(parameter)?.Name ?? parameter,
    };
}
