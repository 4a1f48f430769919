using System.Text.Json.Serialization;

namespace HealthDashboard.Data.Model;

/// <summary>
/// One alarm of one patient, from its first breach until it has ended and, where it must be, was acknowledged.
/// There is at most one open alert for each <see cref="Key"/>.
/// </summary>
public sealed record Alert
{
    /// <summary>What <see cref="Sign"/> says for an alert on the NEWS2 score.</summary>
    public const string ScoreSign = "news2";

    /// <summary>What <see cref="Sign"/> says for a technical alert on the patient's whole feed.</summary>
    public const string FeedSign = "feed";

    /// <summary>What <see cref="Sign"/> says for "heart rate, respiratory rate and SpO2 are all off".</summary>
    public const string SensorsSign = "sensors";

    /// <summary>What <see cref="Sign"/> says for systolic and diastolic pressures that contradict each other.</summary>
    public const string PressuresSign = "pressures";

    /// <summary>What <see cref="Sign"/> says for observations that are overdue.</summary>
    public const string ObservationsSign = "observations";

    /// <summary>What <see cref="Sign"/> begins with for a device whose clock is wrong; the device's name follows.</summary>
    public const string ClockSign = "clock:";

    /// <summary>What <see cref="Sign"/> begins with for two sources that contradict each other; the sign's API name follows.</summary>
    public const string SourcesSign = "sources:";

    /// <summary>What <see cref="Sign"/> begins with for a device that sends for somebody who is not admitted; the device's name follows.</summary>
    public const string DeviceSign = "device:";

    /// <summary>The alert's key.</summary>
    public ObjectId Id { get; init; }

    /// <summary>The number of its last change, increasing over all alerts; 0 while it is not recorded yet.</summary>
    public long Sequence { get; init; }

    /// <summary>Whose it is; for an alert on a ward an id that stands for the ward and is no patient's.</summary>
    public ObjectId PatientId { get; init; }

    /// <summary>Region and ward of an alert that concerns a whole ward, as <c>North/ICU</c>; null for a patient's.</summary>
    public string? Group { get; init; }

    /// <summary>The API name of a vital sign, or one of the constants above, some with a name behind it.</summary>
    public required string Sign { get; init; }

    /// <summary>Which limit was crossed; none for scores and technical alerts.</summary>
    public AlertDirection Direction { get; init; }

    /// <summary>What raised it.</summary>
    public AlertKind Kind { get; init; }

    /// <summary>Its priority [IEC 60601-1-8]; it rises while the alert is open and never falls.</summary>
    public AlertPriority Priority { get; init; }

    /// <summary>Whether what raised it still holds.</summary>
    public AlertCondition Condition { get; init; }

    /// <summary>Whether someone has taken it.</summary>
    public AlertResponse Response { get; init; }

    /// <summary>The latest value told of, in the sign's unit; null for technical alerts.</summary>
    public double? Value { get; init; }

    /// <summary>The worst value since it was raised; null for technical alerts.</summary>
    public double? Extreme { get; init; }

    /// <summary>The limit or score threshold that was crossed; null for technical alerts.</summary>
    public double? Limit { get; init; }

    /// <summary>How often the limit was crossed while it was open; at least 1.</summary>
    public int Count { get; init; } = 1;

    /// <summary>When the breach had lasted for its hold-off, by the readings' own time.</summary>
    public DateTimeOffset RaisedAt { get; init; }

    /// <summary>When the condition ended; null while it holds.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Since when a latched alert's condition is over; null for every other.</summary>
    public DateTimeOffset? OverSince => Condition == AlertCondition.Latched ? EndedAt : null;

    /// <summary>Whether parts of the score that it is about are missing now, so that the score is a lower bound.</summary>
    public bool Incomplete { get; init; }

    /// <summary>Whether it calls again because it was acknowledged and goes on; false once someone has acknowledged that.</summary>
    public bool Reminder { get; init; }

    /// <summary>
    /// Why it changed where that needs saying: why an acknowledgement was withdrawn, or by whom and why a discharge ended it. Null otherwise.
    /// </summary>
    public string? Reason { get; init; }

    /// <summary>When it was acknowledged; null while it is not.</summary>
    public DateTimeOffset? AcknowledgedAt { get; init; }

    /// <summary>The account that acknowledged it; null while none has.</summary>
    public string? AcknowledgedBy { get; init; }

    /// <summary>Until when its sound is paused; null when it is not.</summary>
    public DateTimeOffset? SilencedUntil { get; init; }

