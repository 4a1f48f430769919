using System.Globalization;
using HealthDashboard.Data.Model;
using HealthDashboard.Ingest;
using HealthDashboard.Shared;
using R4 = Hl7.Fhir.Model;

namespace HealthDashboard.Fhir;

/// <summary>A row of a table of patients, as the resources that it stands for. Collects all that is wrong: field, value, what is allowed.</summary>
/// <param name="row">Its cells by column; a column that is not there is as an empty cell.</param>
/// <param name="today">The day it is.</param>
internal sealed class CsvRow(IReadOnlyDictionary<string, string> row, DateOnly today)
{
    private const int LongestName = 128;
    private const int LongestPlace = 64;
    private const int LongestBed = 16;
    private const int LongestEntry = 256;
    private static readonly DateOnly Earliest = new(1880, 1, 1);
    private static readonly (string Column, string Code)[] Places = [("region", "si"), ("ward", "wa"), ("room", "ro"), ("bed", "bd")];

    /// <summary>What is wrong, a sentence each; empty when nothing is.</summary>
    public List<string> Errors { get; } = [];

    /// <summary>The resources; the Patient first. Of no use when there are errors.</summary>
    public Entry[] Entries(string name, FhirOptions options)
    {
        var sex = SexOf(Value("sex"));
        var status = Choice<PatientStatus>("status") ?? (Value("bed") is null ? PatientStatus.Discharged : PatientStatus.Admitted);
        var code = Choice<CodeStatus>("codeStatus");
        var scale = Value("spo2Scale") switch { null or "1" => 1, "2" => 2, var text => Wrong("spo2Scale", text, "1 and 2", 1) };
        var (region, ward) = (Short("region", LongestPlace), Short("ward", LongestPlace));
        Short("room", LongestBed);
        Short("bed", LongestBed);
        CheckBirth(Value("birthDate"));
        var patient = new Entry(0, name)
        {
            Type = "Patient",
            Resource = new R4.Patient
            {
                Identifier = [new R4.Identifier(options.MrnSystem, Needed("mrn", LongestPlace))],
                Name = [new R4.HumanName { Family = Needed("familyName", LongestName), Given = Short("givenName", LongestName) is { } given ? [given] : [] }],
                BirthDate = Value("birthDate"),
                Gender = sex,
            },
            // What a Patient does not say of a new record. Where somebody lies who is here, an Encounter says.
            More = record => record with { Region = region ?? record.Region, Ward = ward ?? record.Ward, CodeStatus = code, Spo2Scale = scale },
        };
        var subject = new R4.ResourceReference(name);
        List<Entry> entries = [patient];
        entries.AddRange(List("conditions", hasParts: true).Select(parts => Entry("Condition", Condition(subject, parts))));
        entries.AddRange(List("allergies").Select(words => Entry("AllergyIntolerance", new R4.AllergyIntolerance { Patient = subject, Code = new R4.CodeableConcept { Text = words[0] } })));
        entries.AddRange(List("medications").Select(words => Entry("MedicationStatement", new R4.MedicationStatement { Subject = subject, Status = R4.MedicationStatement.MedicationStatusCodes.Active, Medication = new R4.CodeableConcept { Text = words[0] } })));
        if (status == PatientStatus.Admitted)
            entries.AddRange(Stay(name, subject));
        return [.. entries];
    }

    private static Entry Entry(string type, R4.Resource resource) => new(0, null) { Type = type, Resource = resource };

    private string? Value(string column) => row.TryGetValue(column, out var value) && value.Length > 0 ? value : null;

    private string? Short(string column, int longest)
    {
        if (Value(column) is { } text && ComposedText.Of(text).Length > longest)
            Errors.Add($"{column} is '{Excerpt.Of(text)}' of {ComposedText.Of(text).Length} characters; at most {longest} are allowed.");
        return Value(column);
    }

    private string? Needed(string column, int longest)
    {
        if (Value(column) is null)
            Errors.Add($"{column} is empty; it is needed.");
        return Short(column, longest);
    }

