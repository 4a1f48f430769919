using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Contracts;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Accounts;

public sealed class PersonNamesTests
{
    private bool unavailable;

    [Fact]
    public async Task An_account_is_shown_by_its_clinicians_name_else_by_its_own_and_a_key_as_it_is()
    {
        using var people = Names();
        Assert.Equal("carl", people.Of("carl"));
        await people.RefreshAsync(default);
        Assert.Equal("Nina Sato, RN", people.Of("NINA"));
        Assert.Equal("Carl Jensen", people.Of("carl"));
        Assert.Equal("gateway 1", people.Of("gateway 1"));
        Assert.Equal([("carl", "Carl Jensen"), ("nina", "Nina Sato, RN")], people.All);
    }

    [Fact]
    public async Task Names_stay_while_the_stores_are_unavailable()
    {
        using var people = Names();
        await people.RefreshAsync(default);
        unavailable = true;
        await people.RefreshAsync(default);
        Assert.Equal("Nina Sato, RN", people.Of("nina"));
        Assert.Equal("Carl Jensen", people.Of("carl"));
    }

    private PersonNames Names() => new(
        BrokenStore.Of<IAccountStore>(null!, nameof(IAccountStore.AllAsync), (_, _) => Answer<Account>(
            Samples.Account("nina") with { DisplayName = "nina" }, Samples.Account("carl") with { DisplayName = "Carl Jensen" })),
        BrokenStore.Of<ICareTeamStore>(null!, nameof(ICareTeamStore.CliniciansAsync), (_, _) => Answer<Clinician>(
            Samples.Clinician("Nina Sato, RN") with { Account = "nina" }, Samples.Clinician("Nobody") with { Account = null })),
        new ManualTime());

    private Task<IReadOnlyList<T>> Answer<T>(params T[] all) =>
        unavailable ? Task.FromException<IReadOnlyList<T>>(new StoreUnavailableException("test", "away")) : Task.FromResult<IReadOnlyList<T>>(all);
}
