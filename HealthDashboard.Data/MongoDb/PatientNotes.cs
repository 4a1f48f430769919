using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using MongoDB.Bson;
using ObjectId = HealthDashboard.Data.Model.ObjectId;

namespace HealthDashboard.Data.MongoDb;

/// <summary>Notes, each in the region in which the patient was when it was written.</summary>
internal sealed class PatientNotes(PatientDatabase database)
{
    /// <summary>Adds a note; one that is there already stays as it is.</summary>
    public Task AddAsync(PatientNote note, string region, CancellationToken cancel) => database.PatientNotes.AddOnceAsync(
        new BsonDocument
        {
            ["_id"] = note.Id.ToValue(),
            ["region"] = region,
            ["patientId"] = note.PatientId.ToValue(),
            ["at"] = note.At.ToValue(),
            ["by"] = note.By,
            ["text"] = note.Text,
            ["observations"] = new BsonDocument(note.Observations.Select(one => new BsonElement(one.Key.Info().Name, one.Value))),
            ["corrects"] = note.Corrects.ToValue(),
        },
        cancel);

    /// <summary>A patient's, the latest first.</summary>
    public Task<List<PatientNote>> OfAsync(ObjectId patientId, int limit, CancellationToken cancel) => database.PatientNotes
        .Where(new BsonDocument("patientId", patientId.ToValue())).Sort(new BsonDocument { ["at"] = -1, ["_id"] = -1 }).Limit(limit).ReadAsync(Read, cancel);

    private PatientNote Read(BsonDocument document)
    {
        var fields = new RecordReader<BsonDocument>(database.Damaged, PatientSchema.PatientNotes, document);
        var note = new PatientNote
        {
            Id = fields.Need("_id", static from => from["_id"].ToId()),
            PatientId = fields.Need("patientId", static from => from["patientId"].ToId()),
            At = fields.Read("at", static from => from["at"].ToTime(), default),
            By = fields.Text("by", static from => from["by"].AsString),
            Text = fields.Text("text", static from => from["text"].AsString),
            Observations = fields.Read<IReadOnlyDictionary<VitalSign, double>>(
                "observations",
                static from => from["observations"].AsBsonDocument.ToDictionary(one => (VitalSigns.Find(one.Name) ?? throw new FormatException("No vital sign.")).Sign, one => one.Value.ToNumber()),
                new Dictionary<VitalSign, double>()),
            Corrects = fields.Read("corrects", static from => from["corrects"] is { IsBsonNull: false } other ? other.ToId() : (ObjectId?)null, null),
        };
        return fields.Whole(PatientDocument.IdOf(document), note);
    }
}
