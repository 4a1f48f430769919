using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using MongoDB.Bson;
using ObjectId = HealthDashboard.Data.Model.ObjectId;

namespace HealthDashboard.Data.MongoDb;

/// <summary>How a patient's record and a document become each other. Days are midnight UTC, so that the shell compares them.</summary>
internal static class PatientDocument
{
    // Above every character, so that a word's prefix is a range of the index.
    private const string Last = "\U0010FFFF";

    public static BsonDocument Of(Patient patient) => new()
    {
        ["_id"] = patient.Id.ToValue(),
        ["mrn"] = patient.Mrn,
        ["region"] = patient.Region,
        ["ward"] = patient.Ward,
        ["room"] = patient.Room.ToValue(),
        ["bed"] = patient.Bed.ToValue(),
        ["givenName"] = patient.GivenName,
        ["familyName"] = patient.FamilyName,
        ["birthDate"] = Day(patient.BirthDate),
        ["birthDateEstimated"] = patient.BirthDateEstimated,
        ["sex"] = patient.Sex.ToString(),
        ["status"] = patient.Status.ToString(),
        ["monitoring"] = (patient.Monitoring?.ToString()).ToValue(),
        ["standby"] = patient.Standby is { } standby
            ? new BsonDocument { ["until"] = standby.Until.ToValue(), ["reason"] = standby.Reason, ["setBy"] = standby.SetBy }
            : BsonNull.Value,
        ["discharge"] = patient.Discharge is { } discharge
            ? new BsonDocument { ["by"] = discharge.By, ["reason"] = discharge.Reason.ToValue(), ["at"] = discharge.At.ToValue() }
            : BsonNull.Value,
        ["spo2Scale"] = patient.Spo2Scale,
        ["medicalHistory"] = new BsonArray(patient.MedicalHistory.Select(entry => new BsonDocument
        {
            ["condition"] = entry.Condition,
            ["diagnosed"] = entry.Diagnosed is { } day ? Day(day) : BsonNull.Value,
            ["code"] = entry.Code.ToValue(),
            ["abatement"] = entry.Abatement is { } ended ? Day(ended) : BsonNull.Value,
            ["clinicalStatus"] = (entry.ClinicalStatus?.ToString()).ToValue(),
        })),
        ["allergies"] = new BsonArray(patient.Allergies),
        ["medications"] = new BsonArray(patient.Medications),
        ["codeStatus"] = (patient.CodeStatus?.ToString()).ToValue(),
        ["changedBy"] = patient.ChangedBy.ToValue(),
        ["changedAt"] = patient.ChangedAt.ToValue(),
        ["version"] = patient.Version,
        ["familyKey"] = SearchWords.Fold(patient.FamilyName),
        ["givenKey"] = SearchWords.Fold(patient.GivenName),
        ["words"] = new BsonArray(SearchWords.Of(patient)),
    };

    /// <summary>What a change sets: all of our fields but the key's, so that those that this program does not know stay.</summary>
    public static BsonDocument Change(Patient patient) => Of(patient).SetAllBut("_id", "region");

    /// <summary>The document with our fields as they are in the record, and the others as they were.</summary>
    public static BsonDocument Merged(BsonDocument document, Patient patient)
    {
        var merged = new BsonDocument(document);
        foreach (var field in Of(patient))
            merged[field.Name] = field.Value;
        return merged;
    }

