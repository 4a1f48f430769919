using HealthDashboard.Data.Model;
using HealthDashboard.Hosting;

namespace HealthDashboard.Patients;

/// <summary>A patient's record as a caller sends it.</summary>
internal static class PatientFields
{
    private const int MaxEntries = 200;
    private static readonly DateOnly EarliestBirth = new(1880, 1, 1);

    /// <summary>Reads a new record, without id and version, which are ours to give.</summary>
    public static Patient ReadPatient(this JsonFields fields, DateOnly today) => new()
    {
        Mrn = fields.Text("mrn", 32),
        Region = fields.Text("region", 64),
        Ward = fields.Text("ward", 64),
        Room = fields.OptionalText("room", 16),
        Bed = fields.OptionalText("bed", 16),
        GivenName = fields.Text("givenName", 128),
        FamilyName = fields.Text("familyName", 128),
        BirthDate = fields.ReadBirthDate(today),
        Sex = fields.Choice<Sex>("sex", Sex.Unknown),
        Status = fields.Choice<PatientStatus>("status", PatientStatus.Admitted),
        Spo2Scale = fields.Whole("spo2Scale", 1, 2, fallback: 1),
        MedicalHistory = fields.Objects("medicalHistory", MaxEntries, entry => ReadCondition(entry, today)),
        Allergies = fields.Texts("allergies", 256, MaxEntries),
        Medications = fields.Texts("medications", 256, MaxEntries),
    };

    /// <summary>Reads a whole record that replaces the one with this id and version; both may be repeated in it, and must then agree.</summary>
    public static Patient ReadPatient(this JsonFields fields, DateOnly today, ObjectId id, long version)
    {
        if (fields.OptionalText("id", 2 * ObjectId.Size) is { } sentId && sentId != id.ToString())
            fields.Add("id", $"is '{sentId}'; allowed is that of the address, {id}.");
        if (fields.Number("version") is { } sentVersion && sentVersion != version)
            fields.Add("version", $"is {sentVersion}; allowed is that of If-Match, {version}.");
        return fields.ReadPatient(today) with { Id = id, Version = version };
    }

    private static DateOnly ReadBirthDate(this JsonFields fields, DateOnly today)
    {
        if (fields.Day("birthDate", EarliestBirth, today) is { } day)
            return day;
        if (!fields.HasError("birthDate"))
            fields.Add("birthDate", "is missing; needed is a day as yyyy-MM-dd.");
        return default;
    }

    private static MedicalCondition ReadCondition(JsonFields entry, DateOnly today) =>
        new(entry.Text("condition", 256), entry.Day("diagnosed", EarliestBirth, today), entry.OptionalText("code", 18));
}
