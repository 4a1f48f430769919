using System.Net;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Accounts;

public sealed class AccountPageTests
{
    private const string LongEnough = "correct horse battery";

    [Fact]
    public async Task An_administrator_adds_an_account_that_can_then_sign_in()
    {
        await using var host = await FeatureHost.StartAsync();
        var admin = await host.SignedInAsync("admin");
        var added = await SendAsync(admin, "/accounts", "add", ("Input.UserName", "eve"), ("Input.DisplayName", "Eve Lund"), ("Input.Role", "Doctor"), ("Input.Password", LongEnough));
        Assert.Equal(HttpStatusCode.Found, added.StatusCode);
        await host.SignedInAsync("eve", LongEnough);
        Assert.Contains("Eve Lund", await admin.GetStringAsync("/accounts"), StringComparison.Ordinal);
        Assert.Contains(await host.ReadAuditAsync(null, 5), e => (e.Actor, e.Action, e.Detail) == ("admin", "account.add", "eve"));
    }

    [Theory]
    [InlineData("NURSE", "Eve", "Doctor", LongEnough, "nurse")]
    [InlineData("eve lund", "Eve", "Doctor", LongEnough, "eve lund")]
    [InlineData("eve", " ", "Doctor", LongEnough, "Name has 0")]
    [InlineData("eve", "Eve", "Root", LongEnough, "Doctor, Nurse, ChargeNurse, Admin, Auditor, Display")]
    [InlineData("eve", "Eve", "Doctor", "short", "10 characters")]
    public async Task A_wrong_account_is_not_added_and_the_page_says_why(string userName, string name, string role, string password, string said)
    {
        await using var host = await FeatureHost.StartAsync();
        var admin = await host.SignedInAsync("admin");
        var before = (await host.Accounts.AllAsync()).Count;
        var answer = await SendAsync(admin, "/accounts", "add", ("Input.UserName", userName), ("Input.DisplayName", name), ("Input.Role", role), ("Input.Password", password));
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Contains("role=\"alert\"", page, StringComparison.Ordinal);
        Assert.Contains(said, page[page.IndexOf("role=\"alert\"", StringComparison.Ordinal)..], StringComparison.OrdinalIgnoreCase);
        Assert.Equal(before, (await host.Accounts.AllAsync()).Count);
    }

    [Fact]
    public async Task A_locked_account_is_signed_out_and_stays_out_until_it_is_unlocked()
    {
        await using var host = await FeatureHost.StartAsync();
        var admin = await host.SignedInAsync("admin");
        var nurse = await host.SignedInAsync("nurse");
        var page = $"/accounts/{await IdOfAsync(host, "nurse")}";
        await SendAsync(admin, page, "lock");
        host.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(HttpStatusCode.Unauthorized, (await nurse.GetAsync("/api/patients")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await FeatureHost.SignInAsync(host.Client(), "nurse", "demo")).StatusCode);
        await SendAsync(admin, page, "lock");
        await host.SignedInAsync("nurse");
    }

    [Fact]
    public async Task A_new_role_holds_for_the_next_session_and_ends_this_one()
    {
        await using var host = await FeatureHost.StartAsync();
        var admin = await host.SignedInAsync("admin");
        var nurse = await host.SignedInAsync("nurse");
        await SendAsync(admin, $"/accounts/{await IdOfAsync(host, "nurse")}", "change", ("Input.DisplayName", "Nina Novak"), ("Input.Role", "Admin"));
        host.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(HttpStatusCode.Unauthorized, (await nurse.GetAsync("/api/patients")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await (await host.SignedInAsync("nurse")).GetAsync("/accounts")).StatusCode);
    }

    [Fact]
    public async Task A_new_password_replaces_the_old_one()
    {
        await using var host = await FeatureHost.StartAsync();
        var admin = await host.SignedInAsync("admin");
        await SendAsync(admin, $"/accounts/{await IdOfAsync(host, "nurse")}", "password", ("Password", LongEnough));
        Assert.Equal(HttpStatusCode.OK, (await FeatureHost.SignInAsync(host.Client(), "nurse", "demo")).StatusCode);
        await host.SignedInAsync("nurse", LongEnough);
    }

    [Fact]
    public async Task The_form_of_an_account_shows_the_role_it_has()
    {
        await using var host = await FeatureHost.StartAsync();
        var admin = await host.SignedInAsync("admin");
        var page = await admin.GetStringAsync($"/accounts/{await IdOfAsync(host, "nurse")}");
        Assert.Contains("<option value=\"Nurse\" selected", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_locks_themselves_out()
    {
        await using var host = await FeatureHost.StartAsync();
        var admin = await host.SignedInAsync("admin");
        var page = $"/accounts/{await IdOfAsync(host, "admin")}";
        await SendAsync(admin, page, "lock");
        await SendAsync(admin, page, "change", ("Input.DisplayName", "Adam Reed"), ("Input.Role", "Nurse"));
        var account = (await host.Accounts.FindByNameAsync("admin"))!;
        Assert.Equal((Roles.Admin, false), (account.Role, account.IsLocked()));
    }

    [Fact]
    public async Task Only_administrators_see_accounts()
    {
        await using var host = await FeatureHost.StartAsync();
        var doctor = await host.SignedInAsync("doctor");
        var id = await IdOfAsync(host, "nurse");
        foreach (var page in new[] { "/accounts", $"/accounts/{id}" })
        {
            var answer = await doctor.GetAsync(page);
            Assert.StartsWith("/denied", answer.Headers.Location!.PathAndQuery, StringComparison.Ordinal);
        }
        Assert.Equal(HttpStatusCode.NotFound, (await (await host.SignedInAsync("admin")).GetAsync("/accounts/nobody")).StatusCode);
    }

    private static async Task<ObjectId> IdOfAsync(FeatureHost host, string userName) => (await host.Accounts.FindByNameAsync(userName))!.Id;

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string page, string form, params (string Key, string Value)[] fields)
    {
        var html = await client.GetStringAsync(page);
        var all = fields.ToDictionary(f => f.Key, f => f.Value);
        all["_handler"] = form;
        all["__RequestVerificationToken"] = FeatureHost.Token().Match(html).Groups["token"].Value;
        return await client.PostAsync(page, new FormUrlEncodedContent(all));
    }
}
