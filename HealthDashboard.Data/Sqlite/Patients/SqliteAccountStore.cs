using System.Data.Common;
using Dapper;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.Sqlite.Patients;

/// <summary>Accounts, in <c>patients.db</c> beside the records.</summary>
internal sealed class SqliteAccountStore(SqliteDatabase database) : IAccountStore
{
    private const string Columns =
        "id, user_name, display_name, role, password_hash, security_stamp, credentials, locked_until, version, wards";

    private const string Insert = $"""
        INSERT INTO account ({Columns}, user_key)
        VALUES (@Id, @UserName, @DisplayName, @Role, @PasswordHash, @SecurityStamp, @Credentials, @LockedUntil, @Version, @Wards, @UserKey)
        """;

    private const string Update = """
        UPDATE account
        SET user_name = @UserName, display_name = @DisplayName, role = @Role, password_hash = @PasswordHash, security_stamp = @SecurityStamp,
            credentials = @Credentials, locked_until = @LockedUntil, version = @Version, wards = @Wards, user_key = @UserKey
        WHERE id = @Id AND version = @Version - 1
        """;

    public Task<Account?> FindAsync(ObjectId id, CancellationToken cancel = default) => database.RunAsync(
        connection => connection.One($"SELECT {Columns} FROM account WHERE id = @id", new { id }, Map), cancel);

    public Task<Account?> FindByNameAsync(string userName, CancellationToken cancel = default) => database.RunAsync(
        connection => connection.One($"SELECT {Columns} FROM account WHERE user_key = @key", new { key = SearchWords.Fold(userName) }, Map),
        cancel);

    public Task<IReadOnlyList<Account>> AllAsync(CancellationToken cancel = default) => database.RunAsync<IReadOnlyList<Account>>(
        connection => connection.Rows($"SELECT {Columns} FROM account ORDER BY user_key", null, Map), cancel);

    public Task<Account> AddAsync(Account account, CancellationToken cancel = default) => database.WriteAsync(
        (connection, transaction) =>
        {
            var added = account with { Version = 1 };
            connection.Execute(Insert, Parameters(added), transaction);
            return added;
        },
        cancel);

    public Task<Account> ReplaceAsync(Account account, CancellationToken cancel = default) => database.WriteAsync(
        (connection, transaction) =>
        {
            var replaced = account with { Version = account.Version + 1 };
            if (connection.Execute(Update, Parameters(replaced), transaction) == 1)
                return replaced;
            throw connection.ExecuteScalar<bool>("SELECT EXISTS (SELECT 1 FROM account WHERE id = @Id)", new { account.Id }, transaction)
                ? new ConflictException(ConflictReason.Stale, $"The account {account.Id} has been changed since it was read.")
                : new ConflictException(ConflictReason.Missing, $"There is no account {account.Id}.");
        },
        cancel);

    private static object Parameters(Account account) => new
    {
        account.Id,
        account.UserName,
        account.DisplayName,
        account.Role,
        account.PasswordHash,
        account.SecurityStamp,
        account.Credentials,
        account.LockedUntil,
        account.Version,
        account.Wards,
        UserKey = SearchWords.Fold(account.UserName),
    };

    // Of a damaged one nothing counts: whoever was locked out must not come in by it.
    private Account Map(DbDataReader row)
    {
        var fields = new RecordReader<DbDataReader>(database.Damaged, "account", row);
        var account = new Account
        {
            Id = fields.Need("id", static from => from.GetId(0)),
            UserName = fields.Need("user_name", static from => from.GetString(1)),
            DisplayName = fields.Need("display_name", static from => from.GetString(2)),
            Role = fields.Need("role", static from => from.GetString(3)),
            PasswordHash = fields.Need("password_hash", static from => from.GetString(4)),
            SecurityStamp = fields.Need("security_stamp", static from => from.GetString(5)),
            Credentials = fields.Need("credentials", static from => from.GetString(6)),
            LockedUntil = fields.Need("locked_until", static from => from.GetTimeOrNull(7)),
            Version = fields.Need("version", static from => from.GetInt64(8)),
            Wards = fields.Need("wards", static from => from.GetString(9)),
        };
        return fields.Whole(row.IdText(0), account);
    }
}
