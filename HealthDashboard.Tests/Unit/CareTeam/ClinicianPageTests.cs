using System.Net;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Tests.Unit.CareTeam;

/// <summary>The pages of clinicians and of who is on call, by their forms.</summary>
public sealed class ClinicianPageTests : IAsyncLifetime
{
    private FeatureHost host = null!;
    private HttpClient admin = null!;

    private ICareTeamStore Team => host.Services.GetRequiredService<ICareTeamStore>();

    public async ValueTask InitializeAsync()
    {
        host = await FeatureHost.StartAsync();
        admin = await host.SignedInAsync("admin");
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task An_administrator_adds_changes_and_deletes_a_clinician()
    {
        var added = await SendAsync("/clinicians", "add", ("Input.Name", "Lee, Ann"), ("Input.Profession", "nurse"), ("Input.Region", "North"), ("Input.Ward", "ICU"), ("Input.Account", "nurse"));
        Assert.Equal(HttpStatusCode.Found, added.StatusCode);
        var lee = Assert.Single(await Team.CliniciansAsync());
        Assert.Equal(("Lee, Ann", "nurse"), (lee.Name, lee.Account));
        Assert.Contains("Lee, Ann", await admin.GetStringAsync("/clinicians"), StringComparison.Ordinal);
        // Only the accounts that are free can be chosen, and one's own.
        Assert.DoesNotContain("option value=\"nurse\">nurse", await admin.GetStringAsync("/clinicians"), StringComparison.Ordinal);
        Assert.Contains("<option value=\"nurse\" selected", await admin.GetStringAsync($"/clinicians/{lee.Id}"), StringComparison.Ordinal);

        await SendAsync($"/clinicians/{lee.Id}", "change", ("Input.Name", "Ann Lee"), ("Input.Profession", "nurse"), ("Input.Region", "North"), ("Input.Ward", ""), ("Input.Account", ""));
        Assert.Equal([lee with { Name = "Ann Lee", Ward = null, Account = null }], await Team.CliniciansAsync());

        await Team.SetOnCallAsync(new(null, lee));
        Assert.Contains("is on call for the hospital", await admin.GetStringAsync($"/clinicians/{lee.Id}"), StringComparison.Ordinal);
        var refused = await SendAsync($"/clinicians/{lee.Id}", "delete", ("Reason", ""));
        Assert.Contains("Reason has 0 characters", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Single(await Team.CliniciansAsync());
        await SendAsync($"/clinicians/{lee.Id}", "delete", ("Reason", "retired"));
        Assert.Empty(await Team.CliniciansAsync());
        Assert.Empty(await Team.OnCallAsync());
    }

    [Fact]
    public async Task A_wrong_clinician_is_not_added_and_the_page_says_why_and_keeps_what_was_typed()
    {
        var answer = await SendAsync("/clinicians", "add", ("Input.Name", "Nora"), ("Input.Profession", "nurse"), ("Input.Region", " "), ("Input.Account", "stranger"));
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Contains("Region is missing", page, StringComparison.Ordinal);
        Assert.Contains("allowed is the user name of an account", page, StringComparison.Ordinal);
        Assert.Contains("value=\"Nora\"", page, StringComparison.Ordinal);
        Assert.Empty(await Team.CliniciansAsync());
    }

    [Fact]
    public async Task Whoever_works_here_says_who_is_on_call_and_only_administrators_see_clinicians()
    {
        var (carl, dora) = (new Clinician(ObjectId.New(host.Time), "Carl", Profession.Nurse, "North", "ICU & more"), new Clinician(ObjectId.New(host.Time), "Dora", Profession.Doctor, "North"));
        await Team.PutCliniciansAsync([carl, dora]);
        var nurse = await host.SignedInAsync("nurse");
        var page = await nurse.GetStringAsync("/on-call");
        Assert.Contains("North, ICU &amp; more", page, StringComparison.Ordinal);
        const string change = "/on-call/change?region=North&ward=ICU%20%26%20more";
        Assert.Contains(change.Replace("&", "&amp;", StringComparison.Ordinal), page, StringComparison.Ordinal);

        await SendAsync(change, "on-call", nurse, ("ChargeNurse", $"{carl.Id}"), ("Doctor", $"{dora.Id}"));
        await SendAsync("/on-call/change", "on-call", nurse, ("ChargeNurse", ""), ("Doctor", $"{dora.Id}"));
        Assert.Equal([new OnCall(null, null, dora), new OnCall(new("North", "ICU & more"), carl, dora)], await Team.OnCallAsync());
        var wrong = await SendAsync(change, "on-call", nurse, ("ChargeNurse", $"{dora.Id}"));
        Assert.Contains("allowed is the id of a nurse", await wrong.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.NotFound, (await nurse.GetAsync("/on-call/change?region=North&ward=Attic")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.GetAsync("/clinicians/nobody")).StatusCode);
        foreach (var closed in new[] { "/clinicians", $"/clinicians/{carl.Id}" })
            Assert.StartsWith("/denied", (await nurse.GetAsync(closed)).Headers.Location!.PathAndQuery, StringComparison.Ordinal);
    }

    private Task<HttpResponseMessage> SendAsync(string page, string form, params (string Key, string Value)[] fields) => SendAsync(page, form, admin, fields);

    private static async Task<HttpResponseMessage> SendAsync(string page, string form, HttpClient client, params (string Key, string Value)[] fields)
    {
        var html = await client.GetStringAsync(page);
        var all = fields.ToDictionary(f => f.Key, f => f.Value);
        all["_handler"] = form;
        all["__RequestVerificationToken"] = FeatureHost.Token().Match(html).Groups["token"].Value;
        return await client.PostAsync(page, new FormUrlEncodedContent(all));
    }
}
