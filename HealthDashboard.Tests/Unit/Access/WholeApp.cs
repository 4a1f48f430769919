using System.Net;
using HealthDashboard.Accounts;
using HealthDashboard.Tests.Support;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HealthDashboard.Tests.Unit.Access;

/// <summary>The whole program in this process, with the demo's accounts, a key of each scope, and nobody in the hospital.</summary>
/// <param name="change">Changes what the program is made of; null for nothing.</param>
internal sealed class WholeApp(Action<IServiceCollection>? change = null) : WebApplicationFactory<Program>
{
    /// <summary>Stands for nobody: no cookie and no key.</summary>
    public const string Nobody = "nobody";

    private readonly string data = Directory.CreateTempSubdirectory("health-").FullName;

    /// <summary>Everybody who can ask: nobody, an account of each role, a key of each scope.</summary>
    public static readonly string[] Callers = [Nobody, .. Roles.All, .. ApiKeySettings.Scopes.Select(scope => $"key: {scope}")];

    /// <summary>Somebody's client, which follows no redirect.</summary>
    public async Task<HttpClient> ClientAsync(string caller)
    {
        var client = CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });
        if (caller.StartsWith("key: ", StringComparison.Ordinal))
            client.DefaultRequestHeaders.Add("X-Api-Key", KeyOf(caller[5..]));
        else if (caller != Nobody)
            Assert.Equal(HttpStatusCode.Found, (await FeatureHost.SignInAsync(client, NameOf(caller), DemoAccounts.Password)).StatusCode);
        return client;
    }

    /// <summary>The demo account of a role.</summary>
    public static string NameOf(string role) => DemoAccounts.All.First(account => account.Role == role).UserName;

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Development");
        builder.UseSetting("Data:Directory", data);
        builder.UseSetting("Demo:Ward", "false");
        builder.UseSetting("Simulation:Enabled", "false");
        foreach (var (i, scope) in ApiKeySettings.Scopes.Index())
        {
            builder.UseSetting($"ApiKeys:{i}:Name", $"test {scope}");
            builder.UseSetting($"ApiKeys:{i}:Key", KeyOf(scope));
            builder.UseSetting($"ApiKeys:{i}:Scopes:0", scope);
        }
        builder.ConfigureLogging(logging => logging.ClearProviders());
        builder.ConfigureTestServices(services => change?.Invoke(services));
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        // The program itself ends a moment after its host has.
        await Eventually.HoldsAsync(TryRemove, "the end of the program");
    }

    private bool TryRemove()
    {
        try
        {
            Directory.Delete(data, recursive: true);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static string KeyOf(string scope) => $"key-with-the-scope-{scope}";
}