    private T? Choice<T>(string column)
        where T : struct, Enum
    {
        if (Value(column) is not { } text)
            return null;
        var found = EnumNames<T>.Values.FirstOrDefault(entry => entry.Key.Equals(text, StringComparison.OrdinalIgnoreCase));
        return found.Key is null ? Wrong<T?>(column, text, string.Join(", ", EnumNames<T>.Values.Keys), null) : found.Value;
    }

    private R4.AdministrativeGender SexOf(string? text) => text?.ToUpperInvariant() switch
    {
        "MALE" or "M" => R4.AdministrativeGender.Male,
        "FEMALE" or "F" => R4.AdministrativeGender.Female,
        "OTHER" => R4.AdministrativeGender.Other,
        null or "UNKNOWN" => R4.AdministrativeGender.Unknown,
        _ => Wrong("sex", text, "male, female, other and unknown", R4.AdministrativeGender.Unknown),
    };

    private void CheckBirth(string? text)
    {
        if (text is null)
            return;
        var format = text.Length switch { 4 => "yyyy", 7 => "yyyy-MM", _ => "yyyy-MM-dd" };
        if (!DateOnly.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) || day < Earliest || day > today)
            Wrong("birthDate", text, $"a day such as 1960-02-29, or its month or year, from {Earliest:yyyy} to today", 0);
    }

    private IReadOnlyList<IReadOnlyList<string>> List(string column, bool hasParts = false)
    {
        var entries = CsvCells.Entries(Value(column) ?? "", hasParts);
        if (entries.Count > RecordIn.MaxEntries)
            Errors.Add($"{column} has {entries.Count} entries; at most {RecordIn.MaxEntries} are allowed.");
        foreach (var words in entries.Select(entry => entry[0]))
        {
            if (words.Length is 0 or > LongestEntry)
                Wrong(column, words, $"1 to {LongestEntry} characters of words in each entry", 0);
        }
        return entries;
    }

    private R4.Condition Condition(R4.ResourceReference subject, IReadOnlyList<string> parts)
    {
        if (parts.Count > 5)
            Wrong("conditions", string.Join('|', parts), "words|code|first day|last day|status in each entry", 0);
        var (code, first, last, status) = (Part(1), Day(2), Day(3), Part(4));
        if (code is not null && Terms.SystemOf(code) is null)
            Wrong("conditions", code, "a code of SNOMED CT or ICD-10", 0);
        if (status is not null && !EnumNames<ClinicalStatus>.Values.ContainsKey(status))
            Wrong("conditions", status, string.Join(", ", EnumNames<ClinicalStatus>.Values.Keys), 0);
        if (first is not null && last is not null && string.CompareOrdinal(last, first) < 0)
            Wrong("conditions", last, $"a last day from the first, {first}", 0);
        return new R4.Condition
        {
            Subject = subject,
            Code = new R4.CodeableConcept { Text = parts[0], Coding = code is null ? [] : [new R4.Coding(Terms.SystemOf(code), code)] },
            Onset = first is null ? null : new R4.FhirDateTime(first),
            Abatement = last is null ? null : new R4.FhirDateTime(last),
            ClinicalStatus = status is null ? null : new R4.CodeableConcept(Terms.ConditionClinical, status),
        };

        string? Part(int at) => parts.Count > at && parts[at].Length > 0 ? parts[at] : null;

        string? Day(int at)
        {
            if (Part(at) is not { } text)
                return null;
            if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) || day < Earliest || day > today)
                Wrong("conditions", text, $"a day such as 2020-02-29, from {Earliest:yyyy} to today", 0);
            return text;
        }
    }

    private IEnumerable<Entry> Stay(string root, R4.ResourceReference whose)
    {
        string? around = null;
        foreach (var (column, code) in Places)
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

    private T Wrong<T>(string column, string value, string allowed, T instead)
    {
        Errors.Add($"{column} is '{Excerpt.Of(value)}'; allowed: {allowed}.");
        return instead;
    }
}
