using HealthDashboard.Data.Model;
using HealthDashboard.Data.Sqlite.Patients;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;

using static HealthDashboard.Tests.Contracts.Samples;

namespace HealthDashboard.Tests.Contracts;

/// <summary>What every store of sessions, keys and invitations does.</summary>
public abstract class GrantStoreContract(StoreFactory<IGrantStore> factory) : IDisposable
{
    private readonly IGrantStore store = factory.Open();

    public void Dispose() => factory.Dispose();

    [Fact]
    public async Task A_grant_comes_back_as_it_was_written_also_after_a_restart()
    {
        var session = Grant('a') with { AccountId = Id(), ExpiresAt = Noon.AddDays(1), UsedAt = Noon.AddHours(1) };
        var key = Grant('b', "key");
        await store.AddAsync(session);
        await store.AddAsync(key);
        Assert.Equal(session, await store.FindAsync(session.Id));
        var again = factory.Reopen();
        Assert.Equal((session, key), (await again.FindAsync(session.Id), await again.FindAsync(key.Id)));
    }

    [Fact]
    public async Task What_is_not_there_is_null_and_a_taken_id_is_refused()
    {
        await store.AddAsync(Grant('a'));
        Assert.Null(await store.FindAsync(new string('b', 64)));
        var taken = await Assert.ThrowsAsync<ConflictException>(() => store.AddAsync(Grant('a', "key")));
        Assert.Equal(ConflictReason.Duplicate, taken.Reason);
        Assert.Equal("session", (await store.FindAsync(Grant('a').Id))!.Kind);
    }

    [Fact]
    public async Task They_are_listed_by_kind_and_account_newest_first()
    {
        var (nina, dora) = (Id(), Id());
        Grant[] all =
        [
            Grant('a') with { AccountId = nina }, Grant('b') with { AccountId = nina, CreatedAt = Noon.AddMinutes(1) },
            Grant('c') with { AccountId = dora, CreatedAt = Noon.AddMinutes(2) }, Grant('d', "key"),
        ];
        foreach (var grant in all)
            await store.AddAsync(grant);
        Assert.Equal(["b", "a"], Letters(await store.ListAsync("session", nina)));
        Assert.Equal(["c", "b", "a"], Letters(await store.ListAsync("session", null)));
        Assert.Equal(["d"], Letters(await store.ListAsync("key", null)));
        Assert.Empty(await store.ListAsync("invite", null));
    }

    [Fact]
    public async Task What_was_removed_does_not_come_back_by_a_change()
    {
        var grant = Grant('a') with { AccountId = Id() };
        await store.AddAsync(grant);
        var used = grant with { UsedAt = Noon.AddHours(3), Detail = "locked", Name = "Chrome", ExpiresAt = Noon.AddHours(9) };
        Assert.True(await store.ReplaceAsync(used));
        Assert.Equal(used, await store.FindAsync(grant.Id));
        Assert.True(await store.RemoveAsync(grant.Id));
        Assert.False(await store.ReplaceAsync(used));
        Assert.Null(await store.FindAsync(grant.Id));
    }

    [Fact]
    public async Task Of_those_who_remove_one_at_the_same_time_exactly_one_has_done_it()
    {
        await store.AddAsync(Grant('a'));
        var other = factory.Open();
        var (done, failed) = await RaceAsync(8, n => (n % 2 == 0 ? store : other).RemoveAsync(Grant('a').Id));
        Assert.Empty(failed);
        Assert.Single(done, removed => removed);
    }

    private static Grant Grant(char letter, string kind = "session") =>
        new() { Id = new string(letter, 64), Kind = kind, Name = "Firefox ž", Detail = """{"a":"ü"}""", CreatedAt = Noon, UsedAt = Noon };

    private static IEnumerable<string> Letters(IEnumerable<Grant> grants) => grants.Select(grant => grant.Id[..1]);
}

public sealed class SqliteGrantStoreTests() : GrantStoreContract(
    new SqliteStoreFactory<IGrantStore>(PatientSchema.Open, database => new SqliteGrantStore(database)));
