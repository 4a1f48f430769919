using System.Globalization;
using System.Text;

namespace HealthDashboard.Alerts;

/// <summary>Alerts of the past as a table for a spreadsheet [RFC 4180], times as the hospital's clock shows them.</summary>
internal static class HistoryCsv
{
    private static readonly string[] Header =
    [
        "raised", "ended", "priority", "patient", "MRN", "region", "ward", "bed", "sign", "direction", "worst value", "limit", "alert", "times",
        "lasted (s)", "response (s)", "acknowledged by", "account", "note", "reason",
    ];

    /// <summary>The file, with a mark in front by which spreadsheets know that it is UTF-8.</summary>
    public static byte[] Write(IReadOnlyList<HistoryEntry> entries, TimeProvider clock)
    {
        var text = new StringBuilder("\uFEFF");
        Line(text, Header);
        var now = clock.GetUtcNow();
        foreach (var entry in entries)
        {
            var (alert, patient) = (entry.Alert, entry.Patient);
            Line(
                text, Time(alert.RaisedAt), Time(alert.EndedAt), alert.Priority.ToString().ToLowerInvariant(), Text(patient?.DisplayName), Text(patient?.Mrn),
                Text(entry.Ward?.Region), Text(entry.Ward?.Ward), Text(patient?.Bed), Text(alert.Sign), entry.Direction, Number(alert.Extreme), Number(alert.Limit),
                Text(alert.Text), Number(alert.Count), alert.EndedAt is null ? "" : Number(Math.Round(entry.Lasted(now).TotalSeconds)),
                Number(entry.Response is { } response ? Math.Round(response.TotalSeconds) : null), Text(entry.By), Text(alert.AcknowledgedBy), Text(alert.Note), Text(alert.Reason));
        }
        return Encoding.UTF8.GetBytes(text.ToString());

        string Time(DateTimeOffset? time) =>
            time is { } given ? TimeZoneInfo.ConvertTime(given, clock.LocalTimeZone).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture) : "";
    }

    private static string Number(double? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";

    // A spreadsheet takes what begins like this for a formula and runs it [OWASP, "CSV Injection"]; behind an apostrophe it is text.
    private static string Text(string? text) =>
        string.IsNullOrEmpty(text) ? "" : text.TrimStart() is ['=' or '+' or '-' or '@' or '\uFF1D' or '\uFF0B' or '\uFF0D' or '\uFF20', ..] || text[0] is '\t' or '\r' or '\n' ? $"'{text}" : text;

    private static void Line(StringBuilder text, params ReadOnlySpan<string> cells)
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
