using System.Runtime.CompilerServices;
using HealthDashboard.Data.MongoDb.Wire;
using HealthDashboard.Data.MongoDb.Wire.Bson;
using HealthDashboard.Data.Resilience;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.MongoDb;

/// <summary>
/// The database of records, accounts and the audit on MongoDB: its collections and indexes, and how its calls fail.
/// Every index here serves a query of the stores; docs/data-model.md says which. deploy/mongodb/shard.js spreads the collections.
/// </summary>
/// <remarks>
/// patients         {_id, mrn, region, ward, ..., version, familyKey, givenKey, words}   shard key {region, _id}, zones by region
/// deletedPatients  {_id, region, deletedAt, record}                                     shard key {region, _id}, zones by region
/// patientKeys      {_id: mrn, patientId, region} and {_id: id, region}                  shard key {_id}; see <see cref="PatientKeys"/>
/// alarmLimits      {_id: {region, ward} or {patientId}, signs, setBy, setAt, version}   not spread: a few hundred
/// limitHistory     {_id: {scope, version}, scope, ...}                                  not spread; only ever added to
/// accounts         {_id, userName, userKey unique, ..., version}                        not spread: a few hundred
/// audit            {_id, time, actor, action, patientId, detail}                        shard key {patientId, _id}; only ever added to
/// health           {_id: "probe", at}                                                   what the health check writes
/// </remarks>
internal sealed class PatientDatabase(MongoClient client, StorePolicy policy) : IAsyncDisposable
{
    /// <summary>The name of the records' collection.</summary>
    public const string PatientsName = "patients";

    /// <summary>The name of the limits' collection.</summary>
    public const string LimitsName = "alarmLimits";

    /// <summary>The name of the keys' collection.</summary>
    public const string KeysName = "patientKeys";

    /// <summary>The name of the limits' history.</summary>
    public const string HistoryName = "limitHistory";

    private readonly SemaphoreSlim preparing = new(1, 1);
    private volatile bool isPrepared;

    public MongoCollection Patients { get; } = client.Collection(PatientsName);

    public MongoCollection DeletedPatients { get; } = client.Collection("deletedPatients");

    public MongoCollection PatientKeys { get; } = client.Collection(KeysName);

    public MongoCollection AlarmLimits { get; } = client.Collection(LimitsName);

    public MongoCollection LimitHistory { get; } = client.Collection(HistoryName);

    public MongoCollection Accounts { get; } = client.Collection("accounts");

    public MongoCollection Audit { get; } = client.Collection("audit");

    /// <summary>The damaged documents that were read.</summary>
    public DamagedRecords Damaged { get; } = new(policy.Store);

    public TimeProvider Time => client.Time;

    private MongoCollection Health { get; } = client.Collection("health");

    /// <summary>Runs what does the same when it runs twice.</summary>
    public Task<T> RepeatAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancel) =>
        policy.RepeatAsync(token => AskAsync(call, token), cancel).AsTask();

    /// <summary>Runs what changes something once; the client itself sends it again only where the server knows it again.</summary>
    public Task<T> OnceAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancel) =>
        policy.OnceAsync(token => AskAsync(call, token), cancel).AsTask();

    /// <summary>Changes several documents, all or none.</summary>
    public Task<T> TransactAsync<T>(Func<MongoTransaction, CancellationToken, Task<T>> work, CancellationToken cancel) =>
        OnceAsync(token => client.TransactAsync(transaction => work(transaction, token), token), cancel);

    /// <summary>Follows changes of records and limits from now on; the first, empty item comes once nothing can be missed.</summary>
    public async IAsyncEnumerable<IReadOnlyList<BsonDocument>> FollowAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var events = client.FollowAsync([PatientsName, LimitsName], cancel).GetAsyncEnumerator(cancel);
        await using (events.ConfigureAwait(false))
        {
            while (await AskAsync(_ => events.MoveNextAsync().AsTask(), cancel))
                yield return events.Current;
        }
    }

    /// <summary>Writes something as every write goes, so that "healthy" means that a record could be saved now.</summary>
    /// <returns>The servers, for people.</returns>
    public async ValueTask<string> ProbeAsync(CancellationToken cancel)
    {
        var at = new BsonDocument { ["$set"] = new BsonDocument { ["at"] = Time.GetUtcNow() } };
        await AskAsync(token => Health.UpdateAsync(new() { ["_id"] = "probe" }, at, token, upsert: true), cancel);
        return client.Servers;
    }

    public async ValueTask DisposeAsync()
    {
        await client.DisposeAsync();
        preparing.Dispose();
    }

    private async ValueTask<T> AskAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancel)
    {
        try
        {
            if (!isPrepared)
                await PrepareAsync(cancel);
            return await call(cancel);
        }
        catch (MongoCommandException error) when (error.IsDuplicateKey)
        {
            throw new ConflictException(ConflictReason.Duplicate, "Another record has the same unique value.");
        }
        catch (MongoRefusedException error)
        {
            throw error.IsAccount ? StoreRefusedException.Account(policy.Store, error) : new StoreRefusedException(policy.Store, error.Message, error);
        }
        catch (MongoCommandException error) when (error.Refusal is { } refusal)
        {
            throw new StoreRefusedException(policy.Store, refusal, error);
        }
        catch (MongoException error) when (error is MongoConnectionException or MongoCommandException { MayPass: true })
        {
            throw new StoreUnavailableException(policy.Store, error.Message, error);
        }
        catch (MongoException error)
        {
            throw new StoreException(policy.Store, error.Message, error);
        }
    }

    // On the first call that reaches a server, not on start: the program starts while MongoDB is away.
    private async Task PrepareAsync(CancellationToken cancel)
    {
        await preparing.WaitAsync(cancel);
        try
        {
            if (isPrepared)
                return;
            await Patients.CreateAsync(
                [
                    new("byKey", Ascending("region", "_id")),
                    new("byWard", Ascending("region", "ward", "familyKey", "givenKey", "_id")),
                    new("byRegionAndName", Ascending("region", "familyKey", "givenKey", "_id")),
                    new("byName", Ascending("familyKey", "givenKey", "_id")),
                    new("byStatus", Ascending("status", "_id")),
                    new("byRegionAndWord", Ascending("region", "words")),
                    new("byWord", Ascending("words")),
                ],
                cancel);
            await DeletedPatients.CreateAsync([new("byKey", Ascending("region", "_id")), new("byRecord", Ascending("record._id"))], cancel);
            await PatientKeys.CreateAsync([], cancel);
            await AlarmLimits.CreateAsync([], cancel);
            await LimitHistory.CreateAsync([new("byScope", Ascending("scope", "version"))], cancel);
            await Accounts.CreateAsync([new("byUser", Ascending("userKey"), Unique: true)], cancel);
            await Audit.CreateAsync([new("byPatient", Ascending("patientId", "_id"))], cancel);
            await Health.CreateAsync([], cancel);
            isPrepared = true;
        }
        finally
        {
            preparing.Release();
        }
    }

    private static BsonDocument Ascending(params ReadOnlySpan<string> fields)
    {
        var key = new BsonDocument();
        foreach (var field in fields)
            key[field] = 1;
        return key;
    }
}
