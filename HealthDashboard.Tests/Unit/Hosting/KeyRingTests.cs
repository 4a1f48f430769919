using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Security.Cryptography;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Tests.Unit.Hosting;

/// <summary>The keys of cookies in Redis, for several nodes behind one address.</summary>
public sealed class KeyRingTests : IDisposable
{
    private const string Password = "a-password";

    private readonly TempDirectory directory = new();
    private readonly RedisStoreFactory redis = new();

    public KeyRingTests()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=keys", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        File.WriteAllBytes(directory["keys.pfx"], certificate.Export(X509ContentType.Pfx, Password));
    }

    public void Dispose()
    {
        redis.Dispose();
        directory.Dispose();
    }

    [Fact]
    public async Task Two_nodes_on_one_Redis_read_each_others_cookies_and_the_keys_lie_encrypted()
    {
        await using var first = await StartAsync(directory["keys.pfx"]);
        await using var second = await StartAsync(directory["keys.pfx"], beside: first);

        Assert.Equal(HttpStatusCode.OK, await OpenAsync(second, await CookieAsync(first)));
        Assert.Equal(HttpStatusCode.OK, await OpenAsync(first, await CookieAsync(second)));

        var kept = (string[])redis.Execute("LRANGE", $"{{{redis.Options.Prefix}}}:keys", "0", "-1")!;
        Assert.All(kept, key => Assert.Contains("<EncryptedData", key));
        Assert.NotEmpty(kept);
        Assert.DoesNotContain("<masterKey", string.Concat(kept));
        Assert.Equal(-1, (long)redis.Execute("TTL", $"{{{redis.Options.Prefix}}}:keys"));
    }

    [Fact]
    public async Task A_node_with_keys_of_its_own_does_not_read_the_cookie()
    {
        await using var shared = await StartAsync(directory["keys.pfx"]);
        await using var own = await FeatureHost.StartAsync(Beside(shared));

        Assert.Equal(HttpStatusCode.Found, await OpenAsync(own, await CookieAsync(shared)));
    }

    [Fact]
    public async Task A_node_goes_on_with_the_keys_that_it_has_read_while_Redis_is_unavailable()
    {
        await using var server = await RedisServer.StartAsync();
        await using var node = await StartAsync(directory["keys.pfx"], server.Address);
        var cookie = await CookieAsync(node);
        await server.KillAsync();

        Assert.Equal(HttpStatusCode.OK, await OpenAsync(node, cookie));
        Assert.Equal(HttpStatusCode.OK, await OpenAsync(node, await CookieAsync(node)));
    }

    private Task<FeatureHost> StartAsync(string certificate, string? server = null, FeatureHost? beside = null) => FeatureHost.StartAsync(
        Beside(beside),
        ("KeyRing:Store", "redis"),
        ("KeyRing:Certificate", certificate),
        ("KeyRing:CertificatePassword", Password),
        ("ConnectionStrings:Redis", server ?? Needs.Redis()),
        ("Redis:Prefix", redis.Options.Prefix));

    // Nodes have one store of accounts and sessions.
    private static Action<IServiceCollection> Beside(FeatureHost? other) => services =>
    {
        if (other is not null)
            services.AddSingleton(other.Accounts).AddSingleton(other.Services.GetRequiredService<IGrantStore>());
    };

    private static async Task<string> CookieAsync(FeatureHost host)
    {
        var answer = await FeatureHost.SignInAsync(host.Client(), "nurse", DemoAccounts.Password);
        return answer.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith("HealthDashboard=", StringComparison.Ordinal)).Split(';')[0];
    }

    private static async Task<HttpStatusCode> OpenAsync(FeatureHost host, string cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/on-call");
        request.Headers.Add("Cookie", cookie);
        return (await host.Client().SendAsync(request)).StatusCode;
    }
}
