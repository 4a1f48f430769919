using System.Net;
using HealthDashboard.Accounts;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Access;

/// <summary>A wall on a ward: it only looks, only at its wards, and never expires.</summary>
public sealed class DisplayTests
{
    [Fact]
    public async Task A_display_is_signed_in_after_a_long_time_without_a_network_and_a_nurse_is_not()
    {
        await using var host = await FeatureHost.StartAsync();
        var (display, nurse) = (await host.SignedInAsync("display"), await host.SignedInAsync("nurse"));
        host.Time.Advance(TimeSpan.FromHours(13));
        Assert.Equal(HttpStatusCode.OK, (await display.GetAsync("/connection")).StatusCode);
        Assert.Equal(HttpStatusCode.Found, (await nurse.GetAsync("/connection")).StatusCode);
        host.Time.Advance(TimeSpan.FromDays(60));
        Assert.Equal(HttpStatusCode.OK, (await display.GetAsync("/connection")).StatusCode);
    }

    [Fact]
    public async Task A_display_keeps_its_cookie_over_a_restart_of_the_browser()
    {
        await using var host = await FeatureHost.StartAsync();
        var answer = await FeatureHost.SignInAsync(host.Client(), "display", DemoAccounts.Password);
        Assert.Contains(answer.Headers.GetValues("Set-Cookie"), cookie => cookie.StartsWith("HealthDashboard=", StringComparison.Ordinal) && cookie.Contains("expires=", StringComparison.Ordinal));
        var other = await FeatureHost.SignInAsync(host.Client(), "nurse", DemoAccounts.Password);
        Assert.DoesNotContain(other.Headers.GetValues("Set-Cookie"), cookie => cookie.StartsWith("HealthDashboard=", StringComparison.Ordinal) && cookie.Contains("expires=", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("*", "*")]
    [InlineData("North/ICU/HDU\r\n South / ER ", "North/ICU%2FHDU South/ER")]
    [InlineData("", "")]
    [InlineData("ICU", null)]
    [InlineData("North/ICU\n*", null)]
    public void What_an_administrator_types_is_a_list_of_wards_or_refused(string typed, string? stored) =>
        Assert.Equal(stored?.Split(' ').Order(StringComparer.Ordinal), AccountWards.FromLines(typed)?.ToString().Split(' ').Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("", false, false)]
    [InlineData("*", true, true)]
    [InlineData("North/ICU%2FHDU South/ER", true, false)]
    public void Wards_are_read_as_they_were_written(string text, bool icu, bool attic)
    {
        var wards = AccountWards.Parse(text);
        Assert.Equal((icu, attic), (wards.Has("North", "ICU/HDU"), wards.Has("North", "Attic")));
        Assert.False(wards.Has(null, "ER") && !wards.IsEverywhere);
        Assert.Equal(text, wards.ToString().Split(' ').Order(StringComparer.Ordinal).Aggregate((a, b) => $"{a} {b}"));
    }
}
