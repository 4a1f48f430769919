using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using MongoDB.Bson;
using ObjectId = HealthDashboard.Data.Model.ObjectId;

namespace HealthDashboard.Data.MongoDb;

/// <summary>Sessions, API keys and invitations, in the database of the accounts. One is read linearizable: what was removed lets nobody in.</summary>
internal sealed class MongoGrantStore(PatientDatabase database) : IGrantStore
{
    public Task AddAsync(Grant grant, CancellationToken cancel = default) => database.OnceAsync(
        async token =>
        {
            await database.Grants.InsertOneAsync(Of(grant), cancellationToken: token);
            return true;
        },
        cancel);

    public Task<Grant?> FindAsync(string id, CancellationToken cancel = default) => database.RepeatAsync(
        async token => await database.Grants.FindOneAsync(new BsonDocument("_id", id), token) is { } document ? Read(document) : null, cancel);

    public Task<IReadOnlyList<Grant>> ListAsync(string kind, ObjectId? accountId, CancellationToken cancel = default)
    {
        var filter = new BsonDocument("kind", kind);
        if (accountId is { } account)
            filter["accountId"] = account.ToValue();
        return database.RepeatAsync<IReadOnlyList<Grant>>(
            async token => await database.Grants.Where(filter).Sort(new BsonDocument { ["createdAt"] = -1, ["_id"] = 1 }).ReadAsync(Read, token), cancel);
    }

    public Task<bool> ReplaceAsync(Grant grant, CancellationToken cancel = default) => database.OnceAsync(
        async token => (await database.Grants.UpdateOneAsync(
            new BsonDocument("_id", grant.Id), Of(grant).SetAllBut("_id", "kind", "accountId", "createdAt"), cancellationToken: token)).MatchedCount == 1,
        cancel);

    public Task<bool> RemoveAsync(string id, CancellationToken cancel = default) => database.OnceAsync(
        async token => (await database.Grants.DeleteOneAsync(new BsonDocument("_id", id), token)).DeletedCount == 1, cancel);

    private static BsonDocument Of(Grant grant) => new()
    {
        ["_id"] = grant.Id,
        ["kind"] = grant.Kind,
        ["accountId"] = grant.AccountId.ToValue(),
        ["name"] = grant.Name,
        ["detail"] = grant.Detail,
        ["createdAt"] = grant.CreatedAt.ToValue(),
        ["usedAt"] = grant.UsedAt.ToValue(),
        ["expiresAt"] = grant.ExpiresAt.ToValue(),
    };

    private Grant Read(BsonDocument document)
    {
        var fields = new RecordReader<BsonDocument>(database.Damaged, PatientSchema.Grants, document);
        var grant = new Grant
        {
            Id = fields.Need("_id", static from => from["_id"].AsString),
            Kind = fields.Need("kind", static from => from["kind"].AsString),
            AccountId = fields.Need("accountId", static from => from["accountId"] is { IsBsonNull: false } account ? account.ToId() : (ObjectId?)null),
            Name = fields.Need("name", static from => from["name"].AsString),
            Detail = fields.Need("detail", static from => from["detail"].AsString),
            CreatedAt = fields.Need("createdAt", static from => from["createdAt"].ToTime()),
            UsedAt = fields.Need("usedAt", static from => from["usedAt"].ToTime()),
            ExpiresAt = fields.Need("expiresAt", static from => from["expiresAt"] is { IsBsonNull: false } until ? until.ToTime() : (DateTimeOffset?)null),
        };
        // Its id is the hash of a secret, which is no reason to write it down.
        return fields.Whole("a grant", grant);
    }
}
