using HealthDashboard.Data.Cql;

namespace HealthDashboard.Data.Cassandra;

/// <summary>
/// Sees to it that the tables are there. Making them in a cluster takes longer than a page waits, so it is work of its own, which goes on
/// when those who needed it have given up; whoever comes meanwhile waits for the same work.
/// </summary>
internal sealed class SchemaSetup(Cluster cluster, CassandraOptions options)
{
    private readonly Lock gate = new();
    private volatile Task? making;
    private volatile bool isThere;

    /// <summary>Looks whether the tables are there, unless that is known, and begins to make them where they are not.</summary>
    /// <returns>The work that makes them; null when they are there.</returns>
    /// <exception cref="CassandraException">It cannot be seen, or they are not there and may not be made.</exception>
    public async Task<Task?> BeginAsync(CancellationToken cancel)
    {
        if (isThere)
            return null;
        // Work that ends while this looks may have made what this does not see: only what had ended before is begun again.
        var ended = making is { IsCompleted: true } before ? before : null;
        // Looked at first: in production the account may not change the schema at all.
        var there = await cluster.TablesAsync(options.Keyspace, cancel);
        if (!AnalyticsSchema.Tables.Except(there).Any())
        {
            isThere = true;
            return null;
        }
        if (!options.CreateSchema)
            throw new SetupException($"keyspace {options.Keyspace} lacks tables: run deploy/cassandra/schema.cql, or set Create Schema=true.");
        lock (gate)
        {
            if (making is null || ReferenceEquals(making, ended))
                making = MakeAsync(there.Count == 0);
            return making;
        }
    }

    /// <summary>The tables may be gone: they are looked for again.</summary>
    public void Forget() => isThere = false;

    private async Task MakeAsync(bool withKeyspace)
    {
        try
        {
            if (withKeyspace)
            {
                var replicas = options.ReplicationFactor ?? Math.Clamp(cluster.NodeCount, 1, 3);
                await cluster.DefineAsync(AnalyticsSchema.Keyspace(options.Keyspace, cluster.Datacenter!, replicas), CancellationToken.None);
            }
            foreach (var definition in AnalyticsSchema.Definitions(options.Keyspace))
                await cluster.DefineAsync(definition, CancellationToken.None);
        }
        catch (ServerErrorException error) when (error.IsForbidden)
        {
            throw new SetupException($"keyspace {options.Keyspace} lacks tables that the account may not make: run deploy/cassandra/schema.cql.", error);
        }
    }
}
