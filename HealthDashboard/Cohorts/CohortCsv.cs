using System.Globalization;
using System.Text;
using HealthDashboard.Shared;

namespace HealthDashboard.Cohorts;

/// <summary>The course of cohorts as a table for a spreadsheet [RFC 4180]. It names no patients.</summary>
internal static class CohortCsv
{
    private static readonly string[] Header = ["cohort", "sign", "unit", "hour since admission", "stays", "p10", "median", "p90"];

    /// <summary>The file's text.</summary>
    public static string Write(CohortReport report)
    {
        var text = new StringBuilder(Csv.Mark);
        Csv.Line(text, Header);
        foreach (var course in report.Courses)
        {
            foreach (var hour in course.Hours)
                Csv.Line(text, Csv.Words(course.Cohort.ToString()), report.Sign.Name, report.Sign.Unit, Number(hour.Hour), Number(hour.Stays), Number(hour.P10), Number(hour.Median), Number(hour.P90));
        }
        return text.ToString();
    }

    private static string Number(double? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";
}
