using System.Data.Common;
using Dapper;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.Sqlite.Patients;

/// <summary>Sessions, API keys and invitations, in <c>patients.db</c> beside the accounts.</summary>
internal sealed class SqliteGrantStore(SqliteDatabase database) : IGrantStore
{
    private const string Columns = "id, kind, account_id, name, detail, created_at, used_at, expires_at";

    private const string Insert = $"INSERT INTO grant_ ({Columns}) VALUES (@Id, @Kind, @AccountId, @Name, @Detail, @CreatedAt, @UsedAt, @ExpiresAt)";

    private const string Update = "UPDATE grant_ SET name = @Name, detail = @Detail, used_at = @UsedAt, expires_at = @ExpiresAt WHERE id = @Id";

    public Task AddAsync(Grant grant, CancellationToken cancel = default) =>
        database.WriteAsync((connection, transaction) => connection.Execute(Insert, grant, transaction), cancel);

    public Task<Grant?> FindAsync(string id, CancellationToken cancel = default) =>
        database.RunAsync(connection => connection.One($"SELECT {Columns} FROM grant_ WHERE id = @id", new { id }, Map), cancel);

    public Task<IReadOnlyList<Grant>> ListAsync(string kind, ObjectId? accountId, CancellationToken cancel = default)
    {
        var whose = accountId is null ? "" : "AND account_id = @accountId";
        return database.RunAsync<IReadOnlyList<Grant>>(
            connection => connection.Rows($"SELECT {Columns} FROM grant_ WHERE kind = @kind {whose} ORDER BY created_at DESC, id", new { kind, accountId }, Map), cancel);
    }

    public Task<bool> ReplaceAsync(Grant grant, CancellationToken cancel = default) =>
        database.WriteAsync((connection, transaction) => connection.Execute(Update, grant, transaction) == 1, cancel);

    public Task<bool> RemoveAsync(string id, CancellationToken cancel = default) =>
        database.WriteAsync((connection, transaction) => connection.Execute("DELETE FROM grant_ WHERE id = @id", new { id }, transaction) == 1, cancel);

    private Grant Map(DbDataReader row)
    {
        var fields = new RecordReader<DbDataReader>(database.Damaged, "grant_", row);
        var grant = new Grant
        {
            Id = fields.Need("id", static from => from.GetString(0)),
            Kind = fields.Need("kind", static from => from.GetString(1)),
            AccountId = fields.Need("account_id", static from => from.IsDBNull(2) ? (ObjectId?)null : from.GetId(2)),
            Name = fields.Need("name", static from => from.GetString(3)),
            Detail = fields.Need("detail", static from => from.GetString(4)),
            CreatedAt = fields.Need("created_at", static from => from.GetTime(5)),
            UsedAt = fields.Need("used_at", static from => from.GetTime(6)),
            ExpiresAt = fields.Need("expires_at", static from => from.GetTimeOrNull(7)),
        };
        // Its id is the hash of a secret, which is no reason to write it down.
        return fields.Whole("a grant", grant);
    }
}
