using System.Globalization;
using System.Text;
using HealthDashboard.Data.Model;
using HealthDashboard.Shared;

namespace HealthDashboard.Analytics;

/// <summary>One line of the alarm load as a table.</summary>
/// <param name="Bed">The bed.</param>
/// <param name="Sign">What the alarms are about.</param>
/// <param name="Sums">Their sums.</param>
internal sealed record AlarmLoadLine(BedName Bed, string Sign, AlarmSums Sums);

/// <summary>The alarm load as a table for a spreadsheet [RFC 4180]. It names beds and no patients.</summary>
internal static class AlarmLoadCsv
{
    private static readonly string[] Header =
    [
        "region", "ward", "bed", "sign", "alarms", "high", "medium", "low", "ended by themselves within 30 s", "in alarm (s)", "escalated", "acknowledged",
        "response p50 (s)", "response p90 (s)", "response p99 (s)", "reviewed", "true alarms", "false alarms", "artefacts",
    ];

    /// <summary>The file's text.</summary>
    public static string Write(IEnumerable<AlarmLoadLine> lines)
    {
        var text = new StringBuilder(Csv.Mark);
        Csv.Line(text, Header);
        foreach (var (bed, sign, sums) in lines)
        {
            Csv.Line(
                text, Csv.Words(bed.Region), Csv.Words(bed.Ward), Csv.Words(bed.Name), Csv.Words(sign), Number(sums.Raised), Number(sums.Of(AlertPriority.High)),
                Number(sums.Of(AlertPriority.Medium)), Number(sums.Of(AlertPriority.Low)), Number(sums.EndedBySelf), Number(sums.InAlarm.TotalSeconds),
                Number(sums.Escalated), Number(sums.Responses.Count), Number(sums.Responses.Within(0.5)?.TotalSeconds), Number(sums.Responses.Within(0.9)?.TotalSeconds),
                Number(sums.Responses.Within(0.99)?.TotalSeconds), Number(sums.Reviewed), Number(sums.Of(AlertVerdict.TrueAlarm)), Number(sums.Of(AlertVerdict.FalseAlarm)),
                Number(sums.Of(AlertVerdict.Artefact)));
        }
        return text.ToString();
    }

    private static string Number(double? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";
}
