namespace HealthDashboard.Alarms;

/// <summary>The sum of a NEWS2 score, without its parts.</summary>
/// <param name="Applicable">Whether the score is made for the patient; when not, the score is 0 and every parameter is missing.</param>
/// <param name="Score">The points of what is there, 0 to 20: the lower bound when something is missing.</param>
/// <param name="AnyThree">Whether one parameter alone has 3 points.</param>
/// <param name="Missing">How many of the seven parameters have no current value.</param>
internal readonly record struct NewsTotal(bool Applicable, int Score, bool AnyThree, int Missing)
{
    /// <summary>Whether no part is missing.</summary>
    public bool Complete => Missing == 0;

    /// <summary>The clinical risk of what is there.</summary>
    public NewsRisk Risk => this switch
    {
        { Applicable: false } => NewsRisk.NotApplicable,
        { Score: >= News2.HighThreshold } => NewsRisk.High,
        { Score: >= News2.MediumThreshold } => NewsRisk.Medium,
        { AnyThree: true } => NewsRisk.LowMedium,
        { Score: > 0 } => NewsRisk.Low,
        _ => NewsRisk.None,
    };
}
