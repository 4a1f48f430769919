using System.Globalization;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Hl7;

/// <summary>
/// What a PID says of a person. A field that is empty says nothing, one of two quotation marks says that it is not known.
/// </summary>
internal sealed class PidDetails
{
    /// <summary>The family name of whom none is known.</summary>
    public const string Nameless = "Unknown";

    private const int LongestName = 128;
    private static readonly DateOnly EarliestBirth = new(1880, 1, 1);

    private (string Given, string Family)? name;
    private (DateOnly Day, bool IsEstimated)? birth;
    private Sex? sex;

    /// <summary>Reads a PID.</summary>
    /// <exception cref="Hl7RefusedException">Something in it cannot be kept as it is.</exception>
    public static PidDetails Read(Hl7Segment pid, DateOnly today) => new() { name = NameOf(pid), birth = BirthOf(pid, today), sex = SexOf(pid) };

    /// <summary>The record with what the PID says.</summary>
    public Patient Put(Patient record)
    {
        if (name is var (given, family))
            record = record with { GivenName = given, FamilyName = family };
        if (birth is var (day, isEstimated))
            record = record with { BirthDate = day, BirthDateEstimated = isEstimated };
        return sex is { } said ? record with { Sex = said } : record;
    }

    // The legal name, else the first.
    private static (string Given, string Family)? NameOf(Hl7Segment pid)
    {
        if (pid.IsDeleted(5))
            return ("", Nameless);
        var repetitions = Enumerable.Range(1, pid.Repetitions(5)).ToList();
        if (repetitions.Count == 0)
            return null;
        var legal = repetitions.Find(repetition => pid.Text(5, 7, repetition) == "L");
        var repetition = legal == 0 ? 1 : legal;
        var family = Plain.Text(pid.Text(5, 1, repetition));
        var given = Plain.Text($"{pid.Text(5, 2, repetition)} {pid.Text(5, 3, repetition)}");
        if (family.Length == 0)
            (given, family) = ("", given.Length > 0 ? given : Nameless);
        if (given.Length > LongestName || family.Length > LongestName)
            throw Hl7RefusedException.Error("PID", 5, ErrorCodes.TooLong, $"A name may have {LongestName} characters.");
        return (given, family);
    }

    // Of a year or a month the middle is the least wrong for an age, as the API takes it.
    private static (DateOnly Day, bool IsEstimated)? BirthOf(Hl7Segment pid, DateOnly today)
    {
        if (pid.IsDeleted(7))
            return (default, false);
        var text = pid.Text(7);
        if (text.Length == 0)
            return null;
        var date = text.Length > 8 ? text[..8] : text;
        var format = date.Length switch { 4 => "yyyy", 6 => "yyyyMM", _ => "yyyyMMdd" };
        if (!DateOnly.TryParseExact(date, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) || day < EarliestBirth || day > today)
            throw Hl7RefusedException.Error("PID", 7, ErrorCodes.DataType, $"PID-7 is not a date from {EarliestBirth:yyyy} to today, as YYYY[MM[DD]].");
        var middle = date.Length switch { 4 => day.AddMonths(6), 6 => day.AddDays(14), _ => day };
        return (middle > today ? today : middle, date.Length < 8);
    }

    private static Sex? SexOf(Hl7Segment pid) => pid.IsDeleted(8) ? Sex.Unknown : pid.Text(8).ToUpperInvariant() switch
    {
        "" => null,
        "M" => Sex.Male,
        "F" => Sex.Female,
        "O" or "A" or "X" => Sex.Other,
        "U" or "N" => Sex.Unknown,
        _ => throw Hl7RefusedException.Error("PID", 8, ErrorCodes.TableValue, "PID-8 is none of M, F, O, A, X, N and U."),
    };
}
