using System.Globalization;
using System.Text;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Data.Stores;

/// <summary>How words are compared and split when people search or sort by name: the same in every store.</summary>
public static class SearchWords
{
    /// <summary>The text as names are sorted and keys compared: without regard to case, in any script. Accents count.</summary>
    public static string Fold(string text) => text.ToUpperInvariant();

    /// <summary>The words by which a patient is found: MRN, names, bed, and conditions with their codes.</summary>
    public static IEnumerable<string> Of(Patient patient) =>
        new[] { patient.Mrn, patient.GivenName, patient.FamilyName, patient.Bed }
            .Concat(patient.MedicalHistory.SelectMany(entry => new[] { entry.Condition, entry.Code }))
            .OfType<string>().SelectMany(Of).Distinct();

    /// <summary>The words of a text, without marks, case and punctuation; what has punctuation inside counts as a whole and by its parts.</summary>
    public static IEnumerable<string> Of(string text) =>
        text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(Parts).SelectMany(parts => parts.Length > 1 ? [string.Concat(parts), .. parts] : parts);

    /// <summary>The words of what someone searches for, in whichever order. Without any letter or digit it is a word that nobody has.</summary>
    public static string[] Split(string? text) =>
        Parts(text ?? "") is { Length: > 0 } words ? words : string.IsNullOrWhiteSpace(text) ? [] : [text.Trim()];

    // Runs of letters and digits, each without its marks.
    private static string[] Parts(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            var upper = Rune.ToUpperInvariant(rune);
            if (category is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format)
                continue;
            if (PlainLetters.Of(upper) is { } letters)
                plain.Append(letters);
            else if (Rune.IsLetterOrDigit(rune) || category == UnicodeCategory.SpacingCombiningMark)
                plain.Append(upper);
            else
                plain.Append(' ');
        }
        return plain.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }
}
