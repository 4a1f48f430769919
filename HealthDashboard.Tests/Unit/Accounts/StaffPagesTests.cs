using Bunit;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Contracts;
using HealthDashboard.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Tests.Unit.Accounts;

/// <summary>The pages of accounts and of who is on call in each of their states.</summary>
public sealed class StaffPagesTests
{
    [Fact]
    public async Task Accounts_are_listed_with_their_state_and_one_can_be_added()
    {
        await using var page = Page(store => BrokenStore.Of(store, nameof(IAccountStore.AllAsync), (_, _) => Task.FromResult<IReadOnlyList<Account>>(
            [Samples.Account("nina"), Samples.Account("carl") with { LockedUntil = DateTimeOffset.MaxValue }])));
        var list = page.Render<AccountList>(set => set.AddCascadingValue<HttpContext>(new DefaultHttpContext()));
        Assert.Equal(["open", "locked"], list.FindAll("tbody .badge").Select(badge => badge.TextContent));
        Assert.Contains("2 accounts", list.Markup, StringComparison.Ordinal);
        Assert.Single(list.FindAll("form"));
    }

    [Fact]
    public async Task A_page_whose_store_is_unavailable_says_so_and_offers_nothing_that_cannot_be_done()
    {
        var unavailable = new StoreUnavailableException("test", "away");
        await using var page = Page(store => BrokenStore.Of(
            BrokenStore.Of(store, nameof(IAccountStore.AllAsync), (_, _) => Task.FromException<IReadOnlyList<Account>>(unavailable)),
            nameof(IAccountStore.FindAsync), (_, _) => Task.FromException<Account?>(unavailable)));
        var context = new DefaultHttpContext();
        foreach (var markup in new[]
        {
            page.Render<AccountList>(set => set.AddCascadingValue<HttpContext>(context)).Markup,
            page.Render<AccountEdit>(set => set.AddCascadingValue<HttpContext>(context).Add(edit => edit.Id, Samples.Id().ToString())).Markup,
        })
        {
            Assert.Contains("The store of accounts is unavailable", markup, StringComparison.Ordinal);
            Assert.DoesNotContain("<form", markup, StringComparison.Ordinal);
        }
        Assert.Equal(StatusCodes.Status200OK, context.Response.StatusCode);
    }

    private static BunitContext Page(Func<IAccountStore, IAccountStore> change)
    {
        var page = new BunitContext();
        var accounts = change(BrokenStore.Of<IAccountStore>(null!, "", (_, _) => null));
        page.Services.AddSingleton<TimeProvider>(new ManualTime());
        page.Services.AddSingleton(accounts);
        page.Services.AddSingleton(new Sessions(null!, new ManualTime()));
        page.Services.AddSingleton(new AccountAdmin(null!, accounts, new Sessions(null!, new ManualTime()), null!, AuditRecords.Over(null!, "", new ManualTime())));
        return page;
    }
}
