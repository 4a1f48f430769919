using System.Text.Json.Serialization;

namespace HealthDashboard.Data.Model;

/// <summary>One entry of the alerts' log, which is kept for ever.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Alert">The alert as it is after the change; its <see cref="Alert.Sequence"/> is the number of this change.</param>
/// <param name="Actor">Who did it: an account's name, or <see cref="SystemActor"/>.</param>
/// <param name="Time">When it was done.</param>
public sealed record AlertChange(AlertChangeKind Kind, Alert Alert, string Actor, DateTimeOffset Time)
{
    /// <summary>The actor of what the program does by itself.</summary>
    public const string SystemActor = "system";

    /// <summary>The number of this change; 0 while it is not recorded yet.</summary>
    public long Sequence => Alert.Sequence;
}

/// <summary>What happened to an alert.</summary>
[JsonConverter(typeof(NamesOnly<AlertChangeKind>))]
public enum AlertChangeKind
{
    /// <summary>It was raised.</summary>
    [JsonStringEnumMemberName("raised")] Raised,

    /// <summary>Its value, extreme, count or priority changed.</summary>
    [JsonStringEnumMemberName("updated")] Updated,

    /// <summary>Its condition ended, but it stays until acknowledged.</summary>
    [JsonStringEnumMemberName("latched")] Latched,

    /// <summary>Its condition holds again while it was latched.</summary>
    [JsonStringEnumMemberName("resumed")] Resumed,

    /// <summary>It ended.</summary>
    [JsonStringEnumMemberName("ended")] Ended,

    /// <summary>Someone took it.</summary>
    [JsonStringEnumMemberName("acknowledged")] Acknowledged,

    /// <summary>Its sound was paused.</summary>
    [JsonStringEnumMemberName("silenced")] Silenced,

    /// <summary>Its sound is no longer paused.</summary>
    [JsonStringEnumMemberName("unsilenced")] Unsilenced,

    /// <summary>It went a step up the care team.</summary>
    [JsonStringEnumMemberName("escalated")] Escalated,

    /// <summary>Its acknowledgement was withdrawn because it became worse; <see cref="Alert.Reason"/> says how.</summary>
    [JsonStringEnumMemberName("withdrawn")] Withdrawn,

    /// <summary>Its acknowledgement was withdrawn because it has gone on for long.</summary>
    [JsonStringEnumMemberName("reminded")] Reminded,

    /// <summary>Somebody said to be on the way: <see cref="Alert.RespondedBy"/>. It is not acknowledged by that.</summary>
    [JsonStringEnumMemberName("responded")] Responded,

    /// <summary>Somebody looked back at it and said what it was: <see cref="Alert.Review"/>. Nothing else of it changes.</summary>
    [JsonStringEnumMemberName("reviewed")] Reviewed,
}
