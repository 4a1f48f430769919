using System.Collections.Immutable;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Data.MongoDb.Wire;

/// <summary>What the servers are together.</summary>
internal enum TopologyType
{
    Unknown,

    /// <summary>One server, whatever it is: it was asked for by directConnection, or stands alone.</summary>
    Single,
    ReplicaSet,
    Sharded,
}

/// <summary>
/// All servers as last heard of, and how each new answer changes the picture [server discovery and monitoring, "TopologyType table"].
/// It cannot be changed, so it can be tested without a server. The two kinds of replica set of the specification, with and without
/// a primary, are one here: whether there is a primary is seen from the servers.
/// </summary>
internal sealed record TopologyDescription
{
    public required TopologyType Type { get; init; }

    public required ImmutableSortedDictionary<string, ServerDescription> Servers { get; init; }

    /// <summary>The replica set's name; null while it is not known.</summary>
    public string? SetName { get; init; }

    /// <summary>How many servers were named to begin with.</summary>
    public required int Seeds { get; init; }

    // The newest election seen: a primary of an older one does not know yet that it is none [using electionId and setVersion].
    private (ObjectId ElectionId, long SetVersion)? Newest { get; init; }

    public ServerDescription? Primary => Servers.Values.FirstOrDefault(server => server.Type == ServerType.Primary);

    public static TopologyDescription Of(MongoClientOptions options) => new()
    {
        Type = options switch
        {
            { DirectConnection: true } => TopologyType.Single,
            { ReplicaSet: not null } => TopologyType.ReplicaSet,
            _ => TopologyType.Unknown,
        },
        SetName = options.ReplicaSet,
        Seeds = options.Seeds.Count,
        Servers = options.Seeds.ToImmutableSortedDictionary(address => address, address => ServerDescription.Unknown(address), StringComparer.Ordinal),
    };

    /// <summary>The picture after an answer. One from a server that is no longer part of it changes nothing.</summary>
    public TopologyDescription With(ServerDescription server)
    {
        if (!Servers.ContainsKey(server.Address))
            return this;
        var next = this with { Servers = Servers.SetItem(server.Address, server) };
        return Type switch
        {
            TopologyType.Single => next.OfRightSet(server),
            TopologyType.Sharded => server.Type is ServerType.Unknown or ServerType.Mongos ? next : next.Without(server.Address),
            TopologyType.ReplicaSet => next.InReplicaSet(server),
            _ => next.Discovered(server),
        };
    }

    private TopologyDescription OfRightSet(ServerDescription server) => SetName is null || server.SetName == SetName || server.Type == ServerType.Unknown
        ? this
        : Unknown(server, $"{server.Address} is not of the replica set {SetName}.");

    private TopologyDescription Discovered(ServerDescription server) => server.Type switch
    {
        ServerType.Standalone => Seeds == 1 ? this with { Type = TopologyType.Single } : Without(server.Address),
        ServerType.Mongos => this with { Type = TopologyType.Sharded },
        ServerType.Unknown or ServerType.Ghost => this,
        _ => (this with { Type = TopologyType.ReplicaSet }).InReplicaSet(server),
    };

    private TopologyDescription InReplicaSet(ServerDescription server)
    {
        if (server.Type is ServerType.Unknown or ServerType.Ghost)
            return this;
        if (!server.IsMember || (SetName is not null && server.SetName != SetName))
            return Without(server.Address);
        var named = this with { SetName = server.SetName };
        if (server.Type == ServerType.Primary)
            return named.WithPrimary(server);
        // Only while there is no primary does a member say who the others are: it may have been away for long.
        var known = named.Primary is null ? named.Adding(server.Members) : named;
        return server.Me is { } me && me != server.Address ? known.Without(server.Address) : known;
    }

    private TopologyDescription WithPrimary(ServerDescription primary)
    {
        var election = (ElectionId: primary.ElectionId ?? default, primary.SetVersion);
        if (Newest is { } newest && election.CompareTo(newest) < 0)
            return Unknown(primary, $"{primary.Address} is a primary of an older election.");
        var servers = Servers;
        foreach (var other in Servers.Values.Where(other => other.Type == ServerType.Primary && other.Address != primary.Address))
            servers = servers.SetItem(other.Address, ServerDescription.Unknown(other.Address, $"{other.Address} was primary before another one."));
        var all = (this with { Servers = servers, Newest = election }).Adding(primary.Members);
        return all with { Servers = all.Servers.RemoveRange(all.Servers.Keys.Except(primary.Members, StringComparer.Ordinal)) };
    }

    private TopologyDescription Adding(IEnumerable<string> addresses) => this with
    {
        Servers = Servers.AddRange(addresses.Distinct(StringComparer.Ordinal).Where(address => !Servers.ContainsKey(address))
            .Select(address => KeyValuePair.Create(address, ServerDescription.Unknown(address)))),
    };

    private TopologyDescription Unknown(ServerDescription server, string why) =>
        this with { Servers = Servers.SetItem(server.Address, ServerDescription.Unknown(server.Address, why)) };

    private TopologyDescription Without(string address) => this with { Servers = Servers.Remove(address) };
}
