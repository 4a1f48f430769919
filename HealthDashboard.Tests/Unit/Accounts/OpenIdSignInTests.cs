using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using HealthDashboard.Accounts;
using HealthDashboard.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace HealthDashboard.Tests.Unit.Accounts;

/// <summary>Signing in by an issuer that is not ours: a small one, written from OpenID Connect Core 1.0.</summary>
public sealed class OpenIdSignInTests
{
    [Fact]
    public async Task Whoever_the_issuer_names_comes_in_as_the_account_of_that_name()
    {
        await using var issuer = await Issuer.StartAsync();
        await using var host = await FeatureHost.StartAsync(settings: issuer.Settings);
        var client = host.Client();
        Assert.Contains("Sign in with the hospital", await client.GetStringAsync("/signin"), StringComparison.Ordinal);
        var last = await ThroughAsync(issuer, client, "nurse", "/denied");
        Assert.Equal(HttpStatusCode.Found, last.StatusCode);
        Assert.Equal("/denied", last.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/patients")).StatusCode);
        Assert.StartsWith("/denied", (await client.GetAsync("/keys")).Headers.Location!.PathAndQuery, StringComparison.Ordinal);
        Assert.Contains(await host.ReadAuditAsync(null, 3), entry => (entry.Actor, entry.Action) == ("nurse", "account.signin.issuer"));
        host.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/patients")).StatusCode);
    }

    [Fact]
    public async Task A_name_that_has_no_account_and_a_locked_one_are_refused()
    {
        await using var issuer = await Issuer.StartAsync();
        await using var host = await FeatureHost.StartAsync(settings: issuer.Settings);
        await host.Accounts.ReplaceAsync((await host.Accounts.FindByNameAsync("doctor"))!.Locked());
        foreach (var name in new[] { "stranger", "doctor" })
        {
            var client = host.Client();
            Assert.Equal("/signin?failed=issuer", (await ThroughAsync(issuer, client, name, "/")).Headers.Location!.ToString());
            Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/patients")).StatusCode);
            Assert.Contains("not signed in", await client.GetStringAsync("/signin?failed=issuer"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_token_that_another_has_signed_or_that_is_for_another_is_refused()
    {
        await using var issuer = await Issuer.StartAsync();
        await using var host = await FeatureHost.StartAsync(settings: issuer.Settings);
        foreach (var spoil in new Action[] { () => issuer.SignWith = RSA.Create(2048), () => issuer.Audience = "another", () => issuer.Nonce = "another" })
        {
            issuer.Reset();
            spoil();
            var client = host.Client();
            Assert.Equal("/signin?failed=issuer", (await ThroughAsync(issuer, client, "nurse", "/")).Headers.Location!.ToString());
            Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/patients")).StatusCode);
        }
    }

    [Fact]
    public async Task Without_an_issuer_there_is_no_such_way_in()
    {
        await using var host = await FeatureHost.StartAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await host.Client().GetAsync("/signin/openid")).StatusCode);
        Assert.DoesNotContain("/signin/openid", await host.Client().GetStringAsync("/signin"), StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> ThroughAsync(Issuer issuer, HttpClient client, string userName, string returnUrl)
    {
        issuer.UserName = userName;
        var toIssuer = await client.GetAsync($"/signin/openid?returnUrl={Uri.EscapeDataString(returnUrl)}");
        Assert.Equal(HttpStatusCode.Found, toIssuer.StatusCode);
        Assert.Contains("code_challenge=", toIssuer.Headers.Location!.Query, StringComparison.Ordinal);
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        var back = await browser.GetAsync(toIssuer.Headers.Location);
        return await client.GetAsync(back.Headers.Location);
    }

    private sealed class Issuer(WebApplication app) : IAsyncDisposable
    {
        private const string Client = "health";

        private readonly RSA own = RSA.Create(2048);
        private readonly ConcurrentDictionary<string, (string Nonce, string Challenge)> codes = new();

        public string UserName { get; set; } = "";

        public RSA SignWith { get; set; } = null!;

        public string Audience { get; set; } = Client;

        public string? Nonce { get; set; }

        public (string, string)[] Settings => [("OpenIdConnect:Authority", app.Urls.First()), ("OpenIdConnect:ClientId", Client), ("OpenIdConnect:ClientSecret", "s3cret"), ("OpenIdConnect:Name", "the hospital")];

        public static async Task<Issuer> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var app = builder.Build();
            var issuer = new Issuer(app);
            issuer.Reset();
            app.Run(issuer.AnswerAsync);
            await app.StartAsync();
            return issuer;
        }

        public void Reset() => (SignWith, Audience, Nonce) = (own, Client, null);

        public async ValueTask DisposeAsync()
        {
            await app.DisposeAsync();
            own.Dispose();
        }

        private async Task AnswerAsync(HttpContext context)
        {
            var address = app.Urls.First();
            switch (context.Request.Path)
            {
                case "/.well-known/openid-configuration":
                    await context.Response.WriteAsJsonAsync(new
                    {
                        issuer = address,
                        authorization_endpoint = $"{address}/authorize",
                        token_endpoint = $"{address}/token",
                        jwks_uri = $"{address}/keys",
                        response_types_supported = new[] { "code" },
                        subject_types_supported = new[] { "public" },
                        id_token_signing_alg_values_supported = new[] { "RS256" },
                    });
                    break;
                case "/keys":
                    var key = own.ExportParameters(false);
                    await context.Response.WriteAsJsonAsync(new { keys = new[] { new { kty = "RSA", use = "sig", alg = "RS256", kid = "1", n = Base64Url.EncodeToString(key.Modulus), e = Base64Url.EncodeToString(key.Exponent) } } });
                    break;
                case "/authorize":
                    var query = context.Request.Query;
                    var code = Guid.NewGuid().ToString("N");
                    codes[code] = (query["nonce"].ToString(), query["code_challenge"].ToString());
                    context.Response.Redirect($"{query["redirect_uri"]}?code={code}&state={Uri.EscapeDataString(query["state"].ToString())}");
                    break;
                case "/token":
                    var form = await context.Request.ReadFormAsync();
                    if (!codes.TryRemove(form["code"].ToString(), out var given) || given.Challenge != Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))))
                    {
                        context.Response.StatusCode = StatusCodes.Status400BadRequest;
                        return;
                    }
                    await context.Response.WriteAsJsonAsync(new { access_token = "unused", token_type = "Bearer", expires_in = 60, id_token = Token(address, given.Nonce) });
                    break;
                default:
                    context.Response.StatusCode = StatusCodes.Status404NotFound;
                    break;
            }
        }

        private string Token(string issuer, string nonce)
        {
            var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
            var body = $"{Part(new { alg = "RS256", kid = "1", typ = "JWT" })}.{Part(new { iss = issuer, aud = Audience, sub = "42", preferred_username = UserName, nonce = Nonce ?? nonce, iat = now, exp = now + 60 })}";
            return $"{body}.{Base64Url.EncodeToString(SignWith.SignData(Encoding.ASCII.GetBytes(body), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
        }

        private static string Part(object value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));
    }
}
