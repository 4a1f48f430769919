using HealthDashboard.Data.Model;
using MongoDB.Bson;
using MongoDB.Driver;
using ObjectId = HealthDashboard.Data.Model.ObjectId;

namespace HealthDashboard.Data.MongoDb;

/// <summary>
/// Versions of records that were replaced. One is kept before it is replaced: what is kept and then not replaced is the version of now, which
/// is known by its number.
/// </summary>
internal sealed class PatientVersions(PatientDatabase database)
{
    /// <summary>Keeps the record that is to be replaced.</summary>
    /// <param name="key">It, with its version.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <returns>Whether there is such a record.</returns>
    public async Task<bool> KeepAsync(BsonDocument key, CancellationToken cancel)
    {
        if (await database.Patients.Where(key).FirstOrDefaultAsync(cancel) is not { } document)
            return false;
        await database.PatientVersions.AddOnceAsync(Copy(document), cancel);
        return true;
    }

    /// <summary>As the other; in a transaction.</summary>
    public async Task KeepAsync(BsonDocument document, IClientSessionHandle transaction, CancellationToken cancel)
    {
        var copy = Copy(document);
        // A change that was given up may have kept it.
        if (await database.PatientVersions.FindOneAsync(new BsonDocument { ["region"] = copy["region"], ["_id"] = copy["_id"] }, transaction, cancel) is null)
            await database.PatientVersions.InsertOneAsync(transaction, copy, cancellationToken: cancel);
    }

    /// <summary>Those before a version, the latest first.</summary>
    public Task<List<Patient>> BeforeAsync(ObjectId id, long version, int limit, CancellationToken cancel)
    {
        var before = new BsonDocument { ["patientId"] = id.ToValue(), ["version"] = new BsonDocument("$lt", version) };
        return database.PatientVersions.Where(before).Sort(new BsonDocument("version", -1)).Limit(limit).ReadAsync(
            copy => PatientDocument.Read(copy["record"].AsBsonDocument, database.Damaged, PatientSchema.PatientVersions), cancel);
    }

    /// <summary>Who was admitted at a moment, as the record was then.</summary>
    public async Task<IReadOnlyList<Patient>> AdmittedAtAsync(DateTimeOffset at, CancellationToken cancel)
    {
        // The last change of a record is its latest: who has not changed since needs no look at the versions.
        var (since, notSince) = (new BsonDocument("$gt", at.ToValue()), new BsonDocument("$not", new BsonDocument("$gt", at.ToValue())));
        var same = await database.Patients.Where(new() { ["status"] = new BsonDocument("$ne", nameof(PatientStatus.Discharged)), ["changedAt"] = notSince })
            .ReadAsync(document => PatientDocument.Read(document, database.Damaged), cancel);
        var changed = await database.Patients.Where(new("changedAt", since)).Project(new BsonDocument("_id", 1)).ToListAsync(cancel);
        var before = new BsonDocument { ["patientId"] = new BsonDocument("$in", new BsonArray(changed.Select(document => document["_id"]))), ["record.changedAt"] = notSince };
        var versions = await database.PatientVersions.Where(before).Sort(new BsonDocument { ["patientId"] = 1, ["version"] = -1 }).ReadAsync(
            copy => PatientDocument.Read(copy["record"].AsBsonDocument, database.Damaged, PatientSchema.PatientVersions), cancel);
        var former = versions.DistinctBy(version => version.Id).Where(version => version.Status == PatientStatus.Admitted);
        // Who changed between the reads is in both, with the same record: the version is a copy of what was read as it was before the change.
        return [.. same.Concat(former).DistinctBy(patient => patient.Id)];
    }

    private static BsonDocument Copy(BsonDocument document) => new()
    {
        ["_id"] = new BsonDocument { ["id"] = document["_id"], ["version"] = document["version"] },
        ["region"] = document["region"],
        ["patientId"] = document["_id"],
        ["version"] = document["version"],
        ["record"] = document,
    };
}
