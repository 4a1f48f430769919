using System.Text;

namespace HealthDashboard.Shared;

/// <summary>How a table for a spreadsheet is written [RFC 4180].</summary>
internal static class Csv
{
    /// <summary>Before everything else: by it spreadsheets know that the file is UTF-8.</summary>
    public const string Mark = "\uFEFF";

    /// <summary>A cell of words; empty for null. A spreadsheet takes what begins as a formula for one and runs it [OWASP, "CSV Injection"]; behind an apostrophe it is text.</summary>
    public static string Words(string? text) =>
        string.IsNullOrEmpty(text) ? "" : text.TrimStart() is ['=' or '+' or '-' or '@' or '\uFF1D' or '\uFF0B' or '\uFF0D' or '\uFF20', ..] || text[0] is '\t' or '\r' or '\n' ? $"'{text}" : text;

    /// <summary>Adds a line.</summary>
    public static void Line(StringBuilder text, params ReadOnlySpan<string> cells)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            if (i > 0)
                text.Append(',');
            text.Append(cells[i].AsSpan().IndexOfAny("\",\r\n") < 0 ? cells[i] : $"\"{cells[i].Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
        }
        text.Append("\r\n");
    }
}
