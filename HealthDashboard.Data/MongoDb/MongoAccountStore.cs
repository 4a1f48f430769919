using HealthDashboard.Data.Model;
using HealthDashboard.Data.MongoDb.Wire;
using HealthDashboard.Data.MongoDb.Wire.Bson;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.MongoDb;

/// <summary>
/// Accounts and the audit, in the database of the records. One account is read linearizable: whoever was locked out stays out, also on a
/// primary that was cut off.
/// </summary>
internal sealed class MongoAccountStore(PatientDatabase database) : IAccountStore
{
    public Task<Account?> FindAsync(ObjectId id, CancellationToken cancel = default) => FindAsync(new BsonDocument { ["_id"] = id }, cancel);

    public Task<Account?> FindByNameAsync(string userName, CancellationToken cancel = default) =>
        FindAsync(new BsonDocument { ["userKey"] = SearchWords.Fold(userName) }, cancel);

    public Task<IReadOnlyList<Account>> AllAsync(CancellationToken cancel = default) => database.RepeatAsync<IReadOnlyList<Account>>(
        async token => await database.Accounts.FindAsync(new([], new() { ["userKey"] = 1 }), cancel: token)
            .ReadAsync(document => AccountDocument.Read(document, database.Damaged), token),
        cancel);

    public Task<Account> AddAsync(Account account, CancellationToken cancel = default)
    {
        var added = account with { Version = 1 };
        return database.OnceAsync(
            async token =>
            {
                await database.Accounts.InsertAsync([AccountDocument.Of(added)], token);
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
                var expected = new BsonDocument { ["_id"] = account.Id, ["version"] = account.Version };
                if (await database.Accounts.UpdateAsync(expected, AccountDocument.Change(replaced), token))
                    return replaced;
                throw await database.Accounts.FindOneAsync(new() { ["_id"] = account.Id }, ReadConcern.Linearizable, token) is null
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
                    await database.Audit.InsertAsync([document], token);
                }
                catch (MongoCommandException error) when (error.IsDuplicateKey)
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
        var filter = patientId is { } patient ? new BsonDocument { ["patientId"] = patient } : [];
        // An id begins with its second and ends with its maker's count, so ids in order are entries in order.
        var query = new FindQuery(filter, new() { ["_id"] = -1 }, Limit: limit);
        return database.RepeatAsync<IReadOnlyList<AuditEntry>>(
            async token => await database.Audit.FindAsync(query, cancel: token)
                .ReadAsync(document => AccountDocument.ReadEntry(document, database.Damaged), token),
            cancel);
    }

    private Task<Account?> FindAsync(BsonDocument filter, CancellationToken cancel) => database.RepeatAsync(
        async token => await database.Accounts.FindOneAsync(filter, ReadConcern.Linearizable, token) is { } document
            ? AccountDocument.Read(document, database.Damaged)
            : null,
        cancel);
}
