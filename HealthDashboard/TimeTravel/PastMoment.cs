using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;

namespace HealthDashboard.TimeTravel;

/// <summary>The wards at a past moment, as far as somebody may see them, and of those who are shown.</summary>
/// <param name="At">The moment.</param>
/// <param name="Patients">Who was admitted, in no particular order.</param>
/// <param name="Alerts">What was open of these patients, as it was then, by the number of the change; and that of every whole ward that may be seen.</param>
/// <param name="IsCoarse">Whether raw readings of then are gone, so that the values are means of minutes or of longer.</param>
internal sealed record PastMoment(DateTimeOffset At, IReadOnlyList<PastPatient> Patients, IReadOnlyList<Alert> Alerts, bool IsCoarse);

/// <summary>One patient at a past moment.</summary>
/// <param name="Monitored">The version of the record, and the limits, that held then.</param>
/// <param name="Values">The last value of each sign up to then, with whether it could be used then.</param>
/// <param name="Score">The NEWS2 score of then.</param>
/// <param name="Alerts">The patient's open alerts, as they were then.</param>
/// <param name="Watch">How closely the patient was watched, as far as the values depend on it.</param>
internal sealed record PastPatient(
    MonitoredPatient Monitored, IReadOnlyList<StandingValue> Values, NewsScore Score, IReadOnlyList<Alert> Alerts, WatchState Watch)
{
    /// <summary>The record.</summary>
    public Patient Patient => Monitored.Patient;
}
