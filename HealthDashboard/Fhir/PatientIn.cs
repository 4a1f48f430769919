using System.Globalization;
using HealthDashboard.Data.Model;
using HealthDashboard.Shared;
using R4 = Hl7.Fhir.Model;

namespace HealthDashboard.Fhir;

/// <summary>What a Patient says of a record.</summary>
internal static class PatientIn
{
    private const int LongestName = 128;
    private const int LongestMrn = 64;
    private const string Nameless = "Unknown";
    private static readonly DateOnly EarliestBirth = new(1880, 1, 1);

    /// <summary>
    /// The medical record number: the identifier of our system, else the one whose type is MR, else the first that has a value. Null when
    /// there is none, or it is too long.
    /// </summary>
    public static string? MrnOf(R4.Patient patient, FhirOptions options)
    {
        var ids = patient.Identifier.Where(id => !string.IsNullOrWhiteSpace(id.Value) && id.Use != R4.Identifier.IdentifierUse.Old).ToList();
        var mrn = ids.Find(id => id.System == options.MrnSystem)
            ?? ids.Find(id => id.Type?.Coding.Exists(type => type.System == Terms.IdentifierType && type.Code == "MR") == true)
            ?? ids.FirstOrDefault();
        return mrn?.Value?.Trim() is { Length: <= LongestMrn } value ? value : null;
    }

    /// <summary>A new record of somebody who is not here: an Encounter in progress says where somebody lies.</summary>
    /// <exception cref="FormatException">Something in it cannot be kept as it is; the message says what.</exception>
    public static Patient Read(R4.Patient patient, FhirOptions options, DateOnly today)
    {
        var mrn = MrnOf(patient, options) ?? throw new FormatException($"Patient.identifier has no medical record number of 1 to {LongestMrn} characters.");
        return Merge(
            new Patient
            {
                Mrn = mrn,
                Region = options.Region,
                Ward = options.Ward,
                GivenName = "",
                FamilyName = Nameless,
                Status = PatientStatus.Discharged,
            },
            patient,
            today);
    }

    /// <summary>The record with the names, birth and sex of a Patient.</summary>
    /// <exception cref="FormatException">Something in it cannot be kept as it is; the message says what.</exception>
    public static Patient Merge(Patient record, R4.Patient patient, DateOnly today)
    {
        var (given, family) = NamesOf(patient);
        var (birth, isEstimated) = BirthOf(patient.BirthDate, today);
        return record with
        {
            GivenName = given,
            FamilyName = family,
            BirthDate = birth,
            BirthDateEstimated = isEstimated,
            Sex = patient.Gender switch
            {
                R4.AdministrativeGender.Male => Sex.Male,
                R4.AdministrativeGender.Female => Sex.Female,
                R4.AdministrativeGender.Other => Sex.Other,
                _ => Sex.Unknown,
            },
        };
    }

    /// <summary>Whether both can be one person: what is known of both does not differ.</summary>
    public static bool MayBeSame(Patient record, Patient other) =>
        (record.BirthDate == default || other.BirthDate == default || record.BirthDateEstimated || other.BirthDateEstimated || record.BirthDate == other.BirthDate)
        && (record.FamilyName == Nameless || other.FamilyName == Nameless || string.Equals(record.FamilyName, other.FamilyName, StringComparison.OrdinalIgnoreCase));

    /// <summary>A day, or the middle of a month or year, as records keep it.</summary>
    /// <exception cref="FormatException">It is none, or lies in the future.</exception>
    private static (DateOnly Day, bool IsEstimated) BirthOf(string? date, DateOnly today)
    {
        if (date is null)
            return default;
        var format = date.Length switch { 4 => "yyyy", 7 => "yyyy-MM", _ => "yyyy-MM-dd" };
        if (!DateOnly.TryParseExact(date, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) || day < EarliestBirth || day > today)
            throw new FormatException($"Patient.birthDate is not a date from {EarliestBirth:yyyy} to today.");
        var middle = date.Length switch { 4 => day.AddMonths(6), 7 => day.AddDays(14), _ => day };
        return (middle > today ? today : middle, date.Length < 10);
    }

    private static (string Given, string Family) NamesOf(R4.Patient patient)
    {
        var name = patient.Name.Find(name => name.Use == R4.HumanName.NameUse.Official) ?? patient.Name.Find(name => name.Use is not R4.HumanName.NameUse.Old and not R4.HumanName.NameUse.Maiden) ?? patient.Name.FirstOrDefault();
        var given = Text(string.Join(' ', name?.Given ?? []));
        var family = Text(name?.Family ?? "");
        if (family.Length == 0 && given.Length == 0)
            family = Text(name?.Text ?? "");
        if (family.Length == 0)
            (given, family) = ("", given.Length > 0 ? given : Nameless);
        if (given.Length > LongestName || family.Length > LongestName)
            throw new FormatException($"Patient.name has more than {LongestName} characters.");
        return (given, family);

        static string Text(string text) => ComposedText.Of(text.Trim());
    }
}
