using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using MongoDB.Bson;
using MongoDB.Driver;
using ObjectId = HealthDashboard.Data.Model.ObjectId;

namespace HealthDashboard.Data.MongoDb;

/// <summary>
/// Which MRNs and ids are taken, and in which region their record is: <c>{_id: "MRN-1", patientId, region}</c> and <c>{_id: ObjectId, region}</c>.
/// A unique index on a sharded collection must begin with its shard key, so records sharded by region cannot keep the MRN unique across
/// regions. This collection can: what is unique is its <c>_id</c>, which is its shard key. It also tells the region to one who knows only
/// an MRN or an id, so that the record is read from its one shard. Both are written in the record's transaction [docs/adr/0009].
/// </summary>
internal sealed class PatientKeys(PatientDatabase database)
{
    /// <summary>Takes the ids and MRNs of new records.</summary>
    /// <exception cref="MongoException">One is taken: the transaction is over.</exception>
    public Task AddAsync(IEnumerable<Patient> patients, IClientSessionHandle transaction, CancellationToken cancel) =>
        database.PatientKeys.InsertManyAsync(transaction, patients.SelectMany(patient => new[] { OfId(patient), OfMrn(patient) }), cancellationToken: cancel);

    /// <summary>The region of an id's record; null when there is none.</summary>
    public async Task<string?> RegionAsync(ObjectId id, CancellationToken cancel) =>
        Region(await database.PatientKeys.FindOneAsync(Key(id.ToValue()), cancel), id);

    /// <inheritdoc cref="RegionAsync(ObjectId, CancellationToken)"/>
    public async Task<string?> RegionAsync(ObjectId id, IClientSessionHandle transaction, CancellationToken cancel) =>
        Region(await database.PatientKeys.FindOneAsync(Key(id.ToValue()), transaction, cancel), id);

    /// <summary>The id that has an MRN; null when none has.</summary>
    public async Task<ObjectId?> IdAsync(string mrn, CancellationToken cancel) =>
        await database.PatientKeys.FindOneAsync(Key(mrn), cancel) is { } key
            ? Read<ObjectId?>(key, "(an MRN)", "patientId", static from => from["patientId"].ToId())
            : null;

    /// <summary>Follows a record whose MRN or region changed.</summary>
    /// <exception cref="MongoException">The new MRN is taken: the transaction is over.</exception>
    public async Task MoveAsync(Patient from, Patient to, IClientSessionHandle transaction, CancellationToken cancel)
    {
        if (from.Mrn != to.Mrn)
        {
            await database.PatientKeys.InsertOneAsync(transaction, OfMrn(to), cancellationToken: cancel);
            await database.PatientKeys.DeleteOneAsync(transaction, Key(from.Mrn), cancellationToken: cancel);
        }
        if (from.Region == to.Region)
            return;
        await database.PatientKeys.ReplaceOneAsync(transaction, Key(to.Id.ToValue()), OfId(to), cancellationToken: cancel);
        await database.PatientKeys.ReplaceOneAsync(transaction, Key(to.Mrn), OfMrn(to), cancellationToken: cancel);
    }

    /// <summary>Frees the id and the MRN of a deleted record.</summary>
    public async Task RemoveAsync(Patient patient, IClientSessionHandle transaction, CancellationToken cancel)
    {
        await database.PatientKeys.DeleteOneAsync(transaction, Key(patient.Id.ToValue()), cancellationToken: cancel);
        await database.PatientKeys.DeleteOneAsync(transaction, Key(patient.Mrn), cancellationToken: cancel);
    }

    private string? Region(BsonDocument? key, ObjectId id) => key is null ? null : Read(key, id.ToString(), "region", static from => from["region"].AsString);

    private T Read<T>(BsonDocument key, string id, string field, Func<BsonDocument, T> read)
    {
        var fields = new RecordReader<BsonDocument>(database.Damaged, PatientSchema.PatientKeys, key);
        return fields.Whole(id, fields.Need(field, read));
    }

    private static BsonDocument Key(BsonValue id) => new("_id", id);

    private static BsonDocument OfId(Patient patient) => new() { ["_id"] = patient.Id.ToValue(), ["region"] = patient.Region };

    private static BsonDocument OfMrn(Patient patient) =>
        new() { ["_id"] = patient.Mrn, ["patientId"] = patient.Id.ToValue(), ["region"] = patient.Region };
}
