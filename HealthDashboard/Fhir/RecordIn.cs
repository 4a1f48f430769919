using System.Globalization;
using HealthDashboard.Data.Model;
using HealthDashboard.Shared;
using R4 = Hl7.Fhir.Model;

namespace HealthDashboard.Fhir;

/// <summary>What conditions, allergies and medication say of a record.</summary>
internal static class RecordIn
{
    /// <summary>How many entries a list of a record has at most.</summary>
    public const int MaxEntries = 200;

    private const int LongestText = 256;
    private const int LongestCode = 18;
    private static readonly DateOnly Earliest = new(1880, 1, 1);

    /// <summary>The entry of the medical history.</summary>
    /// <param name="condition">The resource.</param>
    /// <param name="today">The day it is.</param>
    /// <returns>The entry; or why there is none.</returns>
    /// <exception cref="FormatException">Something in it cannot be kept as it is.</exception>
    public static (MedicalCondition? Condition, string? Reason) Condition(R4.Condition condition, DateOnly today)
    {
        if (CodeOf(condition.VerificationStatus) is var status and ("refuted" or "entered-in-error"))
            return (null, $"its verificationStatus is {status}");
        var words = WordsOf(condition.Code, "Condition.code");
        if (words is null)
            return (null, "it has no code and no text");
        // Our two systems first: others have no place in a record.
        var coding = condition.Code!.Coding.Find(code => code.System == Terms.Snomed) ?? condition.Code.Coding.Find(code => code.System?.StartsWith(Terms.Icd10, StringComparison.Ordinal) == true);
        var code = coding?.Code is { Length: > 0 and <= LongestCode } given && Terms.SystemOf(given) is { } system && coding.System!.StartsWith(system, StringComparison.Ordinal) ? given : null;
        var diagnosed = DayOf(condition.Onset, today, "Condition.onset") ?? DayOf(condition.RecordedDate, today, "Condition.recordedDate");
        var ended = DayOf(condition.Abatement, today, "Condition.abatement");
        if (ended < diagnosed)
            throw new FormatException("Condition.abatement is before its onset.");
        ClinicalStatus? clinical = CodeOf(condition.ClinicalStatus) switch
        {
            "active" => ClinicalStatus.Active,
            "recurrence" => ClinicalStatus.Recurrence,
            "relapse" => ClinicalStatus.Relapse,
            "inactive" => ClinicalStatus.Inactive,
            "remission" => ClinicalStatus.Remission,
            "resolved" => ClinicalStatus.Resolved,
            _ => null,
        };
        return (new(words, diagnosed, code, ended, clinical), null);
    }

    /// <summary>The words of an allergy that somebody has; or why it is none.</summary>
    /// <exception cref="FormatException">Its words are too long.</exception>
    public static (string? Words, string? Reason) Allergy(R4.AllergyIntolerance allergy)
    {
        if (CodeOf(allergy.VerificationStatus) is var wrong and ("refuted" or "entered-in-error"))
            return (null, $"its verificationStatus is {wrong}");
        if (CodeOf(allergy.ClinicalStatus) is var over and ("inactive" or "resolved"))
            return (null, $"its clinicalStatus is {over}");
        var words = WordsOf(allergy.Code, "AllergyIntolerance.code") ?? allergy.Reaction.Select(reaction => WordsOf(reaction.Substance, "AllergyIntolerance.reaction.substance")).FirstOrDefault(text => text is not null);
        return (words, words is null ? "it has no code and no text" : null);
    }

    /// <summary>The words of a medication that somebody takes; or why it is none.</summary>
    /// <param name="status">The status of the request or statement, as FHIR writes it.</param>
    /// <param name="medication">What is taken.</param>
    /// <exception cref="FormatException">Its words are too long.</exception>
    public static (string? Words, string? Reason) Medication(string? status, R4.DataType? medication)
    {
        if (status is not ("active" or "on-hold" or "intended"))
            return (null, $"its status is {status ?? "missing"}, and only what somebody takes now is kept");
        var words = medication switch
        {
            R4.CodeableConcept concept => WordsOf(concept, "medication"),
            R4.ResourceReference { Display: { Length: > 0 } display } => Short(display, "medication"),
            _ => null,
        };
        return (words, words is null ? "its medication has no code, no text and no display" : null);
    }

    /// <summary>The record with a condition; the same record when it has it already.</summary>
    public static Patient With(Patient record, MedicalCondition condition)
    {
        var at = record.MedicalHistory.ToList().FindIndex(known => IsSame(known, condition));
        if (at < 0)
            return record.MedicalHistory.Count >= MaxEntries ? record : record with { MedicalHistory = [.. record.MedicalHistory, condition] };
        var known = record.MedicalHistory[at];
        // What a person has written since is not undone by sending the same again.
        var merged = known with { Abatement = condition.Abatement ?? known.Abatement, ClinicalStatus = condition.ClinicalStatus ?? known.ClinicalStatus };
        return merged == known ? record : record with { MedicalHistory = [.. record.MedicalHistory.Select((entry, i) => i == at ? merged : entry)] };
    }

    /// <summary>The list with an entry; the same list when it has it already, without regard to case, or is full.</summary>
    public static IReadOnlyList<string> With(IReadOnlyList<string> list, string words) =>
        list.Count >= MaxEntries || list.Contains(words, StringComparer.OrdinalIgnoreCase) ? list : [.. list, words];

    /// <summary>Whether both are one condition of one patient: the same code, or where one has none the same words, since the same day.</summary>
    public static bool IsSame(MedicalCondition one, MedicalCondition other) =>
        one.Diagnosed == other.Diagnosed
        && (one.Code is not null && other.Code is not null ? one.Code == other.Code : string.Equals(one.Condition, other.Condition, StringComparison.OrdinalIgnoreCase));

    private static string? CodeOf(R4.CodeableConcept? concept) => concept?.Coding.FirstOrDefault()?.Code;

    private static string? WordsOf(R4.CodeableConcept? concept, string where)
    {
        var words = concept?.Text ?? concept?.Coding.Select(coding => coding.Display).FirstOrDefault(display => !string.IsNullOrWhiteSpace(display)) ?? concept?.Coding.FirstOrDefault()?.Code;
        return string.IsNullOrWhiteSpace(words) ? null : Short(words, where);
    }

    private static string Short(string words, string where)
    {
        var text = ComposedText.Of(words.Trim());
        return text.Length <= LongestText ? text : throw new FormatException($"{where} has {text.Length} characters; at most {LongestText} are kept.");
    }

    private static DateOnly? DayOf(R4.DataType? value, DateOnly today, string where) => value switch
    {
        R4.FhirDateTime time => DayOf(time.Value, today, where),
        R4.Period period => DayOf(period.Start, today, where),
        _ => null,
    };

    // The day as it was written, where the sender is. Of a month or a year the first: the record has no way to say less.
    private static DateOnly? DayOf(string? time, DateOnly today, string where)
    {
        if (time is null)
            return null;
        var text = time.Length switch { 4 => time + "-01-01", 7 => time + "-01", _ => time[..10] };
        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) || day < Earliest || day > today.AddDays(1))
            throw new FormatException($"{where} is not a day from {Earliest:yyyy} to today.");
        return day;
    }
}
