using System.Text;
using HealthDashboard.Data.Model;
using HealthDashboard.Fhir;
using HealthDashboard.Tests.Contracts;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Fhir;

/// <summary>A table of patients: what is written is read back to the same, and what is wrong is named.</summary>
public sealed class CsvPatientsTests
{
    private static readonly DateOnly Today = new(2026, 11, 28);
    private static readonly string[] Columns = [.. CsvPatients.Columns];

    [Theory]
    [InlineData("Muster")]
    [InlineData("=1+1")]
    [InlineData("-Smith")]
    [InlineData("'=1+1")]
    [InlineData("''=1+1")]
    [InlineData("'t Hooft")]
    [InlineData("'")]
    [InlineData("''")]
    [InlineData("\uFF1D1")]
    [InlineData("")]
    public void A_cell_is_no_formula_and_is_read_back(string text)
    {
        var cell = CsvCells.Cell(text);
        Assert.False(cell is ['=' or '+' or '-' or '@' or '\uFF1D', ..], cell);
        Assert.Equal(text, CsvCells.Text(cell));
    }

    [Theory]
    [InlineData("penicillin; latex", "penicillin,latex")]
    [InlineData(@"a\;b; c\\d;;", @"a;b,c\d")]
    [InlineData("a|b", "a|b")]
    [InlineData(@"C:\temp", @"C:\temp")]
    public void Entries_are_separated_by_semicolons(string cell, string entries) =>
        Assert.Equal(entries, string.Join(',', CsvCells.Entries(cell, hasParts: false).Select(parts => parts.Single())));

    [Fact]
    public async Task A_record_that_was_written_is_read_back_in_all_that_the_table_holds()
    {
        var record = Samples.Patient("=MRN", "O'Neil, \"Jr.\"", "-Zoë") with
        {
            Room = "4",
            Bed = "4;A",
            Sex = Sex.Other,
            Status = PatientStatus.Admitted,
            CodeStatus = CodeStatus.Dnacpr,
            Spo2Scale = 2,
            MedicalHistory = [new("Asthma; seasonal | mild", new(2020, 2, 29), "J45.9", new(2021, 1, 1), ClinicalStatus.Resolved), new("back\\slash")],
            Allergies = ["penicillin", "nuts; all"],
            Medications = ["salbutamol 100 µg"],
        };
        var entries = CsvPatients.Read(Columns, await LineAsync(record), new FhirOptions(), Today);

        Assert.DoesNotContain(entries, entry => entry.IsRefused);
        var patient = (global::Hl7.Fhir.Model.Patient)entries[0].Resource!;
        var read = entries[0].More!(PatientIn.Read(patient, new FhirOptions(), Today));
        foreach (var condition in entries.Select(entry => entry.Resource).OfType<global::Hl7.Fhir.Model.Condition>())
            read = RecordIn.With(read, RecordIn.Condition(condition, Today).Condition!);
        Assert.Equal((record.Mrn, record.FamilyName, record.GivenName, record.BirthDate, record.Sex, record.Region, record.Ward), (read.Mrn, read.FamilyName, read.GivenName, read.BirthDate, read.Sex, read.Region, read.Ward));
        Assert.Equal((record.CodeStatus, record.Spo2Scale), (read.CodeStatus, read.Spo2Scale));
        Assert.Equal(record.MedicalHistory, read.MedicalHistory);
        Assert.Equal(record.Allergies, entries.Select(entry => entry.Resource).OfType<global::Hl7.Fhir.Model.AllergyIntolerance>().Select(allergy => allergy.Code!.Text));
        Assert.Equal(["north", "ICU", "4", "4;A"], entries.Select(entry => entry.Resource).OfType<global::Hl7.Fhir.Model.Location>().Select(place => place.Name));
    }

    [Theory]
    [InlineData("mrn,familyName", ",Long", "mrn is empty; it is needed.")]
    [InlineData("mrn,familyName,sex", "1,Long,x", "sex is 'x'; allowed: male, female, other and unknown.")]
    [InlineData("mrn,familyName,status", "1,Long,here", "status is 'here'; allowed: admitted, discharged.")]
    [InlineData("mrn,familyName,birthDate", "1,Long,29.02.1960", "birthDate is '29.02.1960'; allowed: a day such as 1960-02-29, or its month or year, from 1880 to today.")]
    [InlineData("mrn,familyName,birthDate", "1,Long,2999-01-01", "birthDate is '2999-01-01'")]
    [InlineData("mrn,familyName,bed", "1,Long,a bed that is far too long", "bed is 'a bed that is far too long' of 26 characters; at most 16 are allowed.")]
    [InlineData("mrn,familyName,conditions", "1,Long,Asthma|XYZ", "conditions is 'XYZ'; allowed: a code of SNOMED CT or ICD-10.")]
    [InlineData("mrn,familyName,conditions", "1,Long,Asthma||2030-01-01", "conditions is '2030-01-01'; allowed: a day such as")]
    [InlineData("mrn,familyName,codeStatus", "1,Long,all", "codeStatus is 'all'; allowed: full, limited, dnacpr.")]
    [InlineData("mrn,familyName,spo2Scale", "1,Long,3", "spo2Scale is '3'; allowed: 1 and 2.")]
    [InlineData("mrn,familyName,sex,status", "1,Long,x,here", "sex is 'x'; allowed: male, female, other and unknown. status is 'here'")]
    [InlineData("mrn,familyName", "1,Long,more", "The row does not fit: cells 3, columns 2.")]
    public void What_is_wrong_is_named_with_its_value_and_what_is_allowed(string columns, string row, string reason)
    {
        var entry = Assert.Single(CsvPatients.Read(columns.Split(','), new FileLine(2, Encoding.UTF8.GetBytes(row), 0), new FhirOptions(), Today));
        Assert.True(entry.IsRefused);
        Assert.StartsWith(reason, entry.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_that_the_audit_cannot_have_is_not_given_out()
    {
        using var body = new MemoryStream();
        var records = new[] { Samples.Patient("M1", "Seen"), Samples.Patient("M2", "Unseen") };
        await Assert.ThrowsAsync<InvalidOperationException>(() => CsvExport.WriteAsync(
            body, records.ToAsyncEnumerable(), record => record.Mrn == "M2" ? throw new InvalidOperationException() : Task.CompletedTask, CancellationToken.None));
        Assert.DoesNotContain("Unseen", Encoding.UTF8.GetString(body.ToArray()), StringComparison.Ordinal);
    }

    private static async Task<FileLine> LineAsync(Patient record)
    {
        using var body = new MemoryStream();
        await CsvExport.WriteAsync(body, new[] { record }.ToAsyncEnumerable(), _ => Task.CompletedTask, CancellationToken.None);
        using var folder = new TempDirectory();
        await File.WriteAllBytesAsync(folder["table.csv"], body.ToArray());
        var lines = await NdjsonLines.ReadAsync(folder["table.csv"], 0, 0, CancellationToken.None).ToListAsync();
        Assert.Equal(2, lines.Count);
        return lines[1];
    }
}
