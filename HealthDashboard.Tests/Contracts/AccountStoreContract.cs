using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;

using static HealthDashboard.Tests.Contracts.Samples;

namespace HealthDashboard.Tests.Contracts;

/// <summary>What every store of accounts does.</summary>
public abstract class AccountStoreContract(StoreFactory<IAccountStore> factory) : IDisposable
{
    private readonly IAccountStore store = factory.Open();

    public void Dispose() => factory.Dispose();

    [Fact]
    public async Task An_account_comes_back_as_it_was_written()
    {
        var account = Account("Žofie") with { DisplayName = "Žofie 李", Wards = "North/ICU", Credentials = """{"pin":"ž"}""", LockedUntil = Noon, Version = 9 };
        var added = await store.AddAsync(account);
        Assert.Equal(account with { Version = 1 }, added);
        Assert.Equal(added, await store.FindAsync(account.Id));
        Assert.Equal(added, await store.FindByNameAsync("Žofie"));
    }

    [Theory]
    [InlineData("NINA")]
    [InlineData("nina")]
    [InlineData("žofie")]
    [InlineData("ŽOFIE")]
    public async Task A_name_is_found_in_any_case(string name)
    {
        await store.AddAsync(Account("Nina"));
        await store.AddAsync(Account("Žofie"));
        Assert.NotNull(await store.FindByNameAsync(name));
    }

    [Fact]
    public async Task What_is_not_there_is_null()
    {
        await store.AddAsync(Account("nina"));
        Assert.Null(await store.FindAsync(Id()));
        Assert.Null(await store.FindByNameAsync("nin"));
        Assert.Null(await store.FindByNameAsync("nina%"));
    }

    [Fact]
    public async Task A_taken_name_in_any_case_or_a_taken_id_is_refused()
    {
        var nina = await store.AddAsync(Account("Nina"));
        await ConflictAsync(ConflictReason.Duplicate, () => store.AddAsync(Account("nINA")));
        await ConflictAsync(ConflictReason.Duplicate, () => store.AddAsync(Account("other") with { Id = nina.Id }));
        var other = await store.AddAsync(Account("other"));
        await ConflictAsync(ConflictReason.Duplicate, () => store.ReplaceAsync(other with { UserName = "NINA" }));
        Assert.Equal([nina, other], await store.AllAsync());
    }

    [Fact]
    public async Task Accounts_are_listed_by_name()
    {
        foreach (var name in new[] { "carl", "Adam", "bea", "Dora" })
            await store.AddAsync(Account(name));
        Assert.Equal(["Adam", "bea", "carl", "Dora"], (await store.AllAsync()).Select(a => a.UserName));
    }

    [Fact]
    public async Task Replacing_makes_the_next_version_and_moves_the_name()
    {
        var account = await store.AddAsync(Account("nina") with { LockedUntil = Noon });
        var second = await store.ReplaceAsync(account with { UserName = "nina.novak", LockedUntil = null, Credentials = "{}" });
        Assert.Equal(2, second.Version);
        Assert.Equal(second, await store.FindByNameAsync("nina.novak"));
        Assert.Null(await store.FindByNameAsync("nina"));
    }

    [Fact]
    public async Task A_stale_or_missing_account_is_not_replaced()
    {
        var account = await store.AddAsync(Account("nina"));
        var second = await store.ReplaceAsync(account with { Credentials = "1" });
        await ConflictAsync(ConflictReason.Stale, () => store.ReplaceAsync(account with { Credentials = "0" }));
        await ConflictAsync(ConflictReason.Missing, () => store.ReplaceAsync(Account("nobody") with { Version = 1 }));
        Assert.Equal(second, Assert.Single(await store.AllAsync()));
    }

    [Fact]
    public async Task Of_writers_that_race_for_one_version_exactly_one_wins()
    {
        var account = await store.AddAsync(Account("nina"));
        var other = factory.Open();
        var (done, failed) = await RaceAsync(8, n => (n % 2 == 0 ? store : other).ReplaceAsync(account with { Credentials = $"{n}" }));
        Assert.All(failed, error => Assert.Equal(ConflictReason.Stale, Assert.IsType<ConflictException>(error).Reason));
        Assert.Equal(Assert.Single(done), await store.FindAsync(account.Id));
    }

    [Fact]
    public async Task What_was_written_is_there_after_a_restart()
    {
        var account = await store.AddAsync(Account("nina"));
        var again = factory.Reopen();
        Assert.Equal(account, await again.FindByNameAsync("nina"));
    }

    [Fact]
    public async Task A_cancelled_call_writes_nothing()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.AddAsync(Account("nina"), new CancellationToken(true)));
        Assert.Empty(await store.AllAsync());
    }

    private static async Task ConflictAsync(ConflictReason reason, Func<Task> act) =>
        Assert.Equal(reason, (await Assert.ThrowsAsync<ConflictException>(act)).Reason);
}
