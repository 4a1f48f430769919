namespace HealthDashboard.Clinical;

/// <summary>The sum of a NEWS2 score, without its parts. Sets of parameters have a bit for each, by the number of its sign.</summary>
/// <param name="Applicable">Whether the score is made for the patient; when not, the score is 0 and every parameter is missing.</param>
/// <param name="Score">The points of what is there, 0 to 20: the lower bound when something is missing.</param>
/// <param name="Threes">The parameters that have 3 points.</param>
/// <param name="Scoring">The parameters that have points.</param>
/// <param name="MissingParts">Which of the seven parameters have no current value.</param>
internal readonly record struct NewsTotal(bool Applicable, int Score, int Threes, int Scoring, int MissingParts)
{
    private const int Parameters = 7;

    /// <summary>Whether no part is missing.</summary>
    public bool Complete => MissingParts == 0;

    /// <summary>The clinical risk of what is there.</summary>
    public NewsRisk Risk => this switch
    {
        { Applicable: false } => NewsRisk.NotApplicable,
        { Score: >= News2.HighThreshold } => NewsRisk.High,
        { Score: >= News2.MediumThreshold } => NewsRisk.Medium,
        { Threes: not 0 } => NewsRisk.LowMedium,
        { Score: > 0 } => NewsRisk.Low,
        _ => int.PopCount(MissingParts) == Parameters ? NewsRisk.Unknown : NewsRisk.None,
    };
}
