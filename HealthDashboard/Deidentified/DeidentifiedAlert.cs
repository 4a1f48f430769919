using System.Globalization;
using System.Text;
using HealthDashboard.Data.Model;
using HealthDashboard.Shared;

namespace HealthDashboard.Deidentified;

/// <summary>An alert without what says whose it is.</summary>
/// <param name="Patient">What stands for the patient.</param>
/// <param name="Ward">What stands for the ward where the patient was when it was raised; null where that is not known.</param>
/// <param name="Age">The age in years when it was raised; 90+ for everybody older than 89; null where nobody knows it.</param>
/// <param name="Sex">Administrative gender.</param>
/// <param name="Spo2Scale">NEWS2's scale of SpO2.</param>
/// <param name="Kind">What raised it.</param>
/// <param name="Sign">What it is about, without the name of a device.</param>
/// <param name="Direction">Which limit was crossed.</param>
/// <param name="Priority">The priority that it reached.</param>
/// <param name="Raised">When it was raised, shifted, as are the other times.</param>
/// <param name="Ended">When its condition ended; null while it holds.</param>
/// <param name="Acknowledged">When somebody acknowledged it; null while nobody has.</param>
/// <param name="Extreme">The worst value.</param>
/// <param name="Limit">The limit or threshold.</param>
/// <param name="Times">How often it was crossed.</param>
/// <param name="Escalation">How many steps up the care team it went.</param>
/// <param name="Verdict">What it was reviewed as; null while nobody has.</param>
internal sealed record DeidentifiedAlert(
    string Patient, string? Ward, string? Age, Sex Sex, int Spo2Scale, AlertKind Kind, string Sign, AlertDirection Direction, AlertPriority Priority,
    DateTimeOffset Raised, DateTimeOffset? Ended, DateTimeOffset? Acknowledged, double? Extreme, double? Limit, int Times, int Escalation, AlertVerdict? Verdict)
{
    /// <summary>Everybody older counts as one age [45 CFR 164.514(b)(2)(i)(C)].</summary>
    public const int GreatestAge = 89;

    private static readonly string[] Header =
    [
        "patient", "ward", "age", "sex", "spo2Scale", "kind", "sign", "direction", "priority", "raised", "ended", "acknowledged", "extreme", "limit", "times",
        "escalation", "verdict",
    ];

    /// <summary>An alert of a patient.</summary>
    /// <param name="alert">The alert.</param>
    /// <param name="record">The patient's record.</param>
    /// <param name="ward">What stands for the ward then.</param>
    /// <param name="names">What stands for whom.</param>
    public static DeidentifiedAlert Of(Alert alert, Patient record, string? ward, Pseudonyms names)
    {
        var shift = names.ShiftOf(record.Id);
        return new(
            names.Of(record.Id), ward, AgeOf(record, alert.RaisedAt), record.Sex, record.Spo2Scale, alert.Kind, alert.Sign.Split(':')[0], alert.Direction, alert.Priority,
            Shifted(alert.RaisedAt), alert.EndedAt is { } ended ? Shifted(ended) : null, alert.AcknowledgedAt is { } acknowledged ? Shifted(acknowledged) : null,
            alert.Extreme, alert.Limit, alert.Count, alert.Escalation, alert.Review?.Verdict);

        DateTimeOffset Shifted(DateTimeOffset time) => time.ToUniversalTime() + shift;
    }

    /// <summary>The first line of the table.</summary>
    public static void WriteHeader(StringBuilder text) => Csv.Line(text, Header);

    /// <summary>A line of the table.</summary>
    public void Write(StringBuilder text) => Csv.Line(
        text, Patient, Ward ?? "", Age ?? "", EnumNames<Sex>.Of(Sex), Number(Spo2Scale), EnumNames<AlertKind>.Of(Kind), Csv.Words(Sign), EnumNames<AlertDirection>.Of(Direction),
        EnumNames<AlertPriority>.Of(Priority), Time(Raised), Time(Ended), Time(Acknowledged), Number(Extreme), Number(Limit), Number(Times), Number(Escalation),
        Verdict is { } verdict ? EnumNames<AlertVerdict>.Of(verdict) : "");

    private static string? AgeOf(Patient record, DateTimeOffset at) =>
        record.BirthDate == default ? null
        : record.AgeOn(DateOnly.FromDateTime(at.UtcDateTime)) is var age && age > GreatestAge ? $"{GreatestAge + 1}+"
        : age.ToString(CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset? time) => time is { } at ? Display.Machine(at) : "";

    private static string Number(double? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";
}
