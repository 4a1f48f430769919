namespace HealthDashboard.Data.Model;

/// <summary>
/// What somebody wrote about a patient, or charted by hand. Notes are never changed: who was wrong writes another that corrects it.
/// </summary>
public sealed record PatientNote
{
    /// <summary>The longest text, in characters.</summary>
    public const int LongestText = 10_000;

    /// <summary>Its key.</summary>
    public required ObjectId Id { get; init; }

    /// <summary>Whose.</summary>
    public required ObjectId PatientId { get; init; }

    /// <summary>When it was written; of observations, when they were made.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who wrote it: an account or a key.</summary>
    public required string By { get; init; }

    /// <summary>At most <see cref="LongestText"/> characters; empty only beside observations.</summary>
    public string Text { get; init; } = "";

    /// <summary>What was charted, in each sign's unit; empty for a note alone.</summary>
    public IReadOnlyDictionary<VitalSign, double> Observations { get; init; } = new Dictionary<VitalSign, double>();

    /// <summary>The note of the same patient that it corrects; null for a new one.</summary>
    public ObjectId? Corrects { get; init; }
}
