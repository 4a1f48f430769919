using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace HealthDashboard.Data.Cql;

/// <summary>Where a cluster is, who asks, and how long it is waited for.</summary>
internal sealed record ClusterOptions
{
    public const int DefaultPort = 9042;

    /// <summary>Nodes to begin with: names or addresses, and ports. The other nodes are learned from them, and use the first one's port.</summary>
    public required IReadOnlyList<(string Host, int Port)> ContactPoints { get; init; }

    /// <summary>The datacenter whose nodes are asked; null for the one of the first contact point that answers.</summary>
    public string? Datacenter { get; init; }

    /// <summary>The user name; null when the cluster lets everybody in.</summary>
    public string? Username { get; init; }

    /// <summary>The user's password.</summary>
    public string Password { get; init; } = "";

    /// <summary>Whether connections are encrypted, and the nodes' certificates checked.</summary>
    public bool Tls { get; init; }

    /// <summary>The name that certificates must be for; null for the node's own address, as it was configured or as the cluster tells it.</summary>
    public string? TlsHost { get; init; }

    /// <summary>The authorities that may have signed the nodes' certificates, in place of the machine's own trust; null for that.</summary>
    public X509Certificate2Collection? TlsAuthorities { get; init; }

    /// <summary>Judges certificates instead of the machine's own trust; null for that. For tests.</summary>
    public RemoteCertificateValidationCallback? TlsTrust { get; init; }

    /// <summary>How long making a connection may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long one node is waited for, before it counts as one that does not answer. Others are asked sooner.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a change of the schema may take, until all nodes agree on it.</summary>
    public TimeSpan SchemaTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>After so long without an answer, a read is put to the next node as well. Several times what a read usually takes.</summary>
    public TimeSpan SpeculateAfter { get; init; } = TimeSpan.FromMilliseconds(150);

    /// <summary>After so long without an answer, a write is put to the next node as well. A node that is frozen keeps its connections.</summary>
    public TimeSpan SpeculateWriteAfter { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>A connection on which nothing comes for so long is asked whether it is alive.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often the cluster is asked which nodes it has, though it tells of changes.</summary>
    public TimeSpan Refresh { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long is waited after the cluster has told of a change, before it is asked about it.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The first pause before a lost node is connected to again; it doubles up to <see cref="LongestPause"/>.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest pause before a lost node is connected to again.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest pause before a node that has refused the account is connected to again: it may lock the account for other clients.</summary>
    public TimeSpan RefusedPause { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The most requests in flight on one connection; the protocol has 32,768 numbers for them.</summary>
    public int MaxInFlight { get; init; } = 32_768;

    /// <summary>The most nodes that one request is put to.</summary>
    public int MaxNodes { get; init; } = 3;
}
