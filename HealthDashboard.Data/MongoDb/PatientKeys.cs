using HealthDashboard.Data.Model;
using HealthDashboard.Data.MongoDb.Wire;
using HealthDashboard.Data.MongoDb.Wire.Bson;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.MongoDb;

/// <summary>
/// Which MRNs and ids are taken, and in which region their record is: <c>{_id: "MRN-1", patientId, region}</c> and <c>{_id: ObjectId, region}</c>.
/// A unique index on a sharded collection must begin with its shard key, so records sharded by region cannot keep the MRN unique across
/// regions. This collection can: what is unique is its <c>_id</c>, which is its shard key. It also tells the region to one who knows only
/// an MRN or an id, so that the record is read from its one shard. Both are written in the record's transaction [docs/adr/0009].
/// </summary>
internal sealed class PatientKeys(MongoCollection keys, DamagedRecords damaged)
{
    /// <summary>Takes the ids and MRNs of new records.</summary>
    /// <exception cref="MongoCommandException">One is taken: the transaction is over.</exception>
    public Task AddAsync(IEnumerable<Patient> patients, MongoTransaction transaction, CancellationToken cancel) =>
        keys.InsertAsync(patients.SelectMany(patient => new[] { OfId(patient), OfMrn(patient) }), cancel, transaction);

    /// <summary>The region of an id's record; null when there is none.</summary>
    public async Task<string?> RegionAsync(ObjectId id, CancellationToken cancel) =>
        Region(await keys.FindOneAsync(new() { ["_id"] = id }, ReadConcern.Linearizable, cancel), id);

    /// <inheritdoc cref="RegionAsync(ObjectId, CancellationToken)"/>
    public async Task<string?> RegionAsync(ObjectId id, MongoTransaction transaction, CancellationToken cancel) =>
        Region(await keys.FindOneAsync(new() { ["_id"] = id }, transaction, cancel), id);

    /// <summary>The id that has an MRN; null when none has.</summary>
    public async Task<ObjectId?> IdAsync(string mrn, CancellationToken cancel) =>
        await keys.FindOneAsync(new() { ["_id"] = mrn }, ReadConcern.Linearizable, cancel) is { } key
            ? Read<ObjectId?>(key, "(an MRN)", "patientId", static from => from["patientId"].AsObjectId)
            : null;

    /// <summary>Follows a record whose MRN or region changed.</summary>
    /// <exception cref="MongoCommandException">The new MRN is taken: the transaction is over.</exception>
    public async Task MoveAsync(Patient from, Patient to, MongoTransaction transaction, CancellationToken cancel)
    {
        if (from.Mrn != to.Mrn)
        {
            await keys.InsertAsync([OfMrn(to)], cancel, transaction);
            await keys.DeleteAsync(new() { ["_id"] = from.Mrn }, cancel, transaction);
        }
        if (from.Region == to.Region)
            return;
        await keys.UpdateAsync(new() { ["_id"] = to.Id }, OfId(to), cancel, transaction);
        await keys.UpdateAsync(new() { ["_id"] = to.Mrn }, OfMrn(to), cancel, transaction);
    }

    /// <summary>Frees the id and the MRN of a deleted record.</summary>
    public async Task RemoveAsync(Patient patient, MongoTransaction transaction, CancellationToken cancel)
    {
        await keys.DeleteAsync(new() { ["_id"] = patient.Id }, cancel, transaction);
        await keys.DeleteAsync(new() { ["_id"] = patient.Mrn }, cancel, transaction);
    }

    private string? Region(BsonDocument? key, ObjectId id) => key is null ? null : Read(key, id.ToString(), "region", static from => from["region"].AsString);

    private T Read<T>(BsonDocument key, string id, string field, Func<BsonDocument, T> read)
    {
        var fields = new RecordReader<BsonDocument>(damaged, PatientDatabase.KeysName, key);
        return fields.Whole(id, fields.Need(field, read));
    }

    private static BsonDocument OfId(Patient patient) => new() { ["_id"] = patient.Id, ["region"] = patient.Region };

    private static BsonDocument OfMrn(Patient patient) =>
        new() { ["_id"] = patient.Mrn, ["patientId"] = patient.Id, ["region"] = patient.Region };
}
