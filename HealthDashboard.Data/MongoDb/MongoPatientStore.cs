using System.Runtime.CompilerServices;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using MongoDB.Bson;
using MongoDB.Driver;
using ObjectId = HealthDashboard.Data.Model.ObjectId;

namespace HealthDashboard.Data.MongoDb;

/// <summary>
/// Patient records and alarm limits on MongoDB. Every write is kept by a majority on disk before it counts. What a clinician reads back after
/// a change (one record, one scope's limits) is read linearizable, so that a primary that was cut off cannot show what was
/// before; lists are read from what a majority has.
/// </summary>
internal sealed class MongoPatientStore(PatientDatabase database) : IPatientStore
{
    private const int AllPageSize = 1000;
    private const int FindAttempts = 3;

    private static readonly BsonDocument ByName = new() { ["familyKey"] = 1, ["givenKey"] = 1, ["_id"] = 1 };

    private readonly PatientKeys keys = new(database);
    private readonly PatientVersions versions = new(database);
    private readonly PatientNotes notes = new(database);

    public DamagedRecords Damaged => database.Damaged;

    public Task<Patient?> FindAsync(ObjectId id, CancellationToken cancel = default) =>
        database.RepeatAsync(token => FindOnceAsync(id, token), cancel);

    public Task<Patient?> FindByMrnAsync(string mrn, CancellationToken cancel = default) => database.RepeatAsync(
        async token => await keys.IdAsync(mrn, token) is { } id && await FindOnceAsync(id, token) is { } found && found.Mrn == mrn ? found : null,
        cancel);