    /// <summary>Reads a record. What cannot be read has a stand-in under which no alarm is rarer, but for a child's whose age is lost.</summary>
    /// <exception cref="DamagedRecordException">The record is damaged.</exception>
    public static Patient Read(BsonDocument document, DamagedRecords damaged, string place = PatientSchema.Patients)
    {
        var fields = new RecordReader<BsonDocument>(damaged, place, document);
        var patient = new Patient
        {
            Id = fields.Need("_id", static from => from["_id"].ToId()),
            Mrn = fields.Need("mrn", static from => from["mrn"].AsString),
            Region = fields.Need("region", static from => from["region"].AsString),
            Ward = fields.Need("ward", static from => from["ward"].AsString),
            // Documents of an older program have no room, nor anything else that is read by Get.
            Room = fields.Read("room", static from => from.Get("room").OrNull(), null),
            Bed = fields.Read("bed", static from => from["bed"].OrNull(), null),
            GivenName = fields.Text("givenName", static from => from["givenName"].AsString),
            FamilyName = fields.Text("familyName", static from => from["familyName"].AsString),
            BirthDate = fields.Read("birthDate", static from => Day(from["birthDate"]), default),
            BirthDateEstimated = fields.Read("birthDateEstimated", static from => from.Get("birthDateEstimated") is { IsBsonNull: false } said && said.AsBoolean, true),
            Sex = fields.Read("sex", static from => from["sex"].ToName<Sex>(), Sex.Unknown),
            Status = fields.Read("status", static from => from["status"].ToName<PatientStatus>(), PatientStatus.Admitted),
            Monitoring = fields.Read("monitoring", static from => from.Get("monitoring").OrNullName<MonitoringMode>(), null),
            Standby = fields.Read("standby", static from => from.Get("standby") is { IsBsonNull: false } standby ? StandbyOf(standby.AsBsonDocument) : null, null),
            Discharge = fields.Read(
                "discharge", static from => from.Get("discharge") is { IsBsonNull: false } discharge ? DischargeOf(discharge.AsBsonDocument) : null, null),
            Spo2Scale = fields.Read("spo2Scale", static from => Scale(from["spo2Scale"].ToWhole32()), 1),
            MedicalHistory = fields.Read<IReadOnlyList<MedicalCondition>>(
                "medicalHistory",
                static from => [.. from["medicalHistory"].AsBsonArray.Select(value => ConditionOf(value.AsBsonDocument))],
                [new MedicalCondition(RecordReader.Unreadable)]),
            Allergies = fields.Read<IReadOnlyList<string>>(
                "allergies", static from => [.. from["allergies"].AsBsonArray.Select(value => value.AsString)], [RecordReader.Unreadable]),
            Medications = fields.Read<IReadOnlyList<string>>(
                "medications", static from => [.. from["medications"].AsBsonArray.Select(value => value.AsString)], [RecordReader.Unreadable]),
            CodeStatus = fields.Read("codeStatus", static from => from.Get("codeStatus").OrNullName<CodeStatus>(), null),
            ChangedBy = fields.Read("changedBy", static from => from.Get("changedBy").OrNull(), null),
            ChangedAt = fields.Read("changedAt", static from => from.Get("changedAt") is { IsBsonNull: false } at ? at.ToTime() : (DateTimeOffset?)null, null),
            Version = fields.Read("version", static from => from["version"].ToWhole(), 0),
        };
        return fields.Whole(IdOf(document), patient);
    }

    /// <summary>The id as people name the record, whatever it is.</summary>
    public static string IdOf(BsonDocument document) =>
        document.Get("_id") is BsonObjectId id ? id.ToId().ToString() : $"(an id that is {document.Get("_id").BsonType})";

    /// <summary>The record of an id, in the shard that has it; with a version, only while it still has that.</summary>
    public static BsonDocument Key(string region, ObjectId id, long? version = null)
    {
        var key = new BsonDocument { ["region"] = region, ["_id"] = id.ToValue() };
        if (version is { } expected)
            key["version"] = expected;
        return key;
    }

    /// <summary>What a search asks for. A word is a range of the words' index, so nothing that people type is a pattern.</summary>
    public static BsonDocument Filter(PatientQuery query)
    {
        var filter = new BsonDocument();
        if (query.Region is not null)
            filter["region"] = query.Region;
        if (query.Ward is not null)
            filter["ward"] = query.Ward;
        if (query.Status is { } status)
            filter["status"] = status.ToString();
        // One and the same word must lie in the range: without $elemMatch one word could be above its start and another below its end.
        var words = SearchWords.Split(query.Search).Distinct().Take(PatientQuery.MostWords).Select(word => new BsonDocument
        {
            ["words"] = new BsonDocument { ["$elemMatch"] = new BsonDocument { ["$gte"] = word, ["$lt"] = word + Last } },
        });
        var all = new BsonArray(words);
        if (all.Count > 0)
            filter["$and"] = all;
        return filter;
    }

    private static int Scale(int scale) => scale is 1 or 2 ? scale : throw new FormatException("No SpO2 scale.");

    private static MedicalCondition ConditionOf(BsonDocument entry) => new(
        entry["condition"].AsString,
        DayOrNull(entry["diagnosed"]),
        entry["code"].OrNull(),
        DayOrNull(entry.Get("abatement")),
        entry.Get("clinicalStatus").OrNullName<ClinicalStatus>());

    private static Standby StandbyOf(BsonDocument standby) => new(standby["until"].ToTime(), standby["reason"].AsString, standby["setBy"].AsString);

    private static Discharge DischargeOf(BsonDocument discharge) => new(discharge["by"].AsString, discharge["reason"].OrNull(), discharge["at"].ToTime());

    private static DateOnly? DayOrNull(BsonValue value) => value.IsBsonNull ? null : Day(value);

    private static BsonValue Day(DateOnly day) => new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero).ToValue();

    private static DateOnly Day(BsonValue value) => DateOnly.FromDateTime(value.ToTime().UtcDateTime);
}
