using HealthDashboard.Alarms;
using HealthDashboard.Data.Model;
using HealthDashboard.Live;

namespace HealthDashboard.Components.Patients;

/// <summary>A patient at one moment, as all parts of the patient's page show it.</summary>
/// <param name="Monitored">The record and the limits that hold.</param>
/// <param name="Values">The latest value of every sign.</param>
/// <param name="Score">The NEWS2 score.</param>
/// <param name="Actor">Who may act on this page; null for someone who may only look.</param>
internal sealed record PatientNow(MonitoredPatient Monitored, IReadOnlyList<ShownValue> Values, NewsScore Score, string? Actor)
{
    /// <summary>The record.</summary>
    public Patient Patient => Monitored.Patient;

    /// <summary>The patient as of now.</summary>
    public static PatientNow Of(MonitoredPatient monitored, IReadOnlyList<StandingValue> latest, AlarmRules rules, string? actor, DateTimeOffset now)
    {
        var bySign = latest.ToDictionary(value => value.Reading.Sign);
        return new(
            monitored,
            [.. VitalSigns.All.Select(info => ShownValue.Of(info.Sign, bySign.TryGetValue(info.Sign, out var value) ? value : null, rules, now))],
            Standing.Score(latest, monitored.Patient, now),
            actor);
    }
}
