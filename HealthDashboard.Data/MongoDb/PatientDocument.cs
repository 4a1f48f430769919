using HealthDashboard.Data.Model;
using HealthDashboard.Data.MongoDb.Wire.Bson;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.MongoDb;

/// <summary>How a patient's record and a document become each other. Days are midnight UTC, so that the shell compares them.</summary>
internal static class PatientDocument
{
    // Above every character, so that a word's prefix is a range of the index.
    private const string Last = "\U0010FFFF";

    private const int FieldCount = 19;

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
        ["spo2Scale"] = patient.Spo2Scale,
        ["medicalHistory"] = BsonArray.Of(patient.MedicalHistory, entry => new BsonDocument
        {
            ["condition"] = entry.Condition,
            ["diagnosed"] = entry.Diagnosed is { } day ? Day(day) : BsonValue.Null,
            ["code"] = entry.Code,
        }),
        ["allergies"] = BsonArray.Of(patient.Allergies, text => text),
        ["medications"] = BsonArray.Of(patient.Medications, text => text),
        ["version"] = patient.Version,
        ["familyKey"] = SearchWords.Fold(patient.FamilyName),
        ["givenKey"] = SearchWords.Fold(patient.GivenName),
        ["words"] = BsonArray.Of(new[] { patient.Mrn, patient.GivenName, patient.FamilyName }.SelectMany(SearchWords.Of).Distinct(), word => word),
    };

    /// <summary>Reads a record.</summary>
    /// <exception cref="BsonException">The document is none.</exception>
    public static Patient Read(BsonDocument document) => new()
    {
        Id = document["_id"].AsObjectId,
        Mrn = document["mrn"].AsString,
        Region = document["region"].AsString,
        Ward = document["ward"].AsString,
        // Documents of an older program have none.
        Room = document.Get("room").OrNull(),
        Bed = document["bed"].OrNull(),
        GivenName = document["givenName"].AsString,
        FamilyName = document["familyName"].AsString,
        BirthDate = Day(document["birthDate"]),
        Sex = document["sex"].AsName<Sex>(),
        Status = document["status"].AsName<PatientStatus>(),
        Spo2Scale = document["spo2Scale"].AsInt32,
        MedicalHistory = [.. document["medicalHistory"].AsArray.Select(value => value.AsDocument).Select(entry => new MedicalCondition(
            entry["condition"].AsString, entry["diagnosed"].IsNull ? null : Day(entry["diagnosed"]), entry["code"].OrNull()))],
        Allergies = [.. document["allergies"].AsArray.Select(value => value.AsString)],
        Medications = [.. document["medications"].AsArray.Select(value => value.AsString)],
        Version = document["version"].AsInt64,
    };

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

    private static BsonValue Day(DateOnly day) => new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero);

    private static DateOnly Day(BsonValue value) => DateOnly.FromDateTime(value.AsTime.UtcDateTime);
}

/// <summary>How values that may be missing, and names, are read.</summary>
internal static class BsonValueExtensions
{
    public static string? OrNull(this BsonValue value) => value.IsNull ? null : value.AsString;

    /// <summary>An enum that is stored by its name.</summary>
    /// <exception cref="BsonException">It has no such name.</exception>
    public static T AsName<T>(this BsonValue value)
        where T : struct, Enum => Enum.TryParse<T>(value.AsString, out var found) ? found : throw new BsonException($"No name of {typeof(T).Name}.");
}
