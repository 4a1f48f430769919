using System.Runtime.CompilerServices;
using HealthDashboard.Data.Stores;
using MongoDB.Bson;
using MongoDB.Driver;

namespace HealthDashboard.Data.MongoDb;

/// <summary>
/// The database of records, accounts and the audit on MongoDB (<see cref="PatientSchema"/>), and how its calls fail. Reads are of what a
/// majority has and go to the primary; a write counts once a majority has it on disk. The driver repeats each once when its answer was
/// lost: a write has a number by which the server knows it again, so it is done once [docs/adr/0011].
/// </summary>
internal sealed class PatientDatabase(MongoOptions options, StorePolicy policy, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan EventsWithin = TimeSpan.FromSeconds(1);

    /// <summary>How long the end of a transaction that nobody waits for is tried; a server undoes by itself what it hears no more of for a minute.</summary>
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(5);

    private static readonly ClientSessionOptions Sessions = new() { DefaultTransactionOptions = new(ReadConcern.Snapshot, ReadPreference.Primary) };

    private readonly MongoSetup setup = new(options);

    // Of a change only which document it is about; a collection that was dropped or renamed has none.
    private static readonly BsonDocument[] Changes =
    [
        new("$match", new BsonDocument
        {
            ["ns.coll"] = new BsonDocument("$in", new BsonArray { PatientSchema.Patients, PatientSchema.AlarmLimits }),
            ["documentKey"] = new BsonDocument("$exists", true),
        }),
        new("$project", new BsonDocument { ["operationType"] = 1, ["ns"] = 1, ["documentKey"] = 1 }),
    ];

    public IMongoCollection<BsonDocument> Patients => Collection(PatientSchema.Patients);

    public IMongoCollection<BsonDocument> DeletedPatients => Collection(PatientSchema.DeletedPatients);

    public IMongoCollection<BsonDocument> PatientVersions => Collection(PatientSchema.PatientVersions);

    public IMongoCollection<BsonDocument> PatientNotes => Collection(PatientSchema.PatientNotes);

    public IMongoCollection<BsonDocument> PatientKeys => Collection(PatientSchema.PatientKeys);

    public IMongoCollection<BsonDocument> AlarmLimits => Collection(PatientSchema.AlarmLimits);

    public IMongoCollection<BsonDocument> LimitHistory => Collection(PatientSchema.LimitHistory);

    public IMongoCollection<BsonDocument> Accounts => Collection(PatientSchema.Accounts);

    public IMongoCollection<BsonDocument> Audit => Collection(PatientSchema.Audit);

    public IMongoCollection<BsonDocument> Grants => Collection(PatientSchema.Grants);

    public IMongoCollection<BsonDocument> AuditSeals => Collection(PatientSchema.AuditSeals);

    /// <summary>The damaged documents that were read.</summary>
    public DamagedRecords Damaged { get; } = new(policy.Store);

    public TimeProvider Time => time;

    /// <summary>Runs what does the same when it runs twice.</summary>
    public Task<T> RepeatAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancel) =>
        policy.RepeatAsync(token => AskAsync(call, token, cancel), cancel).AsTask();

    /// <summary>Runs what changes something once; the driver itself sends it again only where the server knows it again.</summary>
    public Task<T> OnceAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancel) =>
        policy.OnceAsync(token => AskAsync(call, token, cancel), cancel).AsTask();

    /// <summary>
    /// Changes several documents, all or none. What is done may run several times, each time from its start, so it must do nothing but
    /// through the transaction.
    /// </summary>
    public Task<T> TransactAsync<T>(Func<IClientSessionHandle, CancellationToken, Task<T>> work, CancellationToken cancel) => OnceAsync(
        // Whoever gives up does not wait for the end of the transaction, which goes out all the same: left open on the server, it would be
        // in the way of others for a minute.
        token => RunAsync(work, token).WaitAsync(token),
        cancel);

    /// <summary>Follows changes of records and limits from now on; the first, empty item comes once nothing can be missed.</summary>
    public async IAsyncEnumerable<IReadOnlyList<BsonDocument>> FollowAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        using var events = await AskAsync(
            token => setup.Database.WatchAsync<BsonDocument>(Changes, new ChangeStreamOptions { MaxAwaitTime = EventsWithin }, token), cancel, cancel);
        yield return [];
        while (await AskAsync(events.MoveNextAsync, cancel, cancel))
            yield return [.. events.Current];
        throw new StoreUnavailableException(policy.Store, "the server has ended the change stream.");
    }

    /// <summary>Writes something as every write goes, so that "healthy" means that a record could be saved now.</summary>
    /// <returns>The servers, for people.</returns>
    public async ValueTask<string> ProbeAsync(CancellationToken cancel)
    {
        var at = new BsonDocument("$set", new BsonDocument("at", Time.GetUtcNow().ToValue()));
        await AskAsync(
            token => Collection(PatientSchema.Health).UpdateOneAsync(new BsonDocument("_id", "probe"), at, new UpdateOptions { IsUpsert = true }, token),
            cancel,
            CancellationToken.None);
        return $"{setup.Servers}.";
    }

    public void Dispose() => setup.Dispose();

    private IMongoCollection<BsonDocument> Collection(string name) => setup.Database.GetCollection<BsonDocument>(name);

    private async Task<T> RunAsync<T>(Func<IClientSessionHandle, CancellationToken, Task<T>> work, CancellationToken cancel)
    {
        using var end = new CancellationTokenSource();
        await using var given = cancel.Register(() => end.CancelAfter(EndWithin));
        using var session = await setup.Client.StartSessionAsync(Sessions, cancel);
        return await session.WithTransactionAsync(
            async (transaction, _) =>
            {
                try
                {
                    var result = await work(transaction, cancel);
                    cancel.ThrowIfCancellationRequested();
                    return result;
                }
                catch (MongoException error) when (MongoErrors.IsConflict(error))
                {
                    // The policy waits and begins anew; the driver would do so until the call's time is over, which says that the server is unavailable.
                    throw MongoErrors.Translate(policy.Store, error, setup.Servers);
                }
            },
            cancellationToken: end.Token);
    }

    private async ValueTask<T> AskAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken limit, CancellationToken caller)
    {
        try
        {
            await setup.EnsureAsync(limit);
            return await call(limit);
        }
        catch (OperationCanceledException) when (!caller.IsCancellationRequested && setup.IsCreating)
        {
            throw new StoreUnavailableException(policy.Store, "collections and indexes are being created.");
        }
        catch (OperationCanceledException) when (!caller.IsCancellationRequested && !setup.HasServer)
        {
            throw new StoreUnavailableException(policy.Store, $"no server to write to: {setup.Servers}.");
        }
        catch (Exception error) when (MongoErrors.IsDrivers(error))
        {
            throw MongoErrors.Translate(policy.Store, error, setup.Servers);
        }
    }
}
