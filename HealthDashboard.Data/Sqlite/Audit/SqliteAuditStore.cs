using System.Data.Common;
using Dapper;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using Microsoft.Data.Sqlite;

namespace HealthDashboard.Data.Sqlite.Audit;

/// <summary>The audit in <c>audit.db</c>, a file of its own.</summary>
internal sealed class SqliteAuditStore(SqliteDatabase database) : IAuditStore
{
    private const string Columns = "chain, sequence, previous, hash, time, actor, action, patient_id, detail, address, reason, before, after";

    private const string Insert = $"""
        INSERT INTO entry ({Columns})
        VALUES (@Chain, @Sequence, @Previous, @Hash, @Time, @Actor, @Action, @PatientId, @Detail, @From, @Reason, @Before, @After)
        """;

    private const string InsertSeal =
        "INSERT INTO seal (chain, number, sequence, hash, time, key, signature) VALUES (@Chain, @Number, @Sequence, @Hash, @Time, @Key, @Signature)";

    public Task<AuditHead> HeadAsync(string chain, CancellationToken cancel = default) => database.RunAsync(
        connection => connection.One(
            "SELECT sequence, hash FROM entry WHERE chain = @chain ORDER BY sequence DESC LIMIT 1",
            new { chain },
            row => new AuditHead(chain, row.GetInt64(0), row.GetString(1))) ?? AuditHead.Empty(chain),
        cancel);

    public Task AppendAsync(IReadOnlyList<AuditRow> rows, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfZero(rows.Count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows.Count, 1000);
        return database.WriteAsync(
            (connection, transaction) =>
            {
                var last = connection.ExecuteScalar<long?>("SELECT max(sequence) FROM entry WHERE chain = @Chain", new { rows[0].Chain }, transaction) ?? 0;
                // A row that somebody has removed from the file is not one that was added: it is added again.
                return connection.Execute(Insert, rows.Where(row => row.Sequence > last || !IsThere(row)).Select(Parameters).ToList(), transaction);

                bool IsThere(AuditRow row) => RefuseOther(
                    connection, transaction, "SELECT hash FROM entry WHERE chain = @Chain AND sequence = @Sequence", new { row.Chain, row.Sequence }, row.Hash);
            },
            cancel);
    }

    public Task<IReadOnlyList<AuditRow>> SearchAsync(AuditQuery query, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, 1000);
        List<string> where = ["1"];
        if (query.Actor is not null)
            where.Add("actor = @Actor");
        if (query.PatientId is not null)
            where.Add("patient_id = @PatientId");
        if (query.Action is not null)
            where.Add("(action = @Action OR action >= @Action || '.' AND action < @Action || '/')");
        if (query.From is not null)
            where.Add("time >= @From");
        if (query.To is not null)
            where.Add("time < @To");
        if (query.Before is not null)
            where.Add("(time, chain, sequence) < (@BeforeTime, @BeforeChain, @BeforeSequence)");
        var parameters = new
        {
            query.Actor,
            query.PatientId,
            query.Action,
            query.From,
            query.To,
            BeforeTime = query.Before?.Time,
            BeforeChain = query.Before?.Chain,
            BeforeSequence = query.Before?.Sequence,
            query.Limit,
        };
        return database.RunAsync<IReadOnlyList<AuditRow>>(
            connection => connection.Rows(
                $"SELECT {Columns} FROM entry WHERE {string.Join(" AND ", where)} ORDER BY time DESC, chain DESC, sequence DESC LIMIT @Limit", parameters, Map),
            cancel);
    }

    public Task<IReadOnlyList<string>> ChainsAsync(CancellationToken cancel = default) => database.RunAsync<IReadOnlyList<string>>(
        connection =>
        {
            List<string> chains = [];
            while (connection.ExecuteScalar<string?>("SELECT min(chain) FROM (SELECT min(chain) AS chain FROM entry WHERE chain > @after UNION ALL SELECT min(chain) FROM seal WHERE chain > @after)", new { after = chains.LastOrDefault("") }) is { } next)
                chains.Add(next);
            return chains;
        },
        cancel);

    public Task<IReadOnlyList<AuditRow>> ReadAsync(string chain, long after, int limit, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 10_000);
        return database.RunAsync<IReadOnlyList<AuditRow>>(
            connection => connection.Rows(
                $"SELECT {Columns} FROM entry WHERE chain = @chain AND sequence > @after ORDER BY sequence LIMIT @limit", new { chain, after, limit }, Map),
            cancel);
    }

    public Task SealAsync(AuditSeal seal, CancellationToken cancel = default) => database.WriteAsync(
        (connection, transaction) =>
        {
            var there = RefuseOther(
                connection, transaction, "SELECT signature FROM seal WHERE chain = @Chain AND number = @Number", new { seal.Head.Chain, seal.Number }, seal.Signature);
            return there ? 0 : connection.Execute(
                InsertSeal, new { seal.Head.Chain, seal.Number, seal.Head.Sequence, seal.Head.Hash, seal.Time, seal.Key, seal.Signature }, transaction);
        },
        cancel);

    public Task<IReadOnlyList<AuditSeal>> SealsAsync(string chain, CancellationToken cancel = default) => database.RunAsync<IReadOnlyList<AuditSeal>>(
        connection => connection.Rows(
            "SELECT number, sequence, hash, time, key, signature FROM seal WHERE chain = @chain ORDER BY number",
            new { chain },
            row => new AuditSeal(new AuditHead(chain, row.GetInt64(1), row.GetString(2)), row.GetInt64(0), row.GetTime(3), row.GetString(4), row.GetString(5))),
        cancel);

    // True when just this is there already.
    private static bool RefuseOther(SqliteConnection connection, SqliteTransaction transaction, string select, object key, string wanted)
    {
        var there = connection.ExecuteScalar<string?>(select, key, transaction);
        return there is null || there == wanted
            ? there is not null
            : throw new ConflictException(ConflictReason.Duplicate, "The audit has another row with this number.");
    }

    private static object Parameters(AuditRow row) => new
    {
        row.Chain,
        row.Sequence,
        row.Previous,
        row.Hash,
        row.Entry.Time,
        row.Entry.Actor,
        row.Entry.Action,
        row.Entry.PatientId,
        row.Entry.Detail,
        row.Entry.From,
        row.Entry.Reason,
        row.Entry.Before,
        row.Entry.After,
    };

    private AuditRow Map(DbDataReader row)
    {
        var fields = new RecordReader<DbDataReader>(database.Damaged, "entry", row);
        var entry = new AuditEntry(
            fields.Read("time", static from => from.GetTime(4), default),
            fields.Text("actor", static from => from.GetString(5)),
            fields.Text("action", static from => from.GetString(6)),
            fields.Read("patient_id", static from => from.IsDBNull(7) ? (ObjectId?)null : from.GetId(7), null),
            fields.Read("detail", static from => from.GetStringOrNull(8), RecordReader.Unreadable))
        {
            From = fields.Read("address", static from => from.GetStringOrNull(9), RecordReader.Unreadable),
            Reason = fields.Read("reason", static from => from.GetStringOrNull(10), RecordReader.Unreadable),
            Before = fields.Read("before", static from => from.GetStringOrNull(11), RecordReader.Unreadable),
            After = fields.Read("after", static from => from.GetStringOrNull(12), RecordReader.Unreadable),
        };
        return fields.Whole($"{row.GetString(0)} {row.GetInt64(1)}", new AuditRow(row.GetString(0), row.GetInt64(1), row.GetString(2), row.GetString(3), entry));
    }
}
