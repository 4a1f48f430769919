using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Shared;

namespace HealthDashboard.Handover;

/// <summary>Words of a sheet, and how many have room on one of A4. Allergies are never cut.</summary>
internal static class SbarWords
{
    public const int MostOpen = 6;
    public const int MostConditions = 6;
    public const int MostMedications = 8;
    public const int MostOver = 5;
    public const int MostNotes = 3;
    public const int LongestNote = 220;

    /// <summary>Room for the dose and how often.</summary>
    public const int LongestMedication = 110;

    private const int LongestCondition = 60;

    /// <summary>A condition with its code and its months.</summary>
    public static string Of(MedicalCondition condition) =>
        Short(condition.Condition, LongestCondition) + (condition.Code is { } code ? $" ({code})" : "")
        + (condition.Diagnosed is { } since ? $", {since:MMM yyyy}" : "") + (condition.Abatement is { } until ? $" to {until:MMM yyyy}" : "");

    /// <summary>Since when an open alert is there, and what was done about it.</summary>
    public static string Open(Alert alert, PersonNames people, TimeProvider clock) =>
        $"since {Display.Minute(alert.RaisedAt, clock)} ({Display.Age(alert.RaisedAt, clock)}), "
        + (alert.OverSince is { } over ? $"over since {Display.Minute(over, clock)}, " : "")
        + (alert.AcknowledgedBy is { } by ? $"acknowledged by {people.Of(by)}" : alert.RespondedBy is { } coming ? $"{people.Of(coming)} on the way" : "not acknowledged");

    /// <summary>When an alert that is over was there, and what was done about it.</summary>
    public static string Over(Alert alert, PersonNames people, TimeProvider clock) =>
        $"{Display.Minute(alert.RaisedAt, clock)}{(alert.EndedAt is { } end && end > alert.RaisedAt ? $" for {Display.Span(end - alert.RaisedAt)}" : "")}, "
        + (alert is { AcknowledgedBy: { } by, AcknowledgedAt: { } at } ? $"acknowledged by {people.Of(by)} after {Display.Span(at - alert.RaisedAt)}" : "not acknowledged");

    /// <summary>A time with its year.</summary>
    public static string Stamp(DateTimeOffset time, TimeProvider clock) => $"{TimeZoneInfo.ConvertTime(time, clock.LocalTimeZone):d MMM yyyy HH:mm}";

    /// <summary>A text, cut where it is longer.</summary>
    public static string Short(string text, int longest) => text.Length <= longest ? text : $"{text[..End(text, longest)].TrimEnd()}\u2026";

    /// <summary>A text, cut where it is longer, with how much more there is.</summary>
    public static string Cut(string text, int longest) => text.Length <= longest
        ? text
        : $"{text[..End(text, longest)].TrimEnd()}\u2026 ({text.Length - End(text, longest)} more characters in the record)";

    // Never within a letter that takes two characters.
    private static int End(string text, int longest) => char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest;
}
