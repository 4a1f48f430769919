using Dapper;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Sqlite;
using HealthDashboard.Data.Sqlite.Audit;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Contracts;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Stores;

/// <summary>Whatever somebody with the file in hand does to the audit, the verification names the first row that is not as it was.</summary>
public sealed class AuditVerifierTests : IAsyncLifetime
{
    private static readonly AuditKey Key = new([.. Enumerable.Range(0, 32).Select(n => (byte)n)]);

    private readonly TempDirectory directory = new();
    private SqliteDatabase database = null!;
    private SqliteAuditStore store = null!;
    private AuditChain chain = null!;

    public async ValueTask InitializeAsync()
    {
        database = AuditSchema.Open(directory["audit.db"]);
        (store, chain) = (new(database), new(new SqliteAuditStore(database), "c"));
        for (var n = 1; n <= 10; n++)
        {
            await chain.AppendAsync([new AuditEntry(Samples.Noon.AddMinutes(n), "nina", $"look.{n}")]);
            if (n is 4 or 8)
                await store.SealAsync(Key.Sign(chain.Head!, n / 4, Samples.Noon.AddMinutes(n)));
        }
    }

    public ValueTask DisposeAsync()
    {
        database.Dispose();
        directory.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_chain_that_nobody_touched_is_intact() => Assert.Equal(new AuditVerdict("c", 10, 2, null), await VerifyAsync());

    [Theory]
    [InlineData("UPDATE entry SET actor = 'eve' WHERE sequence = 6", 6, AuditFaultKind.Changed)]
    [InlineData("UPDATE entry SET patient_id = x'000000000000000000000001' WHERE sequence = 1", 1, AuditFaultKind.Changed)]
    [InlineData("UPDATE entry SET time = time + 10000 WHERE sequence = 10", 10, AuditFaultKind.Changed)]
    [InlineData("UPDATE entry SET hash = 'ff' WHERE sequence = 3", 3, AuditFaultKind.Changed)]
    [InlineData("DELETE FROM entry WHERE sequence = 6", 6, AuditFaultKind.Missing)]
    [InlineData("DELETE FROM entry WHERE sequence = 1", 1, AuditFaultKind.Missing)]
    [InlineData("DELETE FROM entry WHERE sequence >= 7", 7, AuditFaultKind.CutOff)]
    [InlineData("DELETE FROM entry", 1, AuditFaultKind.CutOff)]
    [InlineData("DELETE FROM seal WHERE number = 1", 8, AuditFaultKind.MissingSeal)]
    [InlineData("UPDATE seal SET sequence = 5 WHERE number = 1", 5, AuditFaultKind.ForgedSeal)]
    public async Task What_was_done_to_the_file_shows(string statement, long sequence, AuditFaultKind kind)
    {
        Tamper(statement);
        Assert.Equal(new AuditFault(sequence, kind), (await VerifyAsync()).Fault);
    }

    [Fact]
    public async Task A_row_between_others_does_not_follow_the_one_before_it()
    {
        Tamper("UPDATE entry SET sequence = -sequence - 1 WHERE sequence > 5; UPDATE entry SET sequence = -sequence WHERE sequence < 0");
        var rows = await store.ReadAsync("c", 0, 5);
        await store.AppendAsync([AuditRow.After(rows[4].Head, new AuditEntry(Samples.Noon, "eve", "look.inserted"))]);
        Assert.Equal(new AuditFault(7, AuditFaultKind.Changed), (await VerifyAsync()).Fault);
    }

    [Fact]
    public async Task A_chain_that_was_written_anew_is_not_the_one_that_was_signed()
    {
        var entries = (await store.ReadAsync("c", 0, 10)).Select(row => row.Sequence == 3 ? row.Entry with { Actor = "eve" } : row.Entry).ToList();
        Tamper("DELETE FROM entry");
        await new AuditChain(store, "c").AppendAsync(entries);
        Assert.Equal(new AuditFault(4, AuditFaultKind.Rewritten), (await VerifyAsync()).Fault);
    }

    [Fact]
    public async Task The_end_that_was_cut_off_with_its_signed_heads_shows_by_a_head_that_is_kept_elsewhere()
    {
        var head = chain.Head!;
        Tamper("DELETE FROM entry WHERE sequence > 6; DELETE FROM seal WHERE number = 2");
        Assert.Null((await VerifyAsync()).Fault);
        Assert.Equal(new AuditFault(7, AuditFaultKind.CutOff), (await AuditVerifier.VerifyAsync(store, "c", Key, [head])).Fault);
    }

    [Fact]
    public async Task A_head_that_another_key_has_signed_is_counted_apart_and_still_compared()
    {
        var other = new AuditKey(new byte[32]);
        await chain.AppendAsync([new AuditEntry(Samples.Noon, "nina", "look")]);
        await store.SealAsync(other.Sign(chain.Head!, 3, Samples.Noon));
        Assert.Equal(new AuditVerdict("c", 11, 2, null, OtherKeys: 1), await VerifyAsync());
        Tamper("DELETE FROM entry WHERE sequence = 11");
        Assert.Equal(AuditFaultKind.CutOff, (await VerifyAsync()).Fault!.Kind);
    }

    private Task<AuditVerdict> VerifyAsync() => AuditVerifier.VerifyAsync(store, "c", Key, []);

    // As whoever has the file does it: the triggers are the first thing to go.
    private void Tamper(string statement)
    {
        using var connection = database.Open();
        foreach (var trigger in connection.Query<string>("SELECT name FROM sqlite_master WHERE type = 'trigger'").ToList())
            connection.Execute($"DROP TRIGGER {trigger}");
        connection.Execute(statement);
    }
}
