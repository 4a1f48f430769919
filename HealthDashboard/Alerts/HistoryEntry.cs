using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Monitoring;

namespace HealthDashboard.Alerts;

/// <summary>An alert of the past with whose it is.</summary>
/// <param name="Alert">As it is now.</param>
/// <param name="Patient">The record; null for a ward's alert, and for a patient who is not known.</param>
/// <param name="By">The name of who acknowledged it; null while nobody has.</param>
public sealed record HistoryEntry(Alert Alert, Patient? Patient, string? By)
{
    /// <summary>Where it was: the ward's own, or where the patient is now.</summary>
    internal WardGroup? Ward => WardGroup.Of(Alert, Patient);

    /// <summary>What it is about: "SpO2 low", "NEWS2", or of a technical alert what it says.</summary>
    public string Sign => Alert.Kind switch
    {
        AlertKind.Technical => Alert.Text.TrimStart('*', ' '),
        AlertKind.Score => "NEWS2",
        _ => $"{(VitalSigns.Find(Alert.Sign) is { } info ? AlertText.Label(info.Sign) : Alert.Sign)} {Direction}",
    };

    /// <summary>Which limit was crossed: "low" or "high"; empty for none.</summary>
    public string Direction => Alert.Direction switch
    {
        AlertDirection.Low => "low",
        AlertDirection.High => "high",
        _ => "",
    };

    /// <summary>How long until somebody acknowledged it; null while nobody has.</summary>
    public TimeSpan? Response => Alert.AcknowledgedAt is { } at ? at - Alert.RaisedAt : null;

    /// <summary>How long it lasted, or has lasted so far.</summary>
    public TimeSpan Lasted(DateTimeOffset now) => (Alert.EndedAt ?? now) - Alert.RaisedAt;
}
