using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Live;

namespace HealthDashboard.Patients;

/// <summary>A patient at one moment, as all parts of the patient's page show it.</summary>
/// <param name="Monitored">The record and the limits that hold.</param>
/// <param name="Values">The latest value of every sign.</param>
/// <param name="Score">The NEWS2 score.</param>
/// <param name="Actor">Who may act on this page; null for someone who may only look.</param>
internal sealed record PatientNow(MonitoredPatient Monitored, IReadOnlyList<ShownValue> Values, NewsScore Score, string? Actor)
{
    /// <summary>Why the score is not made for the patient.</summary>
    public NewsExclusion Exclusion { get; init; }

    /// <summary>Whether the patient is monitored continuously; otherwise by spot checks.</summary>
    public bool IsContinuous { get; init; }

    /// <summary>When observations are due, or how late they are: "due 14:30", "25 min late"; empty when none are.</summary>
    public string Due { get; init; } = "";

    /// <summary>That the bed is on standby, until when and why; null when it is not.</summary>
    public string? Standby { get; init; }

    /// <summary>The highest priority of an alert that is still true, by <see cref="Alert.Sign"/>.</summary>
    public IReadOnlyDictionary<string, AlertPriority> Alarms { get; init; } = new Dictionary<string, AlertPriority>();

    /// <summary>The record.</summary>
    public Patient Patient => Monitored.Patient;

    /// <summary>Whether a page that shows the other needs no change to show this.</summary>
    public bool LooksLike(PatientNow other) =>
        Monitored == other.Monitored && Values.SequenceEqual(other.Values) && Score.Missing.SequenceEqual(other.Score.Missing)
        && (IsContinuous, Due, Standby, Exclusion) == (other.IsContinuous, other.Due, other.Standby, other.Exclusion)
        && Alarms.Count == other.Alarms.Count && !Alarms.Except(other.Alarms).Any();

    /// <summary>The patient as of now.</summary>
    public static PatientNow Of(MonitoredPatient monitored, IReadOnlyList<StandingValue> latest, AlarmRules rules, string? actor, DateTimeOffset now)
    {
        var bySign = latest.ToDictionary(value => value.Reading.Sign);
        return new(
            monitored,
            [.. VitalSigns.All.Select(info => ShownValue.Of(info.Sign, bySign.TryGetValue(info.Sign, out var value) ? value : null, rules, now))],
            Standing.Score(latest, monitored.Patient, now),
            actor)
        {
            Exclusion = NewsApplies.WhyNot(monitored.Patient, now),
        };
    }
}
