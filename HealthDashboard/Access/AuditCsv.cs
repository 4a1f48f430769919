using System.Globalization;
using System.Text;
using HealthDashboard.Data.Model;
using HealthDashboard.Shared;

namespace HealthDashboard.Access;

/// <summary>Rows of the audit as a table for a spreadsheet, times in UTC as the hashes have them.</summary>
internal static class AuditCsv
{
    public const string Type = "text/csv";

    public const string Header = $"{Csv.Mark}time,who,action,patient,detail,from,reason,before,after,chain,sequence,previous,hash\r\n";

    public static void Add(StringBuilder text, AuditRow row) => Csv.Line(
        text,
        row.Entry.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        Csv.Words(row.Entry.Actor),
        row.Entry.Action,
        row.Entry.PatientId?.ToString() ?? "",
        Csv.Words(row.Entry.Detail),
        Csv.Words(row.Entry.From),
        Csv.Words(row.Entry.Reason),
        Csv.Words(row.Entry.Before),
        Csv.Words(row.Entry.After),
        Csv.Words(row.Chain),
        row.Sequence.ToString(CultureInfo.InvariantCulture),
        row.Previous,
        row.Hash);
}
