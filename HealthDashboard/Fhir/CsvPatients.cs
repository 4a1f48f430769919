using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using HealthDashboard.Data.Model;
using HealthDashboard.Ingest;
using HealthDashboard.Shared;

namespace HealthDashboard.Fhir;

/// <summary>
/// A table of patients, a row each; docs/fhir.md describes the columns. What <see cref="Write"/> writes, an import reads back to the same. The
/// first row names the columns; <c>mrn</c> and <c>familyName</c> are needed.
/// </summary>
internal static class CsvPatients
{
    /// <summary>The columns, in the order in which they are written.</summary>
    public static readonly IReadOnlyList<string> Columns =
    [
        "mrn", "familyName", "givenName", "birthDate", "sex", "region", "ward", "room", "bed", "status", "conditions", "allergies", "medications", "codeStatus", "spo2Scale",
    ];

    /// <summary>Adds a record's row. Room and bed are those of somebody who is here.</summary>
    public static void Write(StringBuilder text, Patient record) => Csv.Line(
        text,
        CsvCells.Cell(record.Mrn), CsvCells.Cell(record.FamilyName), CsvCells.Cell(record.GivenName), RecordOut.BirthOf(record) ?? "", EnumNames<Sex>.Of(record.Sex),
        CsvCells.Cell(record.Region), CsvCells.Cell(record.Ward), CsvCells.Cell(IsHere(record) ? record.Room : null), CsvCells.Cell(IsHere(record) ? record.Bed : null), EnumNames<PatientStatus>.Of(record.Status),
        CsvCells.List(record.MedicalHistory.Select(CsvCells.Of)), CsvCells.List(record.Allergies.Select(words => (string[])[words])), CsvCells.List(record.Medications.Select(words => (string[])[words])),
        record.CodeStatus is { } code ? EnumNames<CodeStatus>.Of(code) : "", record.Spo2Scale.ToString(CultureInfo.InvariantCulture));

    /// <summary>The columns of a file, and the line that names them: the first that is not empty.</summary>
    /// <exception cref="FhirException">One that is needed is missing, or one is not known or there twice.</exception>
    public static async Task<(string[] Columns, int Line)> ColumnsAsync(string path, CancellationToken cancel)
    {
        await foreach (var line in NdjsonLines.ReadAsync(path, 0, 0, cancel))
        {
            var columns = line.Bytes is { } bytes ? [.. Cells(bytes).Select(column => column.Trim())] : Array.Empty<string>();
            if (Array.Find(columns, column => !Columns.Contains(column, StringComparer.OrdinalIgnoreCase)) is { } unknown)
                throw FhirException.Invalid($"The column '{Excerpt.Of(unknown)}' is not known; known are {string.Join(", ", Columns)}.");
            if (!columns.Contains("mrn", StringComparer.OrdinalIgnoreCase) || !columns.Contains("familyName", StringComparer.OrdinalIgnoreCase))
                throw FhirException.Invalid("The first row must name the columns, mrn and familyName among them.");
            if (columns.Distinct(StringComparer.OrdinalIgnoreCase).Count() < columns.Length)
                throw FhirException.Invalid("The first row names a column twice.");
            return (columns, line.Number);
        }
        throw FhirException.Invalid("The file is empty.");
    }

    /// <summary>The resources of a row; the Patient first. A row that cannot be accepted is one entry, refused with each field that is wrong, its value, and what is allowed.</summary>
    /// <param name="columns">The file's columns.</param>
    /// <param name="line">The row.</param>
    /// <param name="options">The hospital's.</param>
    /// <param name="today">The day it is.</param>
    public static Entry[] Read(string[] columns, FileLine line, FhirOptions options, DateOnly today)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"urn:row:{line.Number}");
        string[] cells;
        try
        {
            cells = line.Bytes is { } bytes ? Cells(bytes) : throw new FormatException($"The row is longer than {NdjsonLines.Longest} bytes.");
        }
        catch (FormatException error)
        {
            return Refused(error.Message);
        }
        if (cells.Length != columns.Length)
            return Refused($"The row does not fit: cells {cells.Length}, columns {columns.Length}. A cell cannot have a line end.");
        var row = new CsvRow(columns.Zip(cells).ToDictionary(cell => cell.First, cell => CsvCells.Text(cell.Second.Trim()), StringComparer.OrdinalIgnoreCase), today);
        var entries = row.Entries(name, options);
        return row.Errors.Count > 0 ? Refused(string.Join(' ', row.Errors)) : entries;

        Entry[] Refused(string reason) => [new Entry(0, name) { Type = "Patient" }.Refuse(StatusCodes.Status400BadRequest, reason)];
    }

    private static bool IsHere(Patient record) => record.Status == PatientStatus.Admitted;

    // A row is one line: a cell with a line end in it is not accepted.
    private static string[] Cells(byte[] line)
    {
        var text = Encoding.UTF8.GetString(line).TrimStart('\uFEFF').TrimEnd('\r');
        using var parser = new CsvParser(new StringReader(text), new CsvConfiguration(CultureInfo.InvariantCulture) { DetectDelimiter = false, BadDataFound = null });
        try
        {
            return parser.Read() && parser.Record is { } cells ? cells : [];
        }
        catch (CsvHelperException error)
        {
            throw new FormatException("The row is no CSV.", error);
        }
    }
}
