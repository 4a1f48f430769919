using System.Runtime.InteropServices;
using HealthDashboard.Data.Neo4j;
using HealthDashboard.Tests.Contracts;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Servers.Neo4j;

/// <summary>
/// A server in Node.js that runs Cypher with Grafeo, an embedded graph database: what our statements do is judged by code that we did not
/// write. One for all tests, each in a database of its own.
/// </summary>
internal static class Neo4jEngine
{
    private static readonly Lazy<Task<string>> Started = new(() => NodeScript.StartAsync("neo4j-engine.mjs"));

    /// <summary>How to reach an empty graph. Without Node.js, or on a machine for which no Grafeo is pinned, the test skips.</summary>
    public static Neo4jOptions EmptyGraph()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64, "package-lock.json pins Grafeo for Linux on x64 only.");
        var options = Neo4jOptions.Parse(Task.Run(() => Started.Value).GetAwaiter().GetResult(), out var error);
        Assert.Null(error);
        return options! with { Database = $"test-{Guid.NewGuid():N}" };
    }
}

/// <summary>The contract on an engine of Cypher that is not ours: see <see cref="Neo4jEngine"/>.</summary>
public sealed class Neo4jEngineCareTeamStoreTests() : CareTeamStoreContract(new Neo4jStoreFactory(Neo4jEngine.EmptyGraph()));
