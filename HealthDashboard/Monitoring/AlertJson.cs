using System.Text.Json;
using System.Text.Json.Nodes;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Monitoring;

/// <summary>Alerts and their changes as programs see them.</summary>
internal static class AlertJson
{
    /// <summary>How alerts are written: camelCase; enums carry their own names.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web);

    /// <summary>An alert with the <c>region</c> and <c>ward</c> that it is about, where they are known: a screen that follows one ward needs them.</summary>
    public static JsonObject Of(Alert alert, PatientDirectory patients)
    {
        var json = JsonSerializer.SerializeToNode(alert, Options)!.AsObject();
        AddPlace(json, alert, patients);
        return json;
    }

    /// <summary>As <see cref="Of(AlertChange)"/>, with <c>region</c> and <c>ward</c>.</summary>
    public static JsonObject Of(AlertChange change, PatientDirectory patients)
    {
        var json = Of(change);
        AddPlace(json, change.Alert, patients);
        return json;
    }

    /// <summary>A change: the alert after it, and <c>change</c>, <c>actor</c> and <c>time</c>.</summary>
    public static JsonObject Of(AlertChange change)
    {
        var json = JsonSerializer.SerializeToNode(change.Alert, Options)!.AsObject();
        json["change"] = JsonSerializer.SerializeToNode(change.Kind, Options);
        json["actor"] = change.Actor;
        json["time"] = JsonSerializer.SerializeToNode(change.Time, Options);
        return json;
    }

    private static void AddPlace(JsonObject json, Alert alert, PatientDirectory patients)
    {
        var place = WardGroup.Of(alert, patients.Find(alert.PatientId)?.Patient);
        json["region"] = place?.Region;
        json["ward"] = place?.Ward;
    }
}
