using HealthDashboard.Data.Model;
using HealthDashboard.Data.MongoDb.Wire.Bson;

namespace HealthDashboard.Data.MongoDb.Wire;

/// <summary>What a server is [server discovery and monitoring, "ServerType"].</summary>
internal enum ServerType
{
    /// <summary>Not asked yet, or it did not answer.</summary>
    Unknown,
    Standalone,
    Mongos,
    Primary,
    Secondary,
    Arbiter,

    /// <summary>A member that does not take part at the moment, or is hidden.</summary>
    Other,

    /// <summary>A member of a replica set that is not set up yet.</summary>
    Ghost,
}

/// <summary>What a server last said about itself.</summary>
/// <param name="Address">Where it was asked, as <c>host:port</c>.</param>
/// <param name="Type">What it is.</param>
internal sealed record ServerDescription(string Address, ServerType Type)
{
    /// <summary>MongoDB 6.0, the oldest version that this client talks to.</summary>
    public const int OldestWireVersion = 17;

    /// <summary>Why it is unknown; null when it is not, or was not asked yet.</summary>
    public string? Error { get; init; }

    public string? SetName { get; init; }

    /// <summary>The address that it knows itself by; null when it says none.</summary>
    public string? Me { get; init; }

    /// <summary>Every member that it knows of.</summary>
    public IReadOnlyList<string> Members { get; init; } = [];

    /// <summary>The election that made it primary; null when it says none.</summary>
    public ObjectId? ElectionId { get; init; }

    /// <summary>The version of the replica set's configuration; -1 when it says none.</summary>
    public long SetVersion { get; init; } = -1;

    /// <summary>The newest protocol that it speaks.</summary>
    public int MaxWireVersion { get; init; }

    public bool IsMember => Type is ServerType.Primary or ServerType.Secondary or ServerType.Arbiter or ServerType.Other;

    public static ServerDescription Unknown(string address, string? error = null) => new(address, ServerType.Unknown) { Error = error };

    /// <summary>Reads the reply to <c>hello</c>.</summary>
    /// <exception cref="BsonException">It is none.</exception>
    public static ServerDescription From(string address, BsonDocument hello) => new(address, TypeOf(hello))
    {
        SetName = Text(hello, "setName"),
        Me = Text(hello, "me")?.ToLowerInvariant(),
        Members = [.. new[] { "hosts", "passives", "arbiters" }.SelectMany(name => Addresses(hello, name))],
        ElectionId = hello.TryGet("electionId", out var election) ? election.AsObjectId : null,
        SetVersion = hello.TryGet("setVersion", out var version) ? version.AsInt64 : -1,
        MaxWireVersion = hello.TryGet("maxWireVersion", out var wire) ? wire.AsInt32 : 0,
    };

    private static ServerType TypeOf(BsonDocument hello) => hello switch
    {
        _ when Text(hello, "msg") == "isdbgrid" => ServerType.Mongos,
        _ when Is(hello, "isreplicaset") => ServerType.Ghost,
        _ when Text(hello, "setName") is null => ServerType.Standalone,
        _ when Is(hello, "hidden") => ServerType.Other,
        _ when Is(hello, "isWritablePrimary") => ServerType.Primary,
        _ when Is(hello, "secondary") => ServerType.Secondary,
        _ when Is(hello, "arbiterOnly") => ServerType.Arbiter,
        _ => ServerType.Other,
    };

    private static bool Is(BsonDocument hello, string name) => hello.TryGet(name, out var value) && value.AsBoolean;

    private static string? Text(BsonDocument hello, string name) => hello.TryGet(name, out var value) ? value.AsString : null;

    private static IEnumerable<string> Addresses(BsonDocument hello, string name) =>
        hello.TryGet(name, out var hosts) ? hosts.AsArray.Select(host => host.AsString.ToLowerInvariant()) : [];
}
