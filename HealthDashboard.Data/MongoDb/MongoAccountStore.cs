using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using MongoDB.Bson;
using ObjectId = HealthDashboard.Data.Model.ObjectId;

namespace HealthDashboard.Data.MongoDb;

/// <summary>
/// Accounts, in the database of the records. One account is read linearizable: whoever was locked out stays out, also on a
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

    private Task<Account?> FindAsync(BsonDocument filter, CancellationToken cancel) => database.RepeatAsync(
        async token => await database.Accounts.FindOneAsync(filter, token) is { } document
            ? AccountDocument.Read(document, database.Damaged)
            : null,
        cancel);
}
