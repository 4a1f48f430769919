using System.Text.RegularExpressions;
using HealthDashboard.Data;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Tests.Servers.Deploy;

/// <summary>What the compose files tell the web nodes is what the program understands.</summary>
public sealed partial class ComposeTests
{
    [Theory]
    [InlineData("docker-compose.yml")]
    [InlineData("deploy/cluster.compose.yml")]
    public void The_settings_of_the_web_nodes_are_understood(string file)
    {
        var settings = new Dictionary<string, string?>();
        // The second file changes what the first one says.
        foreach (var read in new[] { "docker-compose.yml", file })
        {
            foreach (Match setting in Setting().Matches(Read(read)))
                settings[setting.Groups["key"].Value.Replace("__", ":", StringComparison.Ordinal)] = Variable().Replace(setting.Groups["value"].Value, "secret").Trim('"');
        }
        Assert.Equal(5, settings.Keys.Count(key => key.StartsWith("Stores:", StringComparison.Ordinal)));
        Assert.Equal(5, settings.Keys.Count(key => key.StartsWith("ConnectionStrings:", StringComparison.Ordinal)));

        var services = new ServiceCollection();
        services.AddLogging();
        services.AddStores(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<IStartupValidator>().Validate();
        Assert.Equal(5, provider.GetRequiredService<IOptions<StoreOptions>>().Value.OnServers.Count);
    }

    [Fact]
    public void The_example_names_every_secret_that_the_files_ask_for()
    {
        var named = Read(".env.example").Split('\n').Where(line => line.Contains('=')).Select(line => line.Split('=')[0]).ToHashSet();
        var asked = Variable().Matches(Read("docker-compose.yml") + Read("deploy/cluster.compose.yml")).Select(match => match.Groups["name"].Value);
        Assert.Equal(named.Order(), asked.Distinct().Order());
    }

    [Fact]
    public void The_check_of_Neo4j_runs_a_statement()
    {
        var check = Neo4jHealthCheck();
        Assert.Contains("RETURN 1", check, StringComparison.Ordinal);
        Assert.Contains("/db/neo4j/query/v2", check, StringComparison.Ordinal);
    }

    /// <summary>The shell's command by which Docker sees whether Neo4j is healthy.</summary>
    internal static string Neo4jHealthCheck()
    {
        var service = Read("docker-compose.yml").Split("\n  neo4j:\n")[1].Split("- >-\n")[1].Split("interval:")[0];
        return string.Join(' ', service.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Replace("$$", "$", StringComparison.Ordinal);
    }

    private static string Read(string file)
    {
        var path = Path.Combine(AppServer.AppDirectory, "..", file);
        if (!File.Exists(path))
            Assert.Skip($"{file} is not here: it is tested from the source.");
        return File.ReadAllText(path);
    }

    [GeneratedRegex(@"^ +(?<key>(Stores|ConnectionStrings|Redis)__\w+): (?<value>.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Setting();

    [GeneratedRegex(@"(?<!\$)\$\{(?<name>\w+)[^}]*\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Variable();
}
