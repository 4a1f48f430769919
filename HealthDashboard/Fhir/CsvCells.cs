using System.Globalization;
using System.Text;
using HealthDashboard.Data.Model;
using HealthDashboard.Shared;

namespace HealthDashboard.Fhir;

/// <summary>How the cells of a table of patients are written, and read back to the same.</summary>
internal static class CsvCells
{
    private const char Mark = '\'';
    private const string Special = "\\;|";

    /// <summary>Text that no spreadsheet takes for a formula, on one line. <see cref="Text"/> reads it back.</summary>
    public static string Cell(string? text)
    {
        var line = (text ?? "").ReplaceLineEndings(" ");
        // What looks as if it had been marked is marked too, so that reading it back takes off one mark only.
        return Text(line) != line ? Mark + line : Csv.Words(line);
    }

    /// <summary>The text of a cell as <see cref="Cell"/> wrote it; what others wrote stays as it is.</summary>
    public static string Text(string cell) =>
        cell is [Mark, .. var rest] && (Csv.Words(rest) != rest || Text(rest) != rest) ? rest : cell;

    /// <summary>Entries of a list, each with its parts; what ends one within the text of a part has a backslash before it. Empty parts at the end are left out.</summary>
    public static string List(IEnumerable<IReadOnlyList<string>> entries) =>
        Cell(string.Join("; ", entries.Select(parts => string.Join('|', parts.Take(parts.ToList().FindLastIndex(part => part.Length > 0) + 1).Select(Escape)))));

    /// <summary>The parts of each entry as <see cref="List"/> wrote them.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="hasParts">Whether a bar ends a part.</param>
    public static IReadOnlyList<IReadOnlyList<string>> Entries(string cell, bool hasParts)
    {
        List<List<string>> entries = [];
        List<string> parts = [];
        var part = new StringBuilder();
        for (var i = 0; i < cell.Length; i++)
        {
            if (cell[i] == '\\' && i + 1 < cell.Length && Special.Contains(cell[i + 1], StringComparison.Ordinal))
                part.Append(cell[++i]);
            else if (cell[i] == ';')
                End();
            else if (cell[i] == '|' && hasParts)
                EndPart();
            else
                part.Append(cell[i]);
        }
        End();
        return entries;

        void EndPart()
        {
            parts.Add(part.ToString().Trim());
            part.Clear();
        }

        void End()
        {
            EndPart();
            if (parts.Exists(text => text.Length > 0))
                entries.Add(parts);
            parts = [];
        }
    }

    /// <summary>The parts of a condition: words, code of SNOMED CT or ICD-10 (others have no name that another system knows), first day, last day, status.</summary>
    public static IReadOnlyList<string> Of(MedicalCondition condition) =>
    [
        condition.Condition, Terms.SystemOf(condition.Code) is null ? "" : condition.Code!, Day(condition.Diagnosed), Day(condition.Abatement),
        condition.ClinicalStatus is { } status ? EnumNames<ClinicalStatus>.Of(status) : "",
    ];

    private static string Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";

    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var c in text)
            escaped.Append(Special.Contains(c, StringComparison.Ordinal) ? "\\" : "").Append(c);
        return escaped.ToString();
    }
}
