using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Shared;

namespace HealthDashboard.Patients;

/// <summary>Who sends a record, when, and what it is to replace.</summary>
/// <param name="Actor">Who sends it.</param>
/// <param name="Now">The time it is.</param>
/// <param name="Current">The record as it is stored; null for a new one.</param>
internal sealed record PatientWrite(string Actor, DateTimeOffset Now, Patient? Current = null)
{
    /// <summary>The day it is, UTC.</summary>
    public DateOnly Today => DateOnly.FromDateTime(Now.UtcDateTime);
}

/// <summary>A patient's record as a caller sends it.</summary>
internal static class PatientFields
{
    /// <summary>The longest reason for a discharge or a standby, in characters.</summary>
    public const int LongestReason = 200;

    private const int MaxEntries = 200;
    private static readonly DateOnly EarliestBirth = new(1880, 1, 1);

    /// <summary>Reads a new record, without id and version, which are ours to give.</summary>
    public static Patient ReadPatient(this JsonFields fields, PatientWrite write)
    {
        // Ours to say, and may be sent back as it was read.
        fields.Has("discharge");
        fields.Has("changedBy");
        fields.Has("changedAt");
        var place = fields.ReadPlace();
        var (mrn, given, family) = (fields.Text("mrn", 64), fields.ReadGivenName(), fields.Text("familyName", 128));
        var (birthDate, isEstimated) = fields.ReadBirthDate(write.Today);
        return new()
        {
            Mrn = mrn,
            Region = place.Region,
            Ward = place.Ward,
            Room = place.Room,
            Bed = place.Bed,
            GivenName = given,
            FamilyName = family,
            BirthDate = birthDate,
            BirthDateEstimated = isEstimated,
            Sex = fields.Choice<Sex>("sex", Sex.Unknown),
            Status = fields.Choice<PatientStatus>("status", PatientStatus.Admitted),
            Monitoring = fields.OptionalChoice<MonitoringMode>("monitoring"),
            Standby = fields.ReadStandby(write),
            Spo2Scale = fields.Whole("spo2Scale", 1, 2, fallback: 1),
            MedicalHistory = fields.Objects("medicalHistory", MaxEntries, entry => ReadCondition(entry, write.Today)),
            Allergies = fields.Texts("allergies", 256, MaxEntries),
            Medications = fields.Texts("medications", 256, MaxEntries),
            CodeStatus = fields.OptionalChoice<CodeStatus>("codeStatus"),
        };
    }

    /// <summary>Reads where a patient is.</summary>
    public static Place ReadPlace(this JsonFields fields) =>
        new(fields.Text("region", 64), fields.Text("ward", 64), fields.OptionalText("room", 16), fields.OptionalText("bed", 16));

    /// <summary>
    /// Reads a whole record that replaces the one with this id and version; both may be repeated in it, and must then agree. With
    /// <c>dischargeReason</c> it may say why the patient is discharged.
    /// </summary>
    public static Patient ReadPatient(this JsonFields fields, PatientWrite write, ObjectId id, long version)
    {
        if (fields.OptionalText("id", 2 * ObjectId.Size) is { } sentId && sentId != id.ToString())
            fields.Add("id", $"is '{sentId}'; allowed is that of the address, {id}.");
        if (fields.Number("version") is { } sentVersion && sentVersion != version)
            fields.Add("version", $"is {sentVersion}; allowed is that of If-Match, {version}.");
        var reason = fields.OptionalText("dischargeReason", LongestReason);
        var given = fields.ReadPatient(write) with { Id = id, Version = version };
        if (reason is not null && given.Status != PatientStatus.Discharged)
            fields.Add("dischargeReason", "is there; allowed is none, because status is not discharged.");
        return given with { Discharge = StayChange.DischargeOf(given.Status, write.Current, new Discharge(write.Actor, reason, write.Now)) };
    }

    // Somebody with one name has none.
    private static string ReadGivenName(this JsonFields fields) =>
        fields.IsEmpty("givenName") ? "" : fields.OptionalText("givenName", 128) ?? "";

    // Null says that nobody knows it; to leave it out is a mistake. Of a year or a month the middle is the least wrong for an age.
    private static (DateOnly Date, bool IsEstimated) ReadBirthDate(this JsonFields fields, DateOnly today)
    {
        var isEstimated = fields.Flag("birthDateEstimated");
        if (fields.IsNull("birthDate"))
            return default;
        if (fields.DayOrMiddle("birthDate", EarliestBirth, today) is { } given)
            return (given.Day, given.IsPart || isEstimated);
        if (!fields.HasError("birthDate"))
            fields.Add("birthDate", "is missing; needed is a day as yyyy-MM-dd (yyyy-MM or yyyy where no more is known), or that it is unknown (null).");
        return default;
    }

    private static Standby? ReadStandby(this JsonFields fields, PatientWrite write)
    {
        if (!fields.Has("standby"))
            return null;
        var standby = fields.Object("standby");
        standby.Has("setBy");
        var (until, reason) = (standby.Time("until"), standby.Text("reason", LongestReason));
        if (write.Current?.Standby is { } before && before.Until == until && before.Reason == reason)
            return before;
        if (until is null && !standby.HasError("until"))
            standby.Add("until", "is missing; needed is a time such as 2026-01-31T08:00:00Z.");
        if (until <= write.Now || until > write.Now + StayChange.LongestStandby)
            standby.Add("until", $"is {until:yyyy-MM-ddTHH:mm:ssZ}; allowed is a time within {StayChange.LongestStandby.TotalHours:0} h from now.");
        return until is { } end ? new Standby(end, reason, write.Actor) : null;
    }

    private static MedicalCondition ReadCondition(JsonFields entry, DateOnly today)
    {
        var (diagnosed, ended) = (entry.Day("diagnosed", EarliestBirth, today), entry.Day("abatement", EarliestBirth, today));
        if (ended < diagnosed)
            entry.Add("abatement", $"is {ended:yyyy-MM-dd}; allowed is not before diagnosed, which is {diagnosed:yyyy-MM-dd}.");
        return new(entry.Text("condition", 256), diagnosed, entry.OptionalText("code", 18), ended, entry.OptionalChoice<ClinicalStatus>("clinicalStatus"));
    }
}