    public Task<Page<Patient>> SearchAsync(PatientQuery query, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.PageNumber, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.PageSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.PageSize, 500);
        var filter = PatientDocument.Filter(query);
        var skip = (query.PageNumber - 1L) * query.PageSize;
        var most = Math.Max(query.MostCounted, skip + query.PageSize + 1);
        return database.RepeatAsync(
            async token =>
            {
                // Two reads, so the total may be a moment older than the page.
                var counted = await database.Patients.CountDocumentsAsync(filter, new CountOptions { Limit = most + 1 }, token);
                var total = (int)Math.Min(Math.Min(counted, most), int.MaxValue);
                if (total <= skip)
                    return new Page<Patient>(total, []);
                var page = database.Patients.Where(filter).Sort(ByName).Skip((int)skip).Limit(query.PageSize);
                return new Page<Patient>(total, await page.ReadAsync(Read, token), counted > most);
            },
            cancel);
    }

    public IAsyncEnumerable<Patient> AllAsync(CancellationToken cancel = default) => PagesAsync([], cancel);

    public IAsyncEnumerable<Patient> AdmittedAsync(CancellationToken cancel = default) =>
        PagesAsync(new("status", new BsonDocument("$ne", nameof(PatientStatus.Discharged))), cancel);

    public async Task<IReadOnlySet<ObjectId>> DeletedAsync(IReadOnlyCollection<ObjectId> ids, CancellationToken cancel = default)
    {
        var deleted = new HashSet<ObjectId>();
        foreach (var some in ids.Chunk(AllPageSize))
        {
            var copies = new BsonDocument("record._id", new BsonDocument("$in", new BsonArray(some.Select(id => id.ToValue()))));
            deleted.UnionWith(await database.RepeatAsync(
                async token => (await database.DeletedPatients.Where(copies).ToListAsync(token)).Select(copy => copy["record"]["_id"].ToId()), cancel));
        }
        return deleted;
    }

    public async IAsyncEnumerable<PatientChanges> FollowAsync([EnumeratorCancellation] CancellationToken cancel = default)
    {
        await foreach (var events in database.FollowAsync(cancel))
        {
            var byCollection = events.ToLookup(change => change["ns"]["coll"].AsString, change => change["documentKey"]["_id"]);
            yield return new PatientChanges(
                [.. byCollection[PatientSchema.Patients].OfType<BsonObjectId>().Select(id => id.ToId()).Distinct()],
                byCollection[PatientSchema.AlarmLimits].Any());
        }
    }

    public Task<IReadOnlyList<Patient>> AddAsync(IReadOnlyList<Patient> patients, CancellationToken cancel = default)
    {
        var added = patients.Select(patient => patient with { Version = 1 }).ToArray();
        return database.TransactAsync<IReadOnlyList<Patient>>(
            async (transaction, token) =>
            {
                await keys.AddAsync(added, transaction, token);
                await database.Patients.InsertManyAsync(transaction, added.Select(PatientDocument.Of), cancellationToken: token);
                return added;
            },
            cancel);
    }

    public async Task<Patient> ReplaceAsync(Patient patient, CancellationToken cancel = default)
    {
        var replaced = patient with { Version = patient.Version + 1 };
        // What almost every change is: the record stays in its region and keeps its MRN, so one document changes, without a transaction.
        var same = PatientDocument.Key(patient.Region, patient.Id, patient.Version);
        same["mrn"] = patient.Mrn;
        return await database.OnceAsync(async token => await versions.KeepAsync(same, token) && await IsChangedAsync(same, replaced, token), cancel)
            ? replaced
            : await database.TransactAsync((transaction, token) => MoveAsync(replaced, transaction, token), cancel);
    }

    public Task DeleteAsync(ObjectId id, long version, CancellationToken cancel = default) => database.TransactAsync(
        async (transaction, token) =>
        {
            var (patient, document) = await CurrentAsync(id, version, transaction, token);
            var copy = new BsonDocument
            {
                ["_id"] = ObjectId.New(database.Time).ToValue(),
                ["region"] = patient.Region,
                ["deletedAt"] = database.Time.GetUtcNow().ToValue(),
                ["record"] = document,
            };
            await database.DeletedPatients.InsertOneAsync(transaction, copy, cancellationToken: token);
            await keys.RemoveAsync(patient, transaction, token);
            return await IsDeletedAsync(PatientDocument.Key(patient.Region, id, version), transaction, token) ? true : throw Stale(id);
        },
        cancel);

    public Task<IReadOnlyList<Patient>> VersionsAsync(ObjectId id, int limit, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1000);
        return database.RepeatAsync<IReadOnlyList<Patient>>(
            async token => await FindOnceAsync(id, token) switch
            {
                null => [],
                var current when limit == 1 => [current],
                var current => [current, .. await versions.BeforeAsync(id, current.Version, limit - 1, token)],
            },
            cancel);
    }

    public Task<IReadOnlyList<Patient>> AdmittedAtAsync(DateTimeOffset at, CancellationToken cancel = default) =>
        database.RepeatAsync(token => versions.AdmittedAtAsync(at, token), cancel);

    public Task AddNoteAsync(PatientNote note, CancellationToken cancel = default) => database.RepeatAsync(
        async token =>
        {
            await notes.AddAsync(note, await keys.RegionAsync(note.PatientId, token) ?? throw Missing(note.PatientId), token);
            return true;
        },
        cancel);

    public Task<IReadOnlyList<PatientNote>> NotesAsync(ObjectId patientId, int limit, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1000);
        return database.RepeatAsync<IReadOnlyList<PatientNote>>(async token => await notes.OfAsync(patientId, limit, token), cancel);
    }

    public Task<AlarmLimits?> FindLimitsAsync(LimitScope scope, CancellationToken cancel = default) => database.RepeatAsync(
        async token => await database.AlarmLimits.FindOneAsync(LimitDocument.Key(scope), token) is { } document
            ? LimitDocument.Read(document, Damaged).Value
            : null,
        cancel);

    public Task<IReadOnlyList<KeyValuePair<LimitScope, AlarmLimits>>> AllLimitsAsync(CancellationToken cancel = default) =>
        database.RepeatAsync<IReadOnlyList<KeyValuePair<LimitScope, AlarmLimits>>>(
            async token => await database.AlarmLimits.Where([]).ReadAsync(document => LimitDocument.Read(document, Damaged), token, orReadable: true),
            cancel);

    public Task<AlarmLimits> PutLimitsAsync(LimitScope scope, AlarmLimits limits, CancellationToken cancel = default)
    {
        var stored = limits with { Version = limits.Version + 1 };
        return database.TransactAsync(
            async (transaction, token) =>
            {
                try
                {
                    await KeepLimitsAsync(scope, limits.Version, stored, transaction, token);
                    return stored;
                }
                catch (MongoException error) when (MongoErrors.IsDuplicate(error))
                {
                    throw StaleLimits();
                }
            },
            cancel);
    }

    private async IAsyncEnumerable<Patient> PagesAsync(BsonDocument filter, [EnumeratorCancellation] CancellationToken cancel)
    {
        // By key in pages: each is repeated by itself when a server goes, which a cursor over all could not be.
        var rest = new BsonDocument(filter);
        while (true)
        {
            var some = rest;
            var page = await database.RepeatAsync(
                token => database.Patients.Where(some).Sort(new BsonDocument("_id", 1)).Limit(AllPageSize).ToListAsync(token), cancel);
            foreach (var document in page)
            {
                if (DamagedRecords.TryRead(document, Read, out var patient, orReadable: true))
                    yield return patient;
            }
            if (page.Count < AllPageSize)
                yield break;
            rest = new BsonDocument(filter) { ["_id"] = new BsonDocument("$gt", page[^1]["_id"]) };
        }
    }

    public Task<IReadOnlyList<AlarmLimits>> LimitHistoryAsync(LimitScope scope, int limit, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1000);
        return database.RepeatAsync<IReadOnlyList<AlarmLimits>>(
            async token => await database.LimitHistory.Where(LimitDocument.KeptOf(scope)).Sort(new BsonDocument("version", -1)).Limit(limit)
                .ReadAsync(document => LimitDocument.ReadKept(document, Damaged), token),
            cancel);
    }

    private async Task KeepLimitsAsync(LimitScope scope, long version, AlarmLimits stored, IClientSessionHandle transaction, CancellationToken cancel)
    {
        if (version == 0)
        {
            await database.AlarmLimits.InsertOneAsync(transaction, LimitDocument.Of(scope, stored), cancellationToken: cancel);
        }
        else
        {
            var expected = LimitDocument.Key(scope);
            expected["version"] = version;
            var before = await database.AlarmLimits.FindOneAsync(expected, transaction, cancel) ?? throw StaleLimits();
            var kept = LimitDocument.Kept(scope, LimitDocument.Read(before, Damaged).Value);
            // An older program kept no history.
            if (await database.LimitHistory.FindOneAsync(new BsonDocument("_id", kept["_id"]), transaction, cancel) is null)
                await database.LimitHistory.InsertOneAsync(transaction, kept, cancellationToken: cancel);
            if ((await database.AlarmLimits.UpdateOneAsync(transaction, expected, LimitDocument.Change(scope, stored), cancellationToken: cancel)).MatchedCount != 1)
                throw StaleLimits();
        }
        await database.LimitHistory.InsertOneAsync(transaction, LimitDocument.Kept(scope, stored), cancellationToken: cancel);
    }

    private async Task<Patient?> FindOnceAsync(ObjectId id, CancellationToken cancel)
    {
        // Between the two reads the record may have gone to another region, or for good.
        for (var attempt = 0; attempt < FindAttempts; attempt++)
        {
            if (await keys.RegionAsync(id, cancel) is not { } region)
            {
                Damaged.Forget(PatientSchema.Patients, id.ToString());
                return null;
            }
            if (await database.Patients.FindOneAsync(PatientDocument.Key(region, id), cancel) is { } document)
                return Read(document);
        }
        throw new StoreUnavailableException(MongoDbServices.Store, $"The record {id} is being moved.");
    }

    private Patient Read(BsonDocument document) => PatientDocument.Read(document, Damaged);

    private async Task<Patient> MoveAsync(Patient replaced, IClientSessionHandle transaction, CancellationToken cancel)
    {
        var (current, document) = await CurrentAsync(replaced.Id, replaced.Version - 1, transaction, cancel);
        await versions.KeepAsync(document, transaction, cancel);
        await keys.MoveAsync(current, replaced, transaction, cancel);
        var key = PatientDocument.Key(current.Region, current.Id, current.Version);
        var found = current.Region == replaced.Region
            ? await IsChangedAsync(key, replaced, transaction, cancel)
            : await IsDeletedAsync(key, transaction, cancel);
        if (!found)
            throw Stale(replaced.Id);
        if (current.Region != replaced.Region)
            await database.Patients.InsertOneAsync(transaction, PatientDocument.Merged(document, replaced), cancellationToken: cancel);
        return replaced;
    }

    private async Task<(Patient Patient, BsonDocument Document)> CurrentAsync(ObjectId id, long version, IClientSessionHandle transaction, CancellationToken cancel)
    {
        if (await keys.RegionAsync(id, transaction, cancel) is not { } region
            || await database.Patients.FindOneAsync(PatientDocument.Key(region, id), transaction, cancel) is not { } document)
            throw Missing(id);
        var patient = Read(document);
        return patient.Version == version ? (patient, document) : throw Stale(id);
    }

    private async Task<bool> IsChangedAsync(BsonDocument key, Patient to, CancellationToken cancel) =>
        (await database.Patients.UpdateOneAsync(key, PatientDocument.Change(to), cancellationToken: cancel)).MatchedCount == 1;

    private async Task<bool> IsChangedAsync(BsonDocument key, Patient to, IClientSessionHandle transaction, CancellationToken cancel) =>
        (await database.Patients.UpdateOneAsync(transaction, key, PatientDocument.Change(to), cancellationToken: cancel)).MatchedCount == 1;

    private async Task<bool> IsDeletedAsync(BsonDocument key, IClientSessionHandle transaction, CancellationToken cancel) =>
        (await database.Patients.DeleteOneAsync(transaction, key, cancellationToken: cancel)).DeletedCount == 1;

    private static ConflictException Missing(ObjectId id) => new(ConflictReason.Missing, $"There is no record {id}.");

    private static ConflictException Stale(ObjectId id) => new(ConflictReason.Stale, $"The record {id} has been changed since it was read.");

    private static ConflictException StaleLimits() => new(ConflictReason.Stale, "The limits have been changed since they were read.");
}
