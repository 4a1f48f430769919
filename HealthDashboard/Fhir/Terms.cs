using System.Collections.Frozen;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Fhir;

/// <summary>Code systems, and which of their codes stand for what is kept.</summary>
internal static class Terms
{
    public const string Loinc = "http://loinc.org";
    public const string Snomed = "http://snomed.info/sct";
    public const string Icd10 = "http://hl7.org/fhir/sid/icd-10";
    public const string Ucum = "http://unitsofmeasure.org";
    public const string IdentifierType = "http://terminology.hl7.org/CodeSystem/v2-0203";
    public const string ObservationCategory = "http://terminology.hl7.org/CodeSystem/observation-category";
    public const string ConditionClinical = "http://terminology.hl7.org/CodeSystem/condition-clinical";
    public const string ConditionVerification = "http://terminology.hl7.org/CodeSystem/condition-ver-status";
    public const string ConditionCategory = "http://terminology.hl7.org/CodeSystem/condition-category";
    public const string AllergyClinical = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical";
    public const string AllergyVerification = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification";
    public const string ActCode = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
    public const string PlaceType = "http://terminology.hl7.org/CodeSystem/location-physical-type";
    public const string DataAbsent = "http://terminology.hl7.org/CodeSystem/data-absent-reason";
    public const string PractitionerRole = "http://terminology.hl7.org/CodeSystem/practitioner-role";
    public const string FlagCategory = "http://terminology.hl7.org/CodeSystem/flag-category";

    /// <summary>Our own codes: care roles, the parts of a score, an alert's priority.</summary>
    public const string CareRoles = "urn:healthdashboard:care-role";
    public const string ScoreParts = "urn:healthdashboard:news2-part";
    public const string AlertSigns = "urn:healthdashboard:alert-sign";
    public const string AlertPriorities = "urn:healthdashboard:alert-priority";
    public const string Devices = "urn:healthdashboard:device";

    /// <summary>The panel of a blood pressure, with its components.</summary>
    public const string BloodPressure = "85354-9";

    /// <summary>The total of NEWS2.</summary>
    public const string News2 = "88330-6";

    private static readonly FrozenDictionary<string, VitalSign> Signs = VitalSigns.All
        .Select(info => KeyValuePair.Create(info.Loinc, info.Sign))
        .Concat(new KeyValuePair<string, VitalSign>[]
        {
            new("8889-8", VitalSign.HeartRate), // by pulse oximetry
            new("8893-0", VitalSign.HeartRate), // by palpation
            new("76282-3", VitalSign.HeartRate), // by EKG
            new("2708-6", VitalSign.Spo2), // arterial blood
            new("8331-1", VitalSign.Temperature), // oral
            new("8328-7", VitalSign.Temperature), // axillary
            new("8332-8", VitalSign.Temperature), // rectal
            new("8333-0", VitalSign.Temperature), // tympanic
            new("8329-5", VitalSign.Temperature), // core
        })
        .ToFrozenDictionary(StringComparer.Ordinal);

    // The words of ACVPU as SNOMED CT has them, and as people write them.
    private static readonly (string Code, Acvpu Level, string Display)[] Levels =
    [
        ("248234008", Acvpu.A, "Mentally alert"),
        ("130987000", Acvpu.C, "Acute confusion"),
        ("300202002", Acvpu.V, "Responds to voice"),
        ("450847001", Acvpu.P, "Responds to pain"),
        ("422768004", Acvpu.U, "Unresponsive"),
    ];

    /// <summary>The sign of a LOINC code; null when it is none that is kept.</summary>
    public static VitalSign? SignOf(string? loinc) => loinc is not null && Signs.TryGetValue(loinc, out var sign) ? sign : null;

    /// <summary>The SNOMED CT code of a level of consciousness.</summary>
    public static (string Code, string Display) Of(Acvpu level) => Array.Find(Levels, known => known.Level == level) is var found ? (found.Code, found.Display) : default;

    /// <summary>The level that a code stands for, or a text: the letter or the word; null when it is none.</summary>
    public static Acvpu? LevelOf(string? system, string? code, string? text)
    {
        foreach (var (known, level, display) in Levels)
        {
            if ((system == Snomed && code == known) || Is(code, level.ToString()) || Is(text, level.ToString()) || Is(text, display))
                return level;
        }
        return Is(text, "alert") ? Acvpu.A : Is(text, "new confusion") || Is(text, "confusion") ? Acvpu.C : Is(text, "voice") ? Acvpu.V : Is(text, "pain") ? Acvpu.P : null;

        static bool Is(string? text, string word) => string.Equals(text?.Trim(), word, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The system of a condition's code by the code's form; null when it has neither form.</summary>
    public static string? SystemOf(string? code) => code is null ? null : IsSnomed(code) ? Snomed : IsIcd10(code) ? Icd10 : null;

    /// <summary>Whether a code has the form of SNOMED CT: 6 to 18 digits, the last of which checks the others (Verhoeff).</summary>
    public static bool IsSnomed(string code) => code.Length is >= 6 and <= 18 && code.All(char.IsAsciiDigit) && code[0] != '0' && Verhoeff(code) == 0;

    /// <summary>Whether a code has the form of ICD-10 or ICD-10-CM: a letter, a digit, a digit or letter, and up to four more, with or without the point.</summary>
    public static bool IsIcd10(string code)
    {
        if (code.Length is < 3 or > 8 || !char.IsAsciiLetterUpper(code[0]) || !char.IsAsciiDigit(code[1]) || !char.IsAsciiLetterOrDigit(code[2]))
            return false;
        var rest = code.AsSpan(code.Length > 3 && code[3] == '.' ? 4 : 3);
        return rest.Length <= 4 && (code.Length == 3 || rest.Length > 0) && !rest.ContainsAnyExcept("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    }

    // The dihedral group of ten [Verhoeff 1969]: a wrong digit, or two that changed places, do not come to 0.
    private static int Verhoeff(string digits)
    {
        ReadOnlySpan<byte> product = "0123456789123406789523401789563401289567401239567859876043216598710432765982104387659321049876543210"u8;
        ReadOnlySpan<byte> permutation = "01234567891576283094580379614289160435279453126870428657390127938064157046913258"u8;
        var check = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            check = product[(10 * check) + (permutation[(10 * (i % 8)) + digit] - '0')] - '0';
        }
        return check;
    }
}
