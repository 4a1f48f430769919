using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace HealthDashboard.Data.Cassandra.Wire;

/// <summary>
/// The nodes of one datacenter, each with its connection. Which those are is learned from the contact points, and asked again from time to
/// time; while nobody is connected, the contact points' names are looked up again too.
/// </summary>
internal sealed class Membership : IAsyncDisposable
{
    private readonly ClusterOptions options;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource firstLook = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task looking;
    private volatile Node[] nodes = [];
    private volatile string? datacenter;
    private volatile CassandraException? lookError;

    /// <summary>Begins to connect.</summary>
    public Membership(ClusterOptions options, TimeProvider time, ILogger log)
    {
        (this.options, this.time, this.log) = (options, time, log);
        datacenter = options.Datacenter;
        looking = LookAsync();
    }

    /// <summary>All nodes to which a connection is kept: those of the datacenter, and until they are known the contact points.</summary>
    public Node[] Nodes => nodes;

    /// <summary>The datacenter; null until it is known.</summary>
    public string? Datacenter => datacenter;

    /// <summary>Completes after the first attempt to learn who there is, also when it failed.</summary>
    public Task FirstLook => firstLook.Task;

    /// <summary>Why the last attempt failed; null when it did not.</summary>
    public CassandraException? LastError => lookError;

    public async ValueTask DisposeAsync()
    {
        if (stop.IsCancellationRequested)
            return;
        await stop.CancelAsync();
        await looking;
        await Task.WhenAll(nodes.Select(node => node.DisposeAsync().AsTask()));
        stop.Dispose();
    }

    private async Task LookAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            var pause = options.Refresh;
            try
            {
                await RefreshAsync(stop.Token);
                lookError = null;
            }
            catch (CassandraException error)
            {
                lookError = error;
                pause = options.FirstPause;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                lookError = new ConnectionException("the client is closed");
            }
            firstLook.TrySetResult();
            await Task.Delay(pause, time, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Asks a node which nodes there are, and keeps connections to those of the datacenter.</summary>
    private async Task RefreshAsync(CancellationToken cancel)
    {
        if (nodes.All(node => node.Session is null))
            await AddContactPointsAsync(cancel);
        await FirstConnectionAsync(nodes);
        var connected = new Dictionary<Session, IPEndPoint>();
        foreach (var node in nodes)
        {
            if (node.Session is { } session)
                connected[session] = node.EndPoint;
        }
        if (connected.Count == 0)
        {
            var why = nodes.Select(node => node.LastError).FirstOrDefault(error => error is not null);
            throw new NoNodeException(why?.Message ?? "no contact point is known", why);
        }
        var (asked, topology) = await Attempts.RunAsync(
            connected.Keys,
            async (session, token) => (session, await Topology.ReadAsync(session, token)),
            options.SpeculateAfter,
            time,
            cancel);
        var wanted = AddressesOf(topology, connected[asked]);
        await KeepAsync(wanted);
        if (wanted.Count == 0)
        {
            var known = topology.Peers.Select(peer => peer.Datacenter).Append(topology.Datacenter).Distinct().Order();
            throw new NoNodeException($"there is no datacenter {datacenter}, only {string.Join(", ", known)}");
        }
        await FirstConnectionAsync(nodes);
    }

    private HashSet<IPEndPoint> AddressesOf(Topology topology, IPEndPoint asked)
    {
        datacenter ??= topology.Datacenter;
        var port = options.ContactPoints[0].Port;
        HashSet<IPEndPoint> wanted =
            [.. topology.Peers.Where(peer => peer.Datacenter == datacenter).Select(peer => new IPEndPoint(peer.Address, port))];
        // The node that was asked is where it was reached, whatever it calls itself.
        if (topology.Datacenter == datacenter)
            wanted.Add(asked);
        return wanted;
    }

    private async Task KeepAsync(HashSet<IPEndPoint> wanted)
    {
        // While no node of the datacenter is known, the contact points are still asked about it.
        var gone = wanted.Count == 0 ? [] : Array.FindAll(nodes, node => !wanted.Contains(node.EndPoint));
        var kept = nodes.Except(gone).ToList();
        foreach (var address in wanted.Except(kept.Select(node => node.EndPoint)))
            kept.Add(new Node(address, address.Address.ToString(), options, time, log));
        foreach (var node in kept)
            node.IsLocal = wanted.Contains(node.EndPoint);
        nodes = [.. kept];
        foreach (var node in gone)
            await node.DisposeAsync();
    }

    private async Task AddContactPointsAsync(CancellationToken cancel)
    {
        foreach (var (host, port) in options.ContactPoints)
        {
            try
            {
                var addresses = await Dns.GetHostAddressesAsync(host, cancel);
                var known = nodes;
                var added = addresses.Select(address => new IPEndPoint(address, port)).Except(known.Select(node => node.EndPoint))
                    .Select(address => new Node(address, host, options, time, log));
                nodes = [.. known, .. added];
            }
            catch (SocketException error)
            {
                lookError = new ConnectionException($"{host}: {error.Message}", error);
            }
        }
        if (nodes.Length == 0 && lookError is { } why)
            throw new NoNodeException(why.Message, why);
    }

    private static async Task FirstConnectionAsync(IEnumerable<Node> nodes)
    {
        await foreach (var attempt in Task.WhenEach(nodes.Select(node => node.FirstAttempt)))
        {
            if (await attempt)
                return;
        }
    }
}
