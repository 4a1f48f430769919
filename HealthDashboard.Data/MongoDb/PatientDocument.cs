using HealthDashboard.Data.Model;
using HealthDashboard.Data.MongoDb.Wire.Bson;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.MongoDb;

/// <summary>How a patient's record and a document become each other. Days are midnight UTC, so that the shell compares them.</summary>
internal static class PatientDocument
{
    // Above every character, so that a word's prefix is a range of the index.
    private const string Last = "\U0010FFFF";

    private const int FieldCount = 22;

    public static BsonDocument Of(Patient patient) => new(FieldCount)
    {
        ["_id"] = patient.Id,
        ["mrn"] = patient.Mrn,
        ["region"] = patient.Region,
        ["ward"] = patient.Ward,
        ["room"] = patient.Room,
        ["bed"] = patient.Bed,
        ["givenName"] = patient.GivenName,
        ["familyName"] = patient.FamilyName,
        ["birthDate"] = Day(patient.BirthDate),
        ["sex"] = patient.Sex.ToString(),
        ["status"] = patient.Status.ToString(),
        ["monitoring"] = patient.Monitoring?.ToString(),
        ["standby"] = patient.Standby is { } standby
            ? new BsonDocument { ["until"] = standby.Until, ["reason"] = standby.Reason, ["setBy"] = standby.SetBy }
            : BsonValue.Null,
        ["discharge"] = patient.Discharge is { } discharge
            ? new BsonDocument { ["by"] = discharge.By, ["reason"] = discharge.Reason, ["at"] = discharge.At }
            : BsonValue.Null,
        ["spo2Scale"] = patient.Spo2Scale,
        ["medicalHistory"] = BsonArray.Of(patient.MedicalHistory, entry => new BsonDocument
        {
            ["condition"] = entry.Condition,
            ["diagnosed"] = entry.Diagnosed is { } day ? Day(day) : BsonValue.Null,
            ["code"] = entry.Code,
            ["abatement"] = entry.Abatement is { } ended ? Day(ended) : BsonValue.Null,
            ["clinicalStatus"] = entry.ClinicalStatus?.ToString(),
        }),
        ["allergies"] = BsonArray.Of(patient.Allergies, text => text),
        ["medications"] = BsonArray.Of(patient.Medications, text => text),
        ["version"] = patient.Version,
        ["familyKey"] = SearchWords.Fold(patient.FamilyName),
        ["givenKey"] = SearchWords.Fold(patient.GivenName),
        ["words"] = BsonArray.Of(SearchWords.Of(patient), word => word),
    };

    /// <summary>What a change sets: all of our fields but the key's, so that those that this program does not know stay.</summary>
    public static BsonDocument Change(Patient patient) => Of(patient).SetAllBut("_id", "region");

    /// <summary>The document with our fields as they are in the record, and the others as they were.</summary>
    public static BsonDocument Merged(BsonDocument document, Patient patient)
    {
        var merged = new BsonDocument(document);
        foreach (var (name, value) in Of(patient))
            merged[name] = value;
        return merged;
    }

