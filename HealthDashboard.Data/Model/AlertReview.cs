using System.Text.Json.Serialization;

namespace HealthDashboard.Data.Model;

/// <summary>What somebody who looked back at an alert says of it. It changes nothing of the alert itself.</summary>
/// <param name="Verdict">What it was.</param>
/// <param name="Comment">What there is to say about it, at most 500 characters; null when nothing.</param>
/// <param name="By">The account that said so.</param>
/// <param name="At">When.</param>
public sealed record AlertReview(AlertVerdict Verdict, string? Comment, string By, DateTimeOffset At);

/// <summary>What an alert was, when looked back at.</summary>
[JsonConverter(typeof(NamesOnly<AlertVerdict>))]
public enum AlertVerdict
{
    /// <summary>The patient's state was as the alert said, and it mattered.</summary>
    [JsonStringEnumMemberName("true")] TrueAlarm,

    /// <summary>The value was right, but nobody was needed.</summary>
    [JsonStringEnumMemberName("false")] FalseAlarm,

    /// <summary>The value was wrong: movement, a sensor that was off, a cable.</summary>
    [JsonStringEnumMemberName("artefact")] Artefact,
}
