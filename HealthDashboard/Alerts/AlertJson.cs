using System.Text.Json;
using System.Text.Json.Nodes;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Alerts;

/// <summary>Alerts and their changes as programs see them.</summary>
internal static class AlertJson
{
    /// <summary>How alerts are written: camelCase; enums carry their own names.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web);

    /// <summary>A change: the alert after it, and <c>change</c>, <c>actor</c> and <c>time</c>.</summary>
    public static JsonObject Of(AlertChange change)
    {
        var json = JsonSerializer.SerializeToNode(change.Alert, Options)!.AsObject();
        json["change"] = JsonSerializer.SerializeToNode(change.Kind, Options);
        json["actor"] = change.Actor;
        json["time"] = JsonSerializer.SerializeToNode(change.Time, Options);
        return json;
    }
}