    /// <summary>Reads a record. What cannot be read has a stand-in under which no alarm is rarer, but for a child's whose age is lost.</summary>
    /// <exception cref="DamagedRecordException">The record is damaged.</exception>
    public static Patient Read(BsonDocument document, DamagedRecords damaged)
    {
        var fields = new RecordReader<BsonDocument>(damaged, PatientDatabase.PatientsName, document);
        var patient = new Patient
        {
            Id = fields.Need("_id", static from => from["_id"].AsObjectId),
            Mrn = fields.Need("mrn", static from => from["mrn"].AsString),
            Region = fields.Need("region", static from => from["region"].AsString),
            Ward = fields.Need("ward", static from => from["ward"].AsString),
            // Documents of an older program have no room, nor anything else that is read by Get.
            Room = fields.Read("room", static from => from.Get("room").OrNull(), null),
            Bed = fields.Read("bed", static from => from["bed"].OrNull(), null),
            GivenName = fields.Text("givenName", static from => from["givenName"].AsString),
            FamilyName = fields.Text("familyName", static from => from["familyName"].AsString),
            BirthDate = fields.Read("birthDate", static from => Day(from["birthDate"]), default),
            Sex = fields.Read("sex", static from => from["sex"].AsName<Sex>(), Sex.Unknown),
            Status = fields.Read("status", static from => from["status"].AsName<PatientStatus>(), PatientStatus.Admitted),
            Monitoring = fields.Read("monitoring", static from => from.Get("monitoring").OrNullName<Monitoring>(), null),
            Standby = fields.Read("standby", static from => from.Get("standby") is { IsNull: false } standby ? StandbyOf(standby.AsDocument) : null, null),
            Discharge = fields.Read(
                "discharge", static from => from.Get("discharge") is { IsNull: false } discharge ? DischargeOf(discharge.AsDocument) : null, null),
            Spo2Scale = fields.Read("spo2Scale", static from => Scale(from["spo2Scale"].AsInt32), 1),
            MedicalHistory = fields.Read<IReadOnlyList<MedicalCondition>>(
                "medicalHistory",
                static from => [.. from["medicalHistory"].AsArray.Select(value => ConditionOf(value.AsDocument))],
                [new MedicalCondition(RecordReader.Unreadable)]),
            Allergies = fields.Read<IReadOnlyList<string>>(
                "allergies", static from => [.. from["allergies"].AsArray.Select(value => value.AsString)], [RecordReader.Unreadable]),
            Medications = fields.Read<IReadOnlyList<string>>(
                "medications", static from => [.. from["medications"].AsArray.Select(value => value.AsString)], [RecordReader.Unreadable]),
            Version = fields.Read("version", static from => from["version"].AsInt64, 0),
        };
        return fields.Whole(IdOf(document), patient);
    }

    /// <summary>The id as people name the record, whatever it is.</summary>
    public static string IdOf(BsonDocument document) =>
        document.Get("_id") is { Type: BsonType.ObjectId } id ? id.AsObjectId.ToString() : $"(an id that is {document.Get("_id").Type})";

    /// <summary>The record of an id, in the shard that has it; with a version, only while it still has that.</summary>
    public static BsonDocument Key(string region, ObjectId id, long? version = null)
    {
        var key = new BsonDocument { ["region"] = region, ["_id"] = id };
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
        var all = BsonArray.Of(words, word => word);
        if (all.Count > 0)
            filter["$and"] = all;
        return filter;
    }

    private static int Scale(int scale) => scale is 1 or 2 ? scale : throw new BsonException("No SpO2 scale.");

    private static MedicalCondition ConditionOf(BsonDocument entry) => new(
        entry["condition"].AsString,
        DayOrNull(entry["diagnosed"]),
        entry["code"].OrNull(),
        DayOrNull(entry.Get("abatement")),
        entry.Get("clinicalStatus").OrNullName<ClinicalStatus>());

    private static Standby StandbyOf(BsonDocument standby) => new(standby["until"].AsTime, standby["reason"].AsString, standby["setBy"].AsString);

    private static Discharge DischargeOf(BsonDocument discharge) => new(discharge["by"].AsString, discharge["reason"].OrNull(), discharge["at"].AsTime);

    private static DateOnly? DayOrNull(BsonValue value) => value.IsNull ? null : Day(value);

    private static BsonValue Day(DateOnly day) => new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero);

    private static DateOnly Day(BsonValue value) => DateOnly.FromDateTime(value.AsTime.UtcDateTime);
}

/// <summary>How values that may be missing, and names, are read.</summary>
internal static class BsonValueExtensions
{
    public static string? OrNull(this BsonValue value) => value.IsNull ? null : value.AsString;

    /// <summary>As <see cref="AsName{T}"/>; null when it is not there.</summary>
    /// <exception cref="FormatException">It has no such name.</exception>
    public static T? OrNullName<T>(this BsonValue value)
        where T : struct, Enum => value.IsNull ? null : value.AsName<T>();

    /// <summary>An enum that is stored by its name; its number in a text is none.</summary>
    /// <exception cref="FormatException">It has no such name.</exception>
    public static T AsName<T>(this BsonValue value)
        where T : struct, Enum => StoredNames.Read<T>(value.AsString);
}
