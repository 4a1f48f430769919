using System.Globalization;
using System.Text;
using HealthDashboard.Live;
using HealthDashboard.Shared;

namespace HealthDashboard.Alerts;

/// <summary>Alerts of the past as a table for a spreadsheet [RFC 4180], times as the hospital's clock shows them.</summary>
internal static class HistoryCsv
{
    private static readonly string[] Header =
    [
        "raised", "ended", "priority", "patient", "MRN", "region", "ward", "bed", "sign", "direction", "worst value", "limit", "alert", "times",
        "lasted (s)", "response (s)", "acknowledged by", "account", "note", "reason", "review", "review comment", "reviewed by",
    ];

    /// <summary>The file, with a mark in front by which spreadsheets know that it is UTF-8.</summary>
    public static byte[] Write(IReadOnlyList<HistoryEntry> entries, TimeProvider clock)
    {
        var text = new StringBuilder(Csv.Mark);
        Csv.Line(text, Header);
        var now = clock.GetUtcNow();
        foreach (var entry in entries)
        {
            var (alert, patient) = (entry.Alert, entry.Patient);
            Csv.Line(
                text, Time(alert.RaisedAt), Time(alert.EndedAt), alert.Priority.ToString().ToLowerInvariant(), Csv.Words(patient?.DisplayName), Csv.Words(patient?.Mrn),
                Csv.Words(entry.Ward?.Region), Csv.Words(entry.Ward?.Ward), Csv.Words(patient?.Bed), Csv.Words(alert.Sign), entry.Direction, Number(alert.Extreme), Number(alert.Limit),
                Csv.Words(alert.Text), Number(alert.Count), alert.EndedAt is null ? "" : Number(Math.Round(entry.Lasted(now).TotalSeconds)),
                Number(entry.Response is { } response ? Math.Round(response.TotalSeconds) : null), Csv.Words(entry.By), Csv.Words(alert.AcknowledgedBy), Csv.Words(alert.Note), Csv.Words(alert.Reason),
                alert.Review is { } review ? AlertWords.Of(review.Verdict) : "", Csv.Words(alert.Review?.Comment), Csv.Words(alert.Review?.By));
        }
        return Encoding.UTF8.GetBytes(text.ToString());

        string Time(DateTimeOffset? time) =>
            time is { } given ? TimeZoneInfo.ConvertTime(given, clock.LocalTimeZone).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture) : "";
    }

    private static string Number(double? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";
}
