using System.Runtime.CompilerServices;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.MongoDb.Wire;
using HealthDashboard.Data.MongoDb.Wire.Bson;
using HealthDashboard.Data.Stores;

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

    private readonly PatientKeys keys = new(database.PatientKeys, database.Damaged);

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
        var find = new FindQuery(
            PatientDocument.Filter(query),
            new() { ["familyKey"] = 1, ["givenKey"] = 1, ["_id"] = 1 },
            (query.PageNumber - 1L) * query.PageSize,
            query.PageSize);
        return database.RepeatAsync(
            async token =>
            {
                // Two reads, so the total may be a moment older than the page.
                var total = (int)await database.Patients.CountAsync(find.Filter, token);
                return new Page<Patient>(total, total <= find.Skip ? [] : await ReadAsync(find, token));
            },
            cancel);
    }

    public IAsyncEnumerable<Patient> AllAsync(CancellationToken cancel = default) => PagesAsync([], cancel);

    public IAsyncEnumerable<Patient> AdmittedAsync(CancellationToken cancel = default) =>
        PagesAsync(new() { ["status"] = new BsonDocument { ["$ne"] = nameof(PatientStatus.Discharged) } }, cancel);

    public async Task<IReadOnlySet<ObjectId>> DeletedAsync(IReadOnlyCollection<ObjectId> ids, CancellationToken cancel = default)
    {
        var deleted = new HashSet<ObjectId>();
        foreach (var some in ids.Chunk(AllPageSize))
        {
            var copies = new FindQuery(new() { ["record._id"] = new BsonDocument { ["$in"] = BsonArray.Of(some, id => id) } });
            deleted.UnionWith(await database.RepeatAsync(
                async token => await database.DeletedPatients.FindAsync(copies, cancel: token)
                    .Select(copy => copy["record"].AsDocument["_id"].AsObjectId).ToListAsync(token),
                cancel));
        }
        return deleted;
    }

    public async IAsyncEnumerable<PatientChanges> FollowAsync([EnumeratorCancellation] CancellationToken cancel = default)
    {
        await foreach (var events in database.FollowAsync(cancel))
        {
            var byCollection = events.ToLookup(change => change["ns"].AsDocument["coll"].AsString, change => change["documentKey"].AsDocument["_id"]);
            yield return new PatientChanges(
                [.. byCollection[PatientDatabase.PatientsName].Where(id => id.Type == BsonType.ObjectId).Select(id => id.AsObjectId).Distinct()],
                byCollection[PatientDatabase.LimitsName].Any());
        }
    }

    public Task<IReadOnlyList<Patient>> AddAsync(IReadOnlyList<Patient> patients, CancellationToken cancel = default)
    {
        var added = patients.Select(patient => patient with { Version = 1 }).ToArray();
        return database.TransactAsync<IReadOnlyList<Patient>>(
            async (transaction, token) =>
            {
                await keys.AddAsync(added, transaction, token);
                await database.Patients.InsertAsync(added.Select(PatientDocument.Of), token, transaction);
                return added;
            },
            cancel);
    }

    public async Task<Patient> ReplaceAsync(Patient patient, CancellationToken cancel = default)
    {
        var replaced = patient with { Version = patient.Version + 1 };
        // What almost every change is: the record stays in its region and keeps its MRN, so one document changes.
        var same = PatientDocument.Key(patient.Region, patient.Id, patient.Version);
        same["mrn"] = patient.Mrn;
        return await database.OnceAsync(token => database.Patients.UpdateAsync(same, PatientDocument.Change(replaced), token), cancel)
            ? replaced
            : await database.TransactAsync((transaction, token) => MoveAsync(replaced, transaction, token), cancel);
    }

    public Task DeleteAsync(ObjectId id, long version, CancellationToken cancel = default) => database.TransactAsync(
        async (transaction, token) =>
        {
            var (patient, document) = await CurrentAsync(id, version, transaction, token);
            var copy = new BsonDocument
            {
                ["_id"] = ObjectId.New(database.Time),
                ["region"] = patient.Region,
                ["deletedAt"] = database.Time.GetUtcNow(),
                ["record"] = document,
            };
            await database.DeletedPatients.InsertAsync([copy], token, transaction);
            await keys.RemoveAsync(patient, transaction, token);
            return await database.Patients.DeleteAsync(PatientDocument.Key(patient.Region, id, version), token, transaction) ? true : throw Stale(id);
        },
        cancel);

    public Task<AlarmLimits?> FindLimitsAsync(LimitScope scope, CancellationToken cancel = default) => database.RepeatAsync(
        async token => await database.AlarmLimits.FindOneAsync(LimitDocument.Key(scope), ReadConcern.Linearizable, token) is { } document
            ? LimitDocument.Read(document, Damaged).Value
            : null,
        cancel);

    public Task<IReadOnlyList<KeyValuePair<LimitScope, AlarmLimits>>> AllLimitsAsync(CancellationToken cancel = default) =>
        database.RepeatAsync<IReadOnlyList<KeyValuePair<LimitScope, AlarmLimits>>>(
            async token => await database.AlarmLimits.FindAsync(new([]), cancel: token)
                .ReadAsync(document => LimitDocument.Read(document, Damaged), token, orReadable: true),
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
                catch (MongoCommandException error) when (error.IsDuplicateKey)
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
            var find = new FindQuery(rest, new() { ["_id"] = 1 }, Limit: AllPageSize);
            var page = await database.RepeatAsync(token => database.Patients.FindAsync(find, cancel: token).ToListAsync(token).AsTask(), cancel);
            foreach (var document in page)
            {
                if (DamagedRecords.TryRead(document, Read, out var patient, orReadable: true))
                    yield return patient;
            }
            if (page.Count < AllPageSize)
                yield break;
            rest = new BsonDocument(filter) { ["_id"] = new BsonDocument { ["$gt"] = page[^1]["_id"] } };
        }
    }

    public Task<IReadOnlyList<AlarmLimits>> LimitHistoryAsync(LimitScope scope, int limit, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1000);
        var query = new FindQuery(LimitDocument.KeptOf(scope), new() { ["version"] = -1 }, Limit: limit);
        return database.RepeatAsync<IReadOnlyList<AlarmLimits>>(
            async token => await database.LimitHistory.FindAsync(query, cancel: token)
                .ReadAsync(document => LimitDocument.ReadKept(document, Damaged), token),
            cancel);
    }

    private async Task KeepLimitsAsync(LimitScope scope, long version, AlarmLimits stored, MongoTransaction transaction, CancellationToken cancel)
    {
        if (version == 0)
        {
            await database.AlarmLimits.InsertAsync([LimitDocument.Of(scope, stored)], cancel, transaction);
        }
        else
        {
            var expected = LimitDocument.Key(scope);
            expected["version"] = version;
            var before = await database.AlarmLimits.FindOneAsync(expected, transaction, cancel) ?? throw StaleLimits();
            var kept = LimitDocument.Kept(scope, LimitDocument.Read(before, Damaged).Value);
            // An older program kept no history.
            if (await database.LimitHistory.FindOneAsync(new() { ["_id"] = kept["_id"] }, transaction, cancel) is null)
                await database.LimitHistory.InsertAsync([kept], cancel, transaction);
            if (!await database.AlarmLimits.UpdateAsync(expected, LimitDocument.Change(scope, stored), cancel, transaction))
                throw StaleLimits();
        }
        await database.LimitHistory.InsertAsync([LimitDocument.Kept(scope, stored)], cancel, transaction);
    }

    private async Task<Patient?> FindOnceAsync(ObjectId id, CancellationToken cancel)
    {
        // Between the two reads the record may have gone to another region, or for good.
        for (var attempt = 0; attempt < FindAttempts; attempt++)
        {
            if (await keys.RegionAsync(id, cancel) is not { } region)
            {
                Damaged.Forget(PatientDatabase.PatientsName, id.ToString());
                return null;
            }
            if (await database.Patients.FindOneAsync(PatientDocument.Key(region, id), ReadConcern.Linearizable, cancel) is { } document)
                return Read(document);
        }
        throw new StoreUnavailableException(MongoRegistration.Store, $"The record {id} is being moved.");
    }

    private async Task<List<Patient>> ReadAsync(FindQuery query, CancellationToken cancel) =>
        await database.Patients.FindAsync(query, cancel: cancel).ReadAsync(Read, cancel);

    private Patient Read(BsonDocument document) => PatientDocument.Read(document, Damaged);

    private async Task<Patient> MoveAsync(Patient replaced, MongoTransaction transaction, CancellationToken cancel)
    {
        var (current, document) = await CurrentAsync(replaced.Id, replaced.Version - 1, transaction, cancel);
        await keys.MoveAsync(current, replaced, transaction, cancel);
        var key = PatientDocument.Key(current.Region, current.Id, current.Version);
        var found = current.Region == replaced.Region
            ? await database.Patients.UpdateAsync(key, PatientDocument.Change(replaced), cancel, transaction)
            : await database.Patients.DeleteAsync(key, cancel, transaction);
        if (!found)
            throw Stale(replaced.Id);
        if (current.Region != replaced.Region)
            await database.Patients.InsertAsync([PatientDocument.Merged(document, replaced)], cancel, transaction);
        return replaced;
    }

    private async Task<(Patient Patient, BsonDocument Document)> CurrentAsync(ObjectId id, long version, MongoTransaction transaction, CancellationToken cancel)
    {
        if (await keys.RegionAsync(id, transaction, cancel) is not { } region
            || await database.Patients.FindOneAsync(PatientDocument.Key(region, id), transaction, cancel) is not { } document)
            throw new ConflictException(ConflictReason.Missing, $"There is no record {id}.");
        var patient = Read(document);
        return patient.Version == version ? (patient, document) : throw Stale(id);
    }

    private static ConflictException Stale(ObjectId id) => new(ConflictReason.Stale, $"The record {id} has been changed since it was read.");

    private static ConflictException StaleLimits() => new(ConflictReason.Stale, "The limits have been changed since they were read.");
}
