using HealthDashboard.Data.Stores;

namespace HealthDashboard.Operations;

/// <summary>The commands by which each server's own tools back up and restore what this program keeps there, with the names of this configuration.</summary>
/// <remarks>No secret is written: each command takes it from the environment, as the program does.</remarks>
internal static class ServerBackups
{
    /// <summary>The commands for the stores that are on servers; empty when none is.</summary>
    public static IEnumerable<string> Commands(IConfiguration configuration, StoreOptions stores, string directory, bool restore)
    {
        foreach (var role in stores.OnServers.Order(StringComparer.Ordinal))
        {
            var server = stores.Chosen[role].Server;
            var fields = Fields(configuration[$"ConnectionStrings:{server}"] ?? "");
            string Field(string name, string otherwise) => fields.GetValueOrDefault(name, otherwise);
            yield return $"# {role} on {server}:";
            foreach (var line in (server, restore) switch
            {
                ("MongoDB", false) => [$"""mongodump --uri="$ConnectionStrings__MongoDb" --gzip --archive='{directory}/mongodb.gz'"""],
                ("MongoDB", true) => [$"""mongorestore --uri="$ConnectionStrings__MongoDb" --drop --gzip --archive='{directory}/mongodb.gz'"""],
                ("InfluxDB", false) when fields.ContainsKey("Token") => [$"""influx backup '{directory}/influxdb' --host '{Field("", "")}' --token "$INFLUX_TOKEN" --bucket '{Field("Database", "health")}'"""],
                ("InfluxDB", true) when fields.ContainsKey("Token") => [$"""influx restore '{directory}/influxdb' --host '{Field("", "")}' --token "$INFLUX_TOKEN" --bucket '{Field("Database", "health")}'"""],
                ("InfluxDB", false) => [$"influxd backup -portable -host '{HostOf(Field("", ""))}:8088' -database '{Field("Database", "health")}' '{directory}/influxdb'"],
                ("InfluxDB", true) => [$"influxd restore -portable -host '{HostOf(Field("", ""))}:8088' -db '{Field("Database", "health")}' '{directory}/influxdb'"],
                ("Neo4j", false) => ["# with the database stopped:", $"neo4j-admin database dump '{Field("Database", "neo4j")}' --to-path='{directory}'"],
                ("Neo4j", true) => ["# with the database stopped:", $"neo4j-admin database load '{Field("Database", "neo4j")}' --from-path='{directory}' --overwrite-destination=true"],
                ("Cassandra", false) => ["# on each node; or nothing, because analytics are made anew from vital signs and alerts:", $"nodetool snapshot --tag backup -- {Field("Keyspace", "health")}"],
                ("Cassandra", true) => ["# on each node, after the snapshot's files are copied into each table's directory:", $"nodetool refresh -- {Field("Keyspace", "health")} TABLE"],
                ("Redis", false) => [$"redis-cli -u \"redis://{AddressOf(Field("", ""))}\" --user \"$REDIS_USER\" --rdb '{directory}/redis.rdb'    # with REDISCLI_AUTH set to the password"],
                ("Redis", true) => [$"# with the server stopped, and its append-only files moved away:", $"cp '{directory}/redis.rdb' /var/lib/redis/dump.rdb"],
                _ => (string[])[$"# see the manual of {server}"],
            })
                yield return line;
        }
    }

    // host;Key=Value;... and host:port,key=value,...; what stands alone first is the address.
    private static Dictionary<string, string> Fields(string text)
    {
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in text.Split(text.Contains(';', StringComparison.Ordinal) ? ';' : ',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            fields.TryAdd(at < 0 ? "" : part[..at].Trim(), at < 0 ? part : part[(at + 1)..].Trim());
        }
        return fields;
    }

    private static string HostOf(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri.Host : "localhost";

    private static string AddressOf(string address) => address.Length > 0 ? address : "localhost:6379";
}
