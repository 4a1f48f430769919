using HealthDashboard.Data.Cassandra.Wire;

namespace HealthDashboard.Data.Cassandra;

/// <summary>
/// Sees to it, once, that the tables are there. It goes on when the caller who needed it first has given up, because making tables in
/// a cluster takes longer than a page waits; whoever comes next waits for the same work.
/// </summary>
internal sealed class SchemaSetup(Cluster cluster, CassandraOptions options)
{
    private readonly Lock gate = new();
    private Task? made;

    /// <exception cref="CassandraException">They are not there, and could or may not be made.</exception>
    public Task EnsureAsync(CancellationToken cancel)
    {
        lock (gate)
        {
            if (made is null or { IsCompleted: true, IsCompletedSuccessfully: false })
                made = MakeAsync();
            return made.WaitAsync(cancel);
        }
    }

    // Looked at first: two nodes of the web that make the same table at the same time are a known way to confuse Cassandra before 5.0,
    // and in production the account may not change the schema at all.
    private async Task MakeAsync()
    {
        var there = await cluster.TablesAsync(options.Keyspace, CancellationToken.None);
        if (!AnalyticsSchema.Tables.Except(there).Any())
            return;
        if (!options.CreateSchema)
            throw new RequestException($"keyspace {options.Keyspace} lacks tables: run deploy/cassandra/schema.cql, or set Create Schema=true");
        if (there.Count == 0)
        {
            var replicas = options.ReplicationFactor ?? Math.Clamp(cluster.NodeCount, 1, 3);
            await cluster.DefineAsync(AnalyticsSchema.Keyspace(options.Keyspace, cluster.Datacenter!, replicas), CancellationToken.None);
        }
        foreach (var definition in AnalyticsSchema.Definitions(options.Keyspace))
            await cluster.DefineAsync(definition, CancellationToken.None);
    }
}
