using System.Net;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Accounts;

/// <summary>How keys are brought; who may do what is in Access/AccessMatrixTests.</summary>
public sealed class AuthorizationTests
{
    [Fact]
    public async Task A_key_that_is_not_known_is_refused_and_no_cookie_makes_up_for_it()
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        nurse.DefaultRequestHeaders.Add("X-Api-Key", "a-key-that-nobody-has");
        Assert.Equal(HttpStatusCode.Unauthorized, (await nurse.GetAsync("/api/patients")).StatusCode);
    }

    [Theory]
    [InlineData("Token")]
    [InlineData("bearer")]
    public async Task A_key_may_come_as_authorization(string scheme)
    {
        await using var host = await FeatureHost.StartAsync();
        var client = host.Client();
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"{scheme} {FeatureHost.ReadKey}");
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/patients")).StatusCode);
    }
}