    /// <summary>How many steps up the care team it has gone since it was raised or last withdrawn, each repetition of the last one counted; 0 when none.</summary>
    public int Escalation { get; init; }

    /// <summary>Who was notified at the last step, or that there is nobody to escalate to; null when nobody could be named, and before the first.</summary>
    public string? EscalatedTo { get; init; }

    /// <summary>The account that last said to be on the way, which stops no escalation; null while none has since it was raised or last withdrawn.</summary>
    public string? RespondedBy { get; init; }

    /// <summary>When that was; null while nobody has.</summary>
    public DateTimeOffset? RespondedAt { get; init; }

    /// <summary>Mark, sign, extreme value and limit in words, for example <c>** SpO2 86 &lt; 90</c>.</summary>
    public required string Text { get; init; }

    /// <summary>What was noted with the acknowledgement; null when nothing.</summary>
    public string? Note { get; init; }

    /// <summary>What the last one who looked back at it says of it; null while nobody has.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AlertReview? Review { get; init; }

    /// <summary>When the system became aware of it: where the escalation clock starts.</summary>
    public DateTimeOffset RecordedAt { get; init; }

    /// <summary>1 when raised, one more with each change: what <c>IAlertStore</c> compares before it writes.</summary>
    [JsonIgnore]
    public int Version { get; init; }

    /// <summary>Whether it still needs eyes: its condition holds or is latched.</summary>
    [JsonIgnore]
    public bool IsOpen => Condition != AlertCondition.Ended;

    /// <summary>What at most one open alert exists for.</summary>
    [JsonIgnore]
    public AlertKey Key => new(PatientId, Sign, Direction);
}

/// <summary>What at most one open alert exists for.</summary>
/// <param name="PatientId">The patient.</param>
/// <param name="Sign">As <see cref="Alert.Sign"/>.</param>
/// <param name="Direction">As <see cref="Alert.Direction"/>.</param>
public readonly record struct AlertKey(ObjectId PatientId, string Sign, AlertDirection Direction);

/// <summary>Which limit was crossed.</summary>
[JsonConverter(typeof(NamesOnly<AlertDirection>))]
public enum AlertDirection
{
    /// <summary>No limit of a sign.</summary>
    [JsonStringEnumMemberName("none")] None,

    /// <summary>The low limit.</summary>
    [JsonStringEnumMemberName("low")] Low,

    /// <summary>The high limit.</summary>
    [JsonStringEnumMemberName("high")] High,
}

/// <summary>What raised an alert.</summary>
[JsonConverter(typeof(NamesOnly<AlertKind>))]
public enum AlertKind
{
    /// <summary>A sign beyond its limit.</summary>
    [JsonStringEnumMemberName("limit")] Limit,

    /// <summary>The NEWS2 score.</summary>
    [JsonStringEnumMemberName("score")] Score,

    /// <summary>A sensor that is off or a device that is silent.</summary>
    [JsonStringEnumMemberName("technical")] Technical,
}

/// <summary>Alarm priority [IEC 60601-1-8]; a greater number is more urgent.</summary>
[JsonConverter(typeof(NamesOnly<AlertPriority>))]
public enum AlertPriority
{
    /// <summary>Be aware.</summary>
    [JsonStringEnumMemberName("low")] Low = 1,

    /// <summary>Respond promptly.</summary>
    [JsonStringEnumMemberName("medium")] Medium = 2,

    /// <summary>Respond at once.</summary>
    [JsonStringEnumMemberName("high")] High = 3,
}

/// <summary>Whether what raised an alert still holds.</summary>
[JsonConverter(typeof(NamesOnly<AlertCondition>))]
public enum AlertCondition
{
    /// <summary>It holds.</summary>
    [JsonStringEnumMemberName("active")] Active,

    /// <summary>It is over, but stays in view until acknowledged.</summary>
    [JsonStringEnumMemberName("latched")] Latched,

    /// <summary>It is over.</summary>
    [JsonStringEnumMemberName("ended")] Ended,
}

/// <summary>Whether someone has taken an alert.</summary>
[JsonConverter(typeof(NamesOnly<AlertResponse>))]
public enum AlertResponse
{
    /// <summary>Nobody has.</summary>
    [JsonStringEnumMemberName("unacknowledged")] Unacknowledged,

    /// <summary>Someone has.</summary>
    [JsonStringEnumMemberName("acknowledged")] Acknowledged,
}
