using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace HealthDashboard.Faults;

/// <summary>
/// Leads the connections to servers through proxies on this machine, by a connection string with other addresses. Not every server can be
/// led so: one with TLS would show a certificate for another name, and members of a cluster tell a driver their own addresses. Where the
/// way cannot be led through a proxy, the switch acts on the calls of the role instead.
/// </summary>
internal static partial class StoreRoutes
{
    private static readonly (string Role, string Store, string Server)[] Servers =
    [
        ("patients", "Patients", "MongoDb"), ("vitals", "Vitals", "InfluxDb"), ("careTeam", "CareTeam", "Neo4j"), ("analytics", "Analytics", "Cassandra"), ("alerts", "Alerts", "Redis"),
    ];

    /// <summary>Puts proxies before the servers that the configuration names.</summary>
    /// <returns>The proxies, and the connection strings to use in place of the configured ones.</returns>
    public static (IReadOnlyList<StoreProxy> Proxies, Dictionary<string, string?> Settings) Lead(IConfiguration configuration, FaultBoard board, TimeProvider time)
    {
        List<StoreProxy> proxies = [];
        Dictionary<string, string?> settings = [];
        foreach (var (role, store, server) in Servers)
        {
            var key = $"ConnectionStrings:{server}";
            if (!string.Equals(configuration[$"Stores:{store}"], server, StringComparison.OrdinalIgnoreCase) || configuration[key] is not { } text)
                continue;
            var own = Open(Endpoints(server, text), board, role, time);
            if (own.Count == 0)
                continue;
            proxies.AddRange(own);
            settings[key] = Rewrite(server, text, [.. own.Select(proxy => proxy.EndPoint)]);
            board.SetServers(role, own.Count);
        }
        return (proxies, settings);
    }

    /// <summary>The servers that a connection string names; empty where the way to them cannot be led through a proxy.</summary>
    public static IReadOnlyList<(string Host, int Port)> Endpoints(string server, string text)
    {
        var named = server switch
        {
            "Redis" when !Has(text, "ssl=true") && !Has(text, "serviceName=") => text.Split(',').Where(part => !part.Contains('=', StringComparison.Ordinal)),
            "InfluxDb" or "Neo4j" when text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) => [Address().Match(text).Value],
            "MongoDb" when text.StartsWith("mongodb://", StringComparison.OrdinalIgnoreCase) && !Has(text, "tls=true") && !Has(text, "ssl=true") => MongoHosts().Match(text).Value.Split(','),
            "Cassandra" when !Has(text, "Tls=true") => ContactPoints().Match(text).Value.Split(','),
            _ => [],
        };
        (string Host, int Port)[] found = [.. named.Select(name => Split(name.Trim(), DefaultPort(server)))];
        var isLed = found.Length == 1 || (server == "Cassandra" && found.Length > 1 && Array.TrueForAll(found, one => IsLoopback(one.Host) && one.Port == found[0].Port));
        return isLed && Array.TrueForAll(found, one => one.Host.Length > 0) ? found : [];
    }

    /// <summary>The connection string with other addresses in place of its own, which are as many.</summary>
    public static string Rewrite(string server, string text, IReadOnlyList<IPEndPoint> to)
    {
        var addresses = string.Join(',', to);
        return server switch
        {
            "Redis" => string.Join(',', text.Split(',').Where(part => part.Contains('=', StringComparison.Ordinal)).Prepend(addresses)),
            "MongoDb" => Direct(MongoHosts().Replace(text, addresses, 1)),
            "Cassandra" => ContactPoints().Replace(text, addresses, 1),
            _ => Address().Replace(text, addresses, 1),
        };
    }

    // A cluster tells its members' addresses but not their port, so all of its proxies have one port, each at its member's address.
    private static List<StoreProxy> Open(IReadOnlyList<(string Host, int Port)> servers, FaultBoard board, string role, TimeProvider time)
    {
        List<StoreProxy> proxies = [];
        foreach (var (number, (host, port)) in servers.Index())
        {
            var address = servers.Count > 1 ? IPAddress.Parse(host) : IPAddress.Loopback;
            proxies.Add(new StoreProxy(new IPEndPoint(address, proxies.Count > 0 ? proxies[0].EndPoint.Port : 0), host, port, board, role, number, time));
        }
        return proxies;
    }

    // A member of a replica set would tell the driver its own address.
    private static string Direct(string text) =>
        Has(text, "directConnection=") ? text
        : text.Contains('?', StringComparison.Ordinal) ? $"{text}&directConnection=true"
        : text.LastIndexOf('/') > "mongodb://".Length ? $"{text}?directConnection=true"
        : $"{text}/?directConnection=true";

    private static (string Host, int Port) Split(string name, int port) =>
        Uri.TryCreate($"tcp://{name}", UriKind.Absolute, out var uri) ? (uri.DnsSafeHost, uri.Port > 0 ? uri.Port : port) : ("", 0);

    private static int DefaultPort(string server) => server switch
    {
        "Redis" => 6379,
        "MongoDb" => 27017,
        "Cassandra" => 9042,
        _ => 80,
    };

    private static bool IsLoopback(string host) => IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address) && address.AddressFamily == AddressFamily.InterNetwork;

    private static bool Has(string text, string part) => text.Contains(part, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex("(?<=^http://)[^/;]+", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Address();

    [GeneratedRegex("(?<=^mongodb://([^/@]*@)?)[^/?@]+(?=[/?]|$)", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MongoHosts();

    [GeneratedRegex(@"(?<=(^|;)\s*Contact Points\s*=\s*)[^;]+", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ContactPoints();
}
