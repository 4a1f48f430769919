using System.Text.Json.Nodes;
using HealthDashboard.Shared;

namespace HealthDashboard.Monitoring;

/// <summary>An acknowledgement.</summary>
internal sealed record AcknowledgeRequest(string? Note = null) : IRequestBody;

/// <summary>For how long the sound pauses; without it as long as is usual.</summary>
internal sealed record SilenceRequest(int? Seconds = null) : IRequestBody;

/// <summary>An escalation, of which nothing is to be said.</summary>
internal sealed record EscalateRequest : IRequestBody;

/// <summary>Which alerts a list has.</summary>
internal enum AlertsWanted
{
    Open,
    All,
}

/// <summary>Each change of an alert, the first one first.</summary>
/// <param name="Items">The alert as it was after the change, with what happened (<c>change</c>), who did it (<c>actor</c>) and when (<c>time</c>).</param>
internal sealed record AlertHistory(IReadOnlyList<JsonObject> Items);
