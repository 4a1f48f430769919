using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using R4 = Hl7.Fhir.Model;

namespace HealthDashboard.Fhir;

/// <summary>
/// A CSV file of patients, a row each, as the resources that it stands for. The first row names the columns; <c>mrn</c> and
/// <c>familyName</c> are needed. With <c>status</c> admitted or a <c>bed</c> the patient is in the ward. Entries of a list are separated by semicolons.
/// </summary>
internal static class CsvPatients
{
    private static readonly string[] Known =
        ["mrn", "familyName", "givenName", "birthDate", "sex", "region", "ward", "room", "bed", "status", "conditions", "allergies", "medications"];

    /// <summary>The columns of a file, and the line that names them: the first that is not empty.</summary>
    /// <exception cref="FhirException">One that is needed is missing, or one is not known or there twice.</exception>
    public static async Task<(string[] Columns, int Line)> ColumnsAsync(string path, CancellationToken cancel)
    {
        await foreach (var line in NdjsonLines.ReadAsync(path, 0, 0, cancel))
        {
            var columns = line.Bytes is { } bytes ? Cells(bytes) : [];
            if (Array.Find(columns, column => !Known.Contains(column, StringComparer.OrdinalIgnoreCase)) is { } unknown)
                throw FhirException.Invalid($"The column '{Ingest.Excerpt.Of(unknown)}' is not known; known are {string.Join(", ", Known)}.");
            if (!columns.Contains("mrn", StringComparer.OrdinalIgnoreCase) || !columns.Contains("familyName", StringComparer.OrdinalIgnoreCase))
                throw FhirException.Invalid("The first row must name the columns, mrn and familyName among them.");
            if (columns.Distinct(StringComparer.OrdinalIgnoreCase).Count() < columns.Length)
                throw FhirException.Invalid("The first row names a column twice.");
            return (columns, line.Number);
        }
        throw FhirException.Invalid("The file is empty.");
    }

    /// <summary>The resources of a row; the Patient first.</summary>
    public static Entry[] Read(string[] columns, FileLine line, FhirOptions options)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"urn:row:{line.Number}");
        var patient = new Entry(0, name) { Type = "Patient" };
        string[] cells;
        try
        {
            cells = line.Bytes is { } bytes ? Cells(bytes) : throw new FormatException($"The row is longer than {NdjsonLines.Longest} bytes.");
        }
        catch (FormatException error)
        {
            return [patient.Refuse(StatusCodes.Status400BadRequest, error.Message)];
        }
        if (cells.Length != columns.Length)
            return [patient.Refuse(StatusCodes.Status400BadRequest, $"The row does not fit: cells {cells.Length}, columns {columns.Length}.")];
        var row = columns.Zip(cells).ToDictionary(cell => cell.First, cell => cell.Second.Trim(), StringComparer.OrdinalIgnoreCase);
        if (Value("sex") is { } sex && sex.ToUpperInvariant() is not ("MALE" or "FEMALE" or "OTHER" or "UNKNOWN" or "M" or "F"))
            return [patient.Refuse(StatusCodes.Status400BadRequest, "sex must be male, female, other or unknown.")];
        if (Value("status") is { } status && status.ToUpperInvariant() is not ("ADMITTED" or "DISCHARGED"))
            return [patient.Refuse(StatusCodes.Status400BadRequest, "status must be admitted or discharged.")];

        patient.Resource = new R4.Patient
        {
            Identifier = [new R4.Identifier(options.MrnSystem, Value("mrn"))],
            Name = [new R4.HumanName { Family = Value("familyName"), Given = Value("givenName") is { } given ? [given] : [] }],
            BirthDate = Value("birthDate"),
            Gender = Value("sex")?.ToUpperInvariant() switch
            {
                "MALE" or "M" => R4.AdministrativeGender.Male,
                "FEMALE" or "F" => R4.AdministrativeGender.Female,
                "OTHER" => R4.AdministrativeGender.Other,
                _ => R4.AdministrativeGender.Unknown,
            },
        };
        var subject = new R4.ResourceReference(name);
        List<Entry> entries = [patient];
        entries.AddRange(List("conditions").Select(words => Entry("Condition", new R4.Condition { Subject = subject, Code = new R4.CodeableConcept { Text = words } })));
        entries.AddRange(List("allergies").Select(words => Entry("AllergyIntolerance", new R4.AllergyIntolerance { Patient = subject, Code = new R4.CodeableConcept { Text = words } })));
        entries.AddRange(List("medications").Select(words => Entry("MedicationStatement", new R4.MedicationStatement { Subject = subject, Status = R4.MedicationStatement.MedicationStatusCodes.Active, Medication = new R4.CodeableConcept { Text = words } })));
        if (string.Equals(Value("status"), "admitted", StringComparison.OrdinalIgnoreCase) || (Value("bed") is not null && Value("status") is null))
            entries.AddRange(Stay(name, subject));
        return [.. entries];

        string? Value(string column) => row.GetValueOrDefault(column) is { Length: > 0 } value ? value : null;

        IEnumerable<string> List(string column) => (Value(column) ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

        IEnumerable<Entry> Stay(string root, R4.ResourceReference whose)
        {
            (string Column, string Code)[] kinds = [("region", "si"), ("ward", "wa"), ("room", "ro"), ("bed", "bd")];
            string? around = null;
            foreach (var (column, code) in kinds)
            {
                if (Value(column) is not { } place)
                    continue;
                var here = $"{root}:{column}";
                yield return new Entry(0, here)
                {
                    Type = "Location",
                    Resource = new R4.Location { Name = place, PhysicalType = new R4.CodeableConcept(Terms.PlaceType, code), PartOf = around is null ? null : new R4.ResourceReference(around) },
                };
                around = here;
            }
            yield return Entry("Encounter", new R4.Encounter
            {
                Status = R4.Encounter.EncounterStatus.InProgress,
                Class = new R4.Coding(Terms.ActCode, "IMP"),
                Subject = whose,
                Location = around is null ? [] : [new() { Location = new R4.ResourceReference(around) }],
            });
        }

        static Entry Entry(string type, R4.Resource resource) => new(0, null) { Type = type, Resource = resource };
    }

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
