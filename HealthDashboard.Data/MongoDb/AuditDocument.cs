using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using MongoDB.Bson;
using ObjectId = HealthDashboard.Data.Model.ObjectId;

namespace HealthDashboard.Data.MongoDb;

/// <summary>How rows and signed heads of the audit and documents become each other.</summary>
internal static class AuditDocument
{
    /// <summary>A row's key: ordered by chain and then by number, and there once, whichever shard it lies on.</summary>
    public static string KeyOf(string chain, long sequence) => $"{chain}:{sequence:D16}";

    /// <summary>Above every key of a chain.</summary>
    public static string EndOf(string chain) => $"{chain};";

    public static BsonDocument Of(AuditRow row) => new()
    {
        ["_id"] = KeyOf(row.Chain, row.Sequence),
        ["chain"] = row.Chain,
        ["sequence"] = row.Sequence,
        ["previous"] = row.Previous,
        ["hash"] = row.Hash,
        ["time"] = row.Entry.Time.ToValue(),
        ["actor"] = row.Entry.Actor,
        ["action"] = row.Entry.Action,
        ["patientId"] = row.Entry.PatientId.ToValue(),
        ["detail"] = row.Entry.Detail.ToValue(),
        ["from"] = row.Entry.From.ToValue(),
        ["reason"] = row.Entry.Reason.ToValue(),
        ["before"] = row.Entry.Before.ToValue(),
        ["after"] = row.Entry.After.ToValue(),
    };

    public static BsonDocument Of(AuditSeal seal) => new()
    {
        ["_id"] = KeyOf(seal.Head.Chain, seal.Number),
        ["chain"] = seal.Head.Chain,
        ["number"] = seal.Number,
        ["sequence"] = seal.Head.Sequence,
        ["hash"] = seal.Head.Hash,
        ["time"] = seal.Time.ToValue(),
        ["key"] = seal.Key,
        ["signature"] = seal.Signature,
    };

    public static AuditHead ReadHead(BsonDocument document) => new(document["chain"].AsString, document["sequence"].ToWhole(), document["hash"].AsString);

    public static AuditSeal ReadSeal(BsonDocument document) =>
        new(ReadHead(document), document["number"].ToWhole(), document["time"].ToTime(), document["key"].AsString, document["signature"].AsString);

    /// <summary>Reads a row.</summary>
    /// <exception cref="DamagedRecordException">It is damaged.</exception>
    public static AuditRow Read(BsonDocument document, DamagedRecords damaged)
    {
        var fields = new RecordReader<BsonDocument>(damaged, PatientSchema.Audit, document);
        var entry = new AuditEntry(
            fields.Read("time", static from => from["time"].ToTime(), default),
            fields.Text("actor", static from => from["actor"].AsString),
            fields.Text("action", static from => from["action"].AsString),
            fields.Read("patientId", static from => from["patientId"] is { IsBsonNull: false } patient ? patient.ToId() : (ObjectId?)null, null),
            Optional("detail"))
        {
            From = Optional("from"),
            Reason = Optional("reason"),
            Before = Optional("before"),
            After = Optional("after"),
        };
        var row = new AuditRow(
            fields.Need("chain", static from => from["chain"].AsString),
            fields.Need("sequence", static from => from["sequence"].ToWhole()),
            fields.Text("previous", static from => from["previous"].AsString),
            fields.Text("hash", static from => from["hash"].AsString),
            entry);
        return fields.Whole(PatientDocument.IdOf(document), row);

        string? Optional(string name) => fields.Read(name, from => from[name].OrNull(), RecordReader.Unreadable);
    }
}
