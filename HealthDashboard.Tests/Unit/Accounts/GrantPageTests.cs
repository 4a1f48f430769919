using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using HealthDashboard.Accounts;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Accounts;

/// <summary>Sessions, invitations and keys: seen, ended, made and used up.</summary>
public sealed partial class GrantPageTests
{
    private const string Password = "blue kettle seven";

    [Fact]
    public async Task A_person_sees_their_sessions_and_ends_one_which_is_then_out_within_seconds()
    {
        await using var host = await FeatureHost.StartAsync();
        var (here, there) = (await host.SignedInAsync("nurse"), await host.SignedInAsync("nurse"));
        await host.SignedInAsync("doctor");
        var page = await here.GetStringAsync("/account");
        var ids = EndButton().Matches(page).Select(match => match.Groups["id"].Value).ToList();
        Assert.Equal(2, ids.Count);
        var other = ids.Single(id => !IsOwn(page, page.IndexOf($"value=\"{id}\"", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.Found, (await SendAsync(here, "/account", "end-session", ("EndId", other))).StatusCode);
        host.Time.Advance(Sessions.Fresh);
        Assert.Equal(HttpStatusCode.Unauthorized, (await there.GetAsync("/api/patients")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await here.GetAsync("/api/patients")).StatusCode);
    }

    [Fact]
    public async Task Nobody_ends_a_session_of_somebody_else_by_its_id()
    {
        await using var host = await FeatureHost.StartAsync();
        var (nurse, doctor) = (await host.SignedInAsync("nurse"), await host.SignedInAsync("doctor"));
        var id = EndButton().Match(await doctor.GetStringAsync("/account")).Groups["id"].Value;
        await SendAsync(nurse, "/account", "end-session", ("EndId", id));
        host.Time.Advance(Sessions.Fresh);
        Assert.Equal(HttpStatusCode.OK, (await doctor.GetAsync("/api/patients")).StatusCode);
    }

    [Fact]
    public async Task An_administrator_ends_all_sessions_of_an_account()
    {
        await using var host = await FeatureHost.StartAsync();
        var (admin, nurse) = (await host.SignedInAsync("admin"), await host.SignedInAsync("nurse"));
        var page = $"/accounts/{(await host.Accounts.FindByNameAsync("nurse"))!.Id}";
        await SendAsync(admin, page, "end-session", ("EndId", ""));
        host.Time.Advance(Sessions.Fresh);
        Assert.Equal(HttpStatusCode.Unauthorized, (await nurse.GetAsync("/api/patients")).StatusCode);
        Assert.Contains(await host.ReadAuditAsync(null, 3), entry => (entry.Actor, entry.Action, entry.Detail) == ("admin", "account.session.end", "nurse"));
    }

    [Fact]
    public async Task An_invited_person_sets_a_password_of_their_own_once_and_within_a_day()
    {
        await using var host = await FeatureHost.StartAsync();
        var admin = await host.SignedInAsync("admin");
        var added = await SendAsync(admin, "/accounts", "add", ("Input.UserName", "eve"), ("Input.DisplayName", "Eve Lund"), ("Input.Role", "Nurse"));
        Assert.Equal($"/accounts/{(await host.Accounts.FindByNameAsync("eve"))!.Id}", added.Headers.Location!.IsAbsoluteUri ? added.Headers.Location.PathAndQuery : added.Headers.Location.ToString());
        Assert.Equal(HttpStatusCode.OK, (await FeatureHost.SignInAsync(host.Client(), "eve", "x")).StatusCode);
        var first = await InviteAsync(host, admin);
        var link = await InviteAsync(host, admin);
        Assert.Contains("no longer good", await host.Client().GetStringAsync(first), StringComparison.Ordinal);

        var client = host.Client();
        await SendAsync(client, link, "invite", ("Input.Next", "password12"), ("Input.Again", "password12"));
        Assert.Equal(HttpStatusCode.Found, (await SendAsync(client, link, "invite", ("Input.Next", Password), ("Input.Again", Password))).StatusCode);
        await host.SignedInAsync("eve", Password);
        Assert.Contains("no longer good", await client.GetStringAsync(link), StringComparison.Ordinal);

        var late = await InviteAsync(host, admin);
        host.Time.Advance(Invites.For);
        Assert.Contains("no longer good", await client.GetStringAsync(late), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_an_administrator_makes_is_shown_once_does_what_its_scopes_say_and_ends_when_it_is_removed()
    {
        await using var host = await FeatureHost.StartAsync();
        var admin = await host.SignedInAsync("admin");
        var made = await (await SendAsync(admin, "/keys", "add", ("Input.Name", "ward tablet"), ("Input.Scopes", "read"))).Content.ReadAsStringAsync();
        var key = MadeKey().Match(made).Groups["key"].Value;
        Assert.StartsWith("hd_", key, StringComparison.Ordinal);
        var page = await admin.GetStringAsync("/keys");
        Assert.DoesNotContain(key, page, StringComparison.Ordinal);
        Assert.Contains("ward tablet", page, StringComparison.Ordinal);
        Assert.Contains("test ingest", page, StringComparison.Ordinal);

        var program = host.Client(key);
        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync("/api/patients")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await program.PostAsJsonAsync("/api/patients", FeatureHost.NewPatient())).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.Client(FeatureHost.ReadKey).GetAsync("/api/patients")).StatusCode);

        var old = ChangeButton().Match(await admin.GetStringAsync("/keys")).Groups["id"].Value;
        var rotated = MadeKey().Match(await (await SendAsync(admin, "/keys", "key", ("Rotate", old))).Content.ReadAsStringAsync()).Groups["key"].Value;
        Assert.Equal(HttpStatusCode.OK, (await host.Client(rotated).GetAsync("/api/patients")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync("/api/patients")).StatusCode);
        host.Time.Advance(KeyBook.Overlap);
        Assert.Equal(HttpStatusCode.Unauthorized, (await program.GetAsync("/api/patients")).StatusCode);

        var again = await host.SignedInAsync("admin");
        var current = ChangeButton().Match(await again.GetStringAsync("/keys")).Groups["id"].Value;
        await SendAsync(again, "/keys", "key", ("Remove", current));
        host.Time.Advance(KeyBook.Fresh);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.Client(rotated).GetAsync("/api/patients")).StatusCode);
        Assert.Equal(
            ["key.remove", "key.rotate", "key.create"],
            (await host.ReadAuditAsync(null, 100)).Select(entry => entry.Action).Where(action => action.StartsWith("key.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Keys_are_for_administrators()
    {
        await using var host = await FeatureHost.StartAsync();
        Assert.StartsWith("/denied", (await (await host.SignedInAsync("doctor")).GetAsync("/keys")).Headers.Location!.PathAndQuery, StringComparison.Ordinal);
        Assert.NotEqual(HttpStatusCode.OK, (await host.Client(FeatureHost.WriteKey).GetAsync("/keys")).StatusCode);
    }

    private static bool IsOwn(string page, int at) => page[page.LastIndexOf("<tr", at, StringComparison.Ordinal)..at].Contains("this one", StringComparison.Ordinal);

    private static async Task<string> InviteAsync(FeatureHost host, HttpClient admin)
    {
        var page = $"/accounts/{(await host.Accounts.FindByNameAsync("eve"))!.Id}";
        return InviteLink().Match(await (await SendAsync(admin, page, "invite")).Content.ReadAsStringAsync()).Groups["path"].Value;
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string page, string form, params (string Key, string Value)[] fields)
    {
        var all = fields.ToDictionary(field => field.Key, field => field.Value);
        all["_handler"] = form;
        all["__RequestVerificationToken"] = FeatureHost.Token().Match(await client.GetStringAsync(page)).Groups["token"].Value;
        return await client.PostAsync(page, new FormUrlEncodedContent(all));
    }

    [GeneratedRegex("name=\"EndId\" value=\"(?<id>[0-9a-f]{64})\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex EndButton();

    [GeneratedRegex("name=\"Rotate\" value=\"(?<id>[0-9a-f]{64})\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ChangeButton();

    [GeneratedRegex("class=\"secret\">(?<key>hd_[A-Za-z0-9_-]+)<", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MadeKey();

    [GeneratedRegex("class=\"secret\">http[^<]+(?<path>/invite/[A-Za-z0-9_-]+)<", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex InviteLink();
}
