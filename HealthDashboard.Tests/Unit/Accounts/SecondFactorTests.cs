using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using HealthDashboard.Accounts;
using HealthDashboard.Tests.Support;
using Microsoft.AspNetCore.DataProtection;

namespace HealthDashboard.Tests.Unit.Accounts;

/// <summary>The second factor, with codes that the tests work out by themselves.</summary>
public sealed partial class SecondFactorTests
{
    // RFC 6238, appendix B: the last six of its eight digits, for SHA-1.
    public static TheoryData<long, string> Vectors => new()
    {
        { 59, "287082" }, { 1111111109, "081804" }, { 1111111111, "050471" }, { 1234567890, "005924" }, { 2000000000, "279037" }, { 20000000000, "353130" },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public void The_codes_are_those_of_the_specification(long seconds, string code)
    {
        var key = Encoding.ASCII.GetBytes("12345678901234567890");
        Assert.Equal(code, CodeAt(key, DateTimeOffset.FromUnixTimeSeconds(seconds)));
        var protection = new EphemeralDataProtectionProvider();
        var credentials = new Credentials { Totp = protection.CreateProtector("HealthDashboard.SecondFactor").Protect("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ") };
        Assert.NotNull(new SecondFactor(protection, new At(DateTimeOffset.FromUnixTimeSeconds(seconds))).Use(credentials, code));
    }

    [Fact]
    public async Task Signing_in_asks_for_a_code_which_is_good_once_and_for_a_minute()
    {
        await using var host = await FeatureHost.StartAsync();
        var (key, recovery) = await TurnOnAsync(host, "nurse");
        Assert.Equal(10, recovery.Distinct().Count());
        var stored = (await host.Accounts.FindByNameAsync("nurse"))!.Credentials;
        Assert.DoesNotContain(recovery[0], stored, StringComparison.Ordinal);

        host.Time.Advance(TimeSpan.FromMinutes(5));
        var client = host.Client();
        Assert.Equal(HttpStatusCode.OK, (await WithCodeAsync(client, "nurse", "000000")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await WithCodeAsync(client, "nurse", CodeAt(key, host.Time.GetUtcNow().AddMinutes(-2)))).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/patients")).StatusCode);
        var code = CodeAt(key, host.Time.GetUtcNow());
        Assert.Equal(HttpStatusCode.Found, (await WithCodeAsync(client, "nurse", code)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/patients")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await WithCodeAsync(host.Client(), "nurse", code)).StatusCode);

        Assert.Equal(HttpStatusCode.Found, (await WithCodeAsync(host.Client(), "nurse", recovery[3].ToLowerInvariant())).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await WithCodeAsync(host.Client(), "nurse", recovery[3])).StatusCode);
    }

    [Fact]
    public async Task Wrong_codes_are_counted()
    {
        await using var host = await FeatureHost.StartAsync();
        var (key, _) = await TurnOnAsync(host, "nurse");
        host.Time.Advance(TimeSpan.FromMinutes(6));
        for (var i = 0; i < SignInLimits.ByNameAndPlace; i++)
            await WithCodeAsync(host.Client(), "nurse", $"00000{i}");
        Assert.Equal(HttpStatusCode.OK, (await WithCodeAsync(host.Client(), "nurse", CodeAt(key, host.Time.GetUtcNow()))).StatusCode);
    }

    [Fact]
    public async Task The_right_password_with_the_right_code_passes_every_limit_and_without_one_tells_nothing_beyond_it()
    {
        await using var host = await FeatureHost.StartAsync();
        var (key, _) = await TurnOnAsync(host, "nurse");
        host.Time.Advance(TimeSpan.FromMinutes(6));
        var client = host.Client();
        for (var i = 0; i < SignInLimits.ByNameAndPlace; i++)
            await FeatureHost.SignInAsync(client, "nurse", "wrong");
        Assert.DoesNotContain("name=\"Ticket\"", await (await FeatureHost.SignInAsync(client, "nurse", "demo")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await SignInAsync(client, "nurse", "demo", "000000")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await SignInAsync(client, "nurse", "wrong", CodeAt(key, host.Time.GetUtcNow()))).StatusCode);
        Assert.Equal(HttpStatusCode.Found, (await SignInAsync(client, "nurse", "demo", CodeAt(key, host.Time.GetUtcNow()))).StatusCode);
    }

    [Fact]
    public async Task It_is_not_turned_on_by_a_wrong_code_or_password_or_for_somebody_else()
    {
        await using var host = await FeatureHost.StartAsync();
        var (nurse, doctor) = (await host.SignedInAsync("nurse"), await host.SignedInAsync("doctor"));
        var (setUp, key) = await BeginAsync(nurse);
        var code = CodeAt(key, host.Time.GetUtcNow());
        foreach (var (client, password, sent) in new[] { (nurse, "demo", "000000"), (nurse, "wrong", code), (doctor, "demo", code) })
        {
            await SendAsync(client, "second-confirm", ("Input.SetUp", setUp), ("Input.Current", password), ("Input.Code", sent));
            Assert.All(await host.Accounts.AllAsync(), account => Assert.False(SecondFactor.IsOn(account)));
        }
    }

    [Fact]
    public async Task An_administrator_takes_it_away_from_somebody_who_lost_it_and_so_does_its_owner_with_a_code()
    {
        await using var host = await FeatureHost.StartAsync();
        await TurnOnAsync(host, "nurse");
        var admin = await host.SignedInAsync("admin");
        var address = $"/accounts/{(await host.Accounts.FindByNameAsync("nurse"))!.Id}";
        await SendAsync(admin, "second", address);
        Assert.Contains(await host.ReadAuditAsync(null, 3), entry => (entry.Actor, entry.Action, entry.Detail) == ("admin", "account.second.reset", "nurse"));
        var nurse = await host.SignedInAsync("nurse");

        host.Time.Advance(TimeSpan.FromMinutes(6));
        var (key, _) = await TurnOnAsync(host, "nurse", nurse);
        host.Time.Advance(TimeSpan.FromMinutes(1));
        await SendAsync(nurse, "second-remove", ("Input.Current", "demo"), ("Input.Code", "000000"));
        Assert.True(SecondFactor.IsOn((await host.Accounts.FindByNameAsync("nurse"))!));
        await SendAsync(nurse, "second-remove", ("Input.Current", "demo"), ("Input.Code", CodeAt(key, host.Time.GetUtcNow())));
        await host.SignedInAsync("nurse");
        Assert.Equal(
            ["account.second.off", "account.second.on", "account.second.reset", "account.second.on"],
            (await host.ReadAuditAsync(null, 100)).Select(entry => entry.Action).Where(action => action.StartsWith("account.second", StringComparison.Ordinal)));
    }

    private static async Task<(byte[] Key, string[] Recovery)> TurnOnAsync(FeatureHost host, string userName, HttpClient? client = null)
    {
        client ??= await host.SignedInAsync(userName);
        var (setUp, key) = await BeginAsync(client);
        var answer = await SendAsync(client, "second-confirm", ("Input.SetUp", setUp), ("Input.Current", "demo"), ("Input.Code", CodeAt(key, host.Time.GetUtcNow())));
        var page = await answer.Content.ReadAsStringAsync();
        return (key, [.. RecoveryCode().Matches(page).Select(match => match.Groups["code"].Value)]);
    }

    private static async Task<(string SetUp, byte[] Key)> BeginAsync(HttpClient client)
    {
        var page = await (await SendAsync(client, "second-begin")).Content.ReadAsStringAsync();
        return (SetUp().Match(page).Groups["setup"].Value, FromBase32(Secret().Match(page).Groups["secret"].Value));
    }

    private static async Task<HttpResponseMessage> WithCodeAsync(HttpClient client, string userName, string code)
    {
        var page = await (await FeatureHost.SignInAsync(client, userName, "demo")).Content.ReadAsStringAsync();
        return await client.PostAsync("/signin", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["_handler"] = "code",
            ["__RequestVerificationToken"] = FeatureHost.Token().Match(page).Groups["token"].Value,
            ["Ticket"] = Ticket().Match(page).Groups["ticket"].Value,
            ["Code"] = code,
        }));
    }

    private static async Task<HttpResponseMessage> SignInAsync(HttpClient client, string userName, string password, string code) =>
        await client.PostAsync("/signin", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["_handler"] = "signin",
            ["__RequestVerificationToken"] = FeatureHost.Token().Match(await client.GetStringAsync("/signin")).Groups["token"].Value,
            ["Input.UserName"] = userName,
            ["Input.Password"] = password,
            ["Input.Code"] = code,
        }));

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, string form, params (string Key, string Value)[] fields) =>
        SendAsync(client, form, "/account", fields);

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string form, string address, params (string Key, string Value)[] fields)
    {
        var all = fields.ToDictionary(field => field.Key, field => field.Value);
        all["_handler"] = form;
        all["__RequestVerificationToken"] = FeatureHost.Token().Match(await client.GetStringAsync(address)).Groups["token"].Value;
        return await client.PostAsync(address, new FormUrlEncodedContent(all));
    }

    // RFC 6238 by the letter: HMAC-SHA-1 over the big-endian count of 30 s steps, dynamically truncated (RFC 4226, 5.3).
    private static string CodeAt(byte[] key, DateTimeOffset time)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, time.ToUnixTimeSeconds() / 30);
#pragma warning disable CA5350 // The specification's algorithm.
        var hash = HMACSHA1.HashData(key, counter);
#pragma warning restore CA5350
        var offset = hash[^1] & 0xf;
        return ((BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(offset, 4)) & 0x7fffffff) % 1_000_000).ToString("D6", System.Globalization.CultureInfo.InvariantCulture);
    }

    private static byte[] FromBase32(string text)
    {
        var bits = string.Concat(text.TrimEnd('=').Select(one => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(one, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2))];
    }

    private sealed class At(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }

    [GeneratedRegex("<li><code>(?<code>[A-Z2-7-]+)</code>", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RecoveryCode();

    [GeneratedRegex("name=\"Input.SetUp\" value=\"(?<setup>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SetUp();

    [GeneratedRegex("class=\"secret\">(?<secret>[A-Z2-7]+)<", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Secret();

    [GeneratedRegex("name=\"Ticket\" value=\"(?<ticket>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Ticket();
}
