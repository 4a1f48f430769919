using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using MongoDB.Bson;
using MongoDB.Driver;
using ObjectId = HealthDashboard.Data.Model.ObjectId;

namespace HealthDashboard.Data.MongoDb;

/// <summary>
/// Accounts and the audit, in the database of the records. One account is read linearizable: whoever was locked out stays out, also on a
/// primary that was cut off.
/// </summary>
internal sealed class MongoAccountStore(PatientDatabase database) : IAccountStore
{
    public Task<Account?> FindAsync(ObjectId id, CancellationToken cancel = default) => FindAsync(new BsonDocument("_id", id.ToValue()), cancel);

    public Task<Account?> FindByNameAsync(string userName, CancellationToken cancel = default) =>
        FindAsync(new BsonDocument("userKey", SearchWords.Fold(userName)), cancel);

    public Task<IReadOnlyList<Account>> AllAsync(CancellationToken cancel = default) => database.RepeatAsync<IReadOnlyList<Account>>(
        async token => await database.Accounts.Where([]).Sort(new BsonDocument("userKey", 1))
            .ReadAsync(document => AccountDocument.Read(document, database.Damaged), token),
        cancel);

    public Task<Account> AddAsync(Account account, CancellationToken cancel = default)
    {
        var added = account with { Version = 1 };
        return database.OnceAsync(
            async token =>
            {
                await database.Accounts.InsertOneAsync(AccountDocument.Of(added), cancellationToken: token);
                return added;
            },
            cancel);
    }

    public Task<Account> ReplaceAsync(Account account, CancellationToken cancel = default)
    {
        var replaced = account with { Version = account.Version + 1 };
        return database.OnceAsync(
            async token =>
            {
                var expected = new BsonDocument { ["_id"] = account.Id.ToValue(), ["version"] = account.Version };
                if ((await database.Accounts.UpdateOneAsync(expected, AccountDocument.Change(replaced), cancellationToken: token)).MatchedCount == 1)
                    return replaced;
                throw await database.Accounts.FindOneAsync(new BsonDocument("_id", account.Id.ToValue()), token) is null
                    ? new ConflictException(ConflictReason.Missing, $"There is no account {account.Id}.")
                    : new ConflictException(ConflictReason.Stale, $"The account {account.Id} has been changed since it was read.");
            },
            cancel);
    }

    public Task AuditAsync(AuditEntry entry, CancellationToken cancel = default)
    {
        // The id is made before the first attempt: an entry that is there already was written by an attempt whose answer was lost.
        var document = AccountDocument.Of(ObjectId.New(database.Time), entry);
        return database.RepeatAsync(
            async token =>
            {
                try
                {
                    await database.Audit.InsertOneAsync(document, cancellationToken: token);
                }
                catch (MongoException error) when (MongoErrors.IsDuplicate(error))
                {
                    // Written already.
                }
                return true;
            },
            cancel);
    }

    public Task<IReadOnlyList<AuditEntry>> ReadAuditAsync(ObjectId? patientId, int limit, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1000);
        var filter = patientId is { } patient ? new BsonDocument("patientId", patient.ToValue()) : [];
        // An id begins with its second and ends with its maker's count, so ids in order are entries in order.
        return database.RepeatAsync<IReadOnlyList<AuditEntry>>(
            async token => await database.Audit.Where(filter).Sort(new BsonDocument("_id", -1)).Limit(limit)
                .ReadAsync(document => AccountDocument.ReadEntry(document, database.Damaged), token),
            cancel);
    }

    private Task<Account?> FindAsync(BsonDocument filter, CancellationToken cancel) => database.RepeatAsync(
        async token => await database.Accounts.FindOneAsync(filter, token) is { } document
            ? AccountDocument.Read(document, database.Damaged)
            : null,
        cancel);
}
