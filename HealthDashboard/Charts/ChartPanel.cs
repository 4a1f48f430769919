using HealthDashboard.Data.Model;

namespace HealthDashboard.Charts;

/// <summary>One chart: signs that share an axis.</summary>
/// <param name="Key">Its name to scripts and style sheets.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Unit">The unit of its axis.</param>
/// <param name="Signs">What it shows, the most important first.</param>
internal sealed record ChartPanel(string Key, string Title, string Unit, params IReadOnlyList<VitalSign> Signs)
{
    /// <summary>All charts of a patient, from top to bottom.</summary>
    public static IReadOnlyList<ChartPanel> All { get; } =
    [
        new("heartRate", "Heart rate", "/min", VitalSign.HeartRate),
        new("spo2", "SpO\u2082", "%", VitalSign.Spo2),
        new("respiratoryRate", "Respiratory rate", "/min", VitalSign.RespiratoryRate),
        new("pressure", "Blood pressure", "mmHg", VitalSign.Systolic, VitalSign.MeanPressure, VitalSign.Diastolic),
        new("temperature", "Temperature", "\u00b0C", VitalSign.Temperature),
    ];
}
