using System.Net;
using HealthDashboard.Accounts;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Tests.Unit.Accounts;

public sealed class FirstAccountsTests
{
    [Fact]
    public async Task Outside_a_demo_there_are_no_demo_accounts_and_no_word_of_them()
    {
        await using var host = await FeatureHost.StartAsync("Production", ("Demo:Enabled", "true"));
        Assert.Empty(await host.Accounts.AllAsync());
        Assert.DoesNotContain("demo", await host.Client().GetStringAsync("/signin"), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_demo_button_signs_in_only_where_the_demo_is_on()
    {
        await using var host = await FeatureHost.StartAsync();
        Assert.Equal(HttpStatusCode.Found, (await PressAsync(host.Client(), "charge")).StatusCode);
        Assert.NotEqual(HttpStatusCode.Found, (await PressAsync(host.Client(), "somebody")).StatusCode);
        await host.StartAgainAsync("Development", ("Demo:Enabled", "false"));
        Assert.NotEqual(HttpStatusCode.Found, (await PressAsync(host.Client(), "charge")).StatusCode);
    }

    [Fact]
    public async Task Demo_accounts_that_a_demo_left_behind_are_locked_and_a_demo_opens_them_again()
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        Assert.Equal(HttpStatusCode.OK, (await nurse.GetAsync("/api/patients")).StatusCode);

        await host.StartAgainAsync("Production");
        Assert.All(await host.Accounts.AllAsync(), account => Assert.True(account.IsLocked()));
        Assert.Equal(HttpStatusCode.OK, (await FeatureHost.SignInAsync(host.Client(), "nurse", "demo")).StatusCode);

        await host.StartAgainAsync("Development");
        await host.SignedInAsync("nurse");
    }

    [Fact]
    public async Task The_first_administrator_comes_from_the_configuration()
    {
        await using var host = await FeatureHost.StartAsync(
            "Production", ("Accounts:Admin:UserName", "root"), ("Accounts:Admin:Password", "a long enough password"));
        var admin = Assert.Single(await host.Accounts.AllAsync());
        Assert.Equal(("root", Roles.Admin), (admin.UserName, admin.Role));
        await host.SignedInAsync("root", "a long enough password");

        await host.StartAgainAsync("Production", ("Accounts:Admin:UserName", "other"), ("Accounts:Admin:Password", "a long enough password"));
        Assert.Single(await host.Accounts.AllAsync());
    }

    [Fact]
    public async Task A_first_administrator_with_a_short_password_stops_the_start_and_says_why()
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => FeatureHost.StartAsync(
            "Production", ("Accounts:Admin:UserName", "root"), ("Accounts:Admin:Password", "short")));
        Assert.Contains("Accounts:Admin", error.Message, StringComparison.Ordinal);
        Assert.Contains("10 characters", error.Message, StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> PressAsync(HttpClient client, string name)
    {
        var page = await client.GetStringAsync("/signin");
        return await client.PostAsync("/signin", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["_handler"] = "demo",
            ["__RequestVerificationToken"] = FeatureHost.Token().Match(page).Groups["token"].Value,
            ["DemoName"] = name,
        }));
    }
}
