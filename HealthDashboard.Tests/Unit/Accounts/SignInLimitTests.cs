using System.Net;
using HealthDashboard.Accounts;
using HealthDashboard.Tests.Support;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Tests.Unit.Accounts;

/// <summary>What an attempt to sign in tells, and how many there are.</summary>
public sealed class SignInLimitTests
{
    public static TheoryData<string, string> Attempts => new()
    {
        { "nobody", "demo" }, { "nurse", "wrong" }, { "doctor", "demo" }, { "doctor", "wrong" }, { "admin", new string('x', 300) },
        { "nobody", new string('x', 300) },
    };

    [Fact]
    public async Task A_name_that_nobody_has_a_locked_account_and_a_wrong_password_get_the_same_page_for_the_same_work()
    {
        var hashes = new CountingHasher();
        await using var host = await FeatureHost.StartAsync(services => services.AddSingleton<IPasswordHasher<AccountUser>>(hashes));
        await LockAsync(host, "doctor");
        await FeatureHost.SignInAsync(host.Client(), "nobody", "demo");

        var seen = new HashSet<(string Page, int Hashes, int Audited)>();
        foreach (var (name, password) in Attempts.Select(row => (row.Data.Item1, row.Data.Item2)))
        {
            var (before, audited) = (hashes.Verified, (await host.ReadAuditAsync(null, 1000)).Count);
            var answer = await FeatureHost.SignInAsync(host.Client(), name, password);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            seen.Add((Said(await answer.Content.ReadAsStringAsync()), hashes.Verified - before, (await host.ReadAuditAsync(null, 1000)).Count - audited));
        }
        Assert.Equal((1, 1), (Assert.Single(seen).Hashes, seen.Single().Audited));
        Assert.DoesNotContain("nobody", (await host.ReadAuditAsync(null, 100)).Select(e => e.Actor));
    }

    [Fact]
    public async Task Beyond_the_limit_the_page_and_the_work_are_still_the_same_with_the_right_password_too()
    {
        var hashes = new CountingHasher();
        await using var host = await FeatureHost.StartAsync(services => services.AddSingleton<IPasswordHasher<AccountUser>>(hashes));
        var seen = new HashSet<(string, int)>();
        foreach (var password in Enumerable.Repeat("wrong", SignInLimits.ByNameAndPlace + 2).Append("demo"))
        {
            var before = hashes.Verified;
            var answer = await FeatureHost.SignInAsync(host.Client(), "nurse", password);
            seen.Add((Said(await answer.Content.ReadAsStringAsync()), hashes.Verified - before));
        }
        Assert.Single(seen);
    }

    [Fact]
    public async Task Five_wrong_passwords_from_one_address_are_followed_by_five_minutes_in_which_the_right_one_is_refused_too()
    {
        await using var host = await FeatureHost.StartAsync();
        await GuessAsync(host.Client(), "nurse", 5);
        host.Time.Advance(SignInLimits.For - TimeSpan.FromSeconds(1));
        Assert.False(await SignsInAsync(host.Client(), "nurse"));
        host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await SignsInAsync(host.Client(), "nurse"));
        Assert.Equal(
            ["account.signin", "account.signin.locked", "account.signin.refused"],
            (await host.ReadAuditAsync(null, 3)).Select(e => e.Action));
    }

    [Fact]
    public async Task A_burst_of_guesses_gets_no_more_than_five_tries()
    {
        await using var host = await FeatureHost.StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 11).Select(_ => FeatureHost.SignInAsync(host.Client(), "nurse", "wrong")));
        var audit = await host.ReadAuditAsync(null, 20);
        Assert.Equal((5, 6), (audit.Count(e => e.Action == "account.signin.refused"), audit.Count(e => e.Action == "account.signin.locked")));
    }

    [Fact]
    public async Task Guessing_from_elsewhere_keeps_nobody_out()
    {
        await using var host = await FeatureHost.StartAsync();
        var (own, other) = (await host.SignedInAsync("nurse"), host.Client());
        // More addresses than there are attempts at one name, each beyond its own limit.
        for (var attacker = 2; attacker < 14; attacker++)
        {
            var client = host.ClientFrom($"127.0.0.{attacker}");
            await GuessAsync(client, "nurse", 6);
        }
        Assert.True(await SignsInAsync(own, "nurse"));
        // On a device that nobody knows the attempts from everywhere count, for five minutes and no longer.
        Assert.False(await SignsInAsync(other, "nurse"));
        host.Time.Advance(SignInLimits.For);
        Assert.True(await SignsInAsync(other, "nurse"));
    }

    [Fact]
    public async Task A_device_on_which_the_person_has_signed_in_before_gets_five_tries_too()
    {
        await using var host = await FeatureHost.StartAsync();
        var own = await host.SignedInAsync("nurse");
        await SignOutAsync(own);
        await GuessAsync(own, "nurse", 5);
        Assert.False(await SignsInAsync(own, "nurse"));
    }

    [Fact]
    public async Task One_address_may_not_try_many_names()
    {
        await using var host = await FeatureHost.StartAsync();
        for (var i = 0; i < SignInLimits.ByAddress; i++)
            await GuessAsync(host.Client(), $"name{i}", 1);
        Assert.False(await SignsInAsync(host.Client(), "nurse"));
        var elsewhere = host.ClientFrom("127.0.0.2");
        Assert.True(await SignsInAsync(elsewhere, "nurse"));
    }

    private static async Task LockAsync(FeatureHost host, string userName) =>
        await host.Accounts.ReplaceAsync((await host.Accounts.FindByNameAsync(userName))!.Locked());

    private static async Task GuessAsync(HttpClient client, string userName, int times)
    {
        for (var i = 0; i < times; i++)
            Assert.Equal(HttpStatusCode.OK, (await FeatureHost.SignInAsync(client, userName, "wrong")).StatusCode);
    }

    private static async Task<bool> SignsInAsync(HttpClient client, string userName)
    {
        await SignOutAsync(client);
        return (await FeatureHost.SignInAsync(client, userName, "demo")).StatusCode == HttpStatusCode.Found;
    }

    private static async Task SignOutAsync(HttpClient client)
    {
        var page = await (await client.GetAsync("/denied")).Content.ReadAsStringAsync();
        if (FeatureHost.Token().Match(page) is { Success: true } token)
            await client.PostAsync("/signout", new FormUrlEncodedContent(new Dictionary<string, string> { ["__RequestVerificationToken"] = token.Groups["token"].Value }));
    }

    private static string Said(string page)
    {
        var start = page.IndexOf("role=\"alert\"", StringComparison.Ordinal);
        Assert.True(start > 0, page);
        return page[start..page.IndexOf("</p>", start, StringComparison.Ordinal)];
    }

    private sealed class CountingHasher : IPasswordHasher<AccountUser>
    {
        private readonly PasswordHasher<AccountUser> inner = new(Microsoft.Extensions.Options.Options.Create(new PasswordHasherOptions { IterationCount = 1000 }));
        private int verified;

        public int Verified => verified;

        public string HashPassword(AccountUser user, string password) => inner.HashPassword(user, password);

        public PasswordVerificationResult VerifyHashedPassword(AccountUser user, string hashedPassword, string providedPassword)
        {
            Interlocked.Increment(ref verified);
            return inner.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }
    }
}
