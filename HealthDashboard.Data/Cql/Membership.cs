using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace HealthDashboard.Data.Cql;

/// <summary>
/// The nodes of one datacenter, each with its connection. Which those are, and where on the ring, one of them is asked; it also tells when
/// something changes. When its connection breaks, another is asked instead. All is asked again from time to time too, and while nobody is
/// connected, the contact points' names are looked up again.
/// </summary>
internal sealed class Membership : IAsyncDisposable
{
    private readonly ClusterOptions options;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource firstLook = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<bool> changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Task looking;
    private volatile Node[] nodes = [];
    private volatile string? datacenter;
    private volatile CassandraException? lookError;
    private volatile TokenRing? ring;
    private volatile Session? control;
    private readonly ServerWarnings warnings;

    /// <summary>Begins to connect.</summary>
    public Membership(ClusterOptions options, TimeProvider time, ILogger log)
    {
        (this.options, this.time, this.log) = (options, time, log);
        datacenter = options.Datacenter;
        warnings = new ServerWarnings(log);
        looking = LookAsync();
    }

    /// <summary>All nodes to which a connection is kept: those of the datacenter, and until they are known the contact points.</summary>
    public Node[] Nodes => nodes;

    /// <summary>The datacenter; null until it is known.</summary>
    public string? Datacenter => datacenter;

    /// <summary>Who has which rows; null while it is not known, and when the cluster's partitioner is not Murmur3.</summary>
    public TokenRing? Ring => ring;

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
            await WaitAsync(pause);
        }
    }

    /// <summary>Waits until it is time to look again: after so long, when the node that tells of changes is lost, or has told of one.</summary>
    private async Task WaitAsync(TimeSpan pause)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        var told = changed.Reader.ReadAsync(enough.Token).AsTask();
        var lost = control?.Closed ?? Task.Delay(Timeout.InfiniteTimeSpan, time, enough.Token);
        var first = await Task.WhenAny(told, lost, Task.Delay(pause, time, enough.Token));
        // What changes together is reported in many events, some a moment before the node's own tables have it.
        if (first == told)
        {
            await Task.Delay(options.Settle, time, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            changed.Reader.TryRead(out _);
        }
        await enough.CancelAsync();
    }

    private void Hear(Node teller, ClusterEvent heard)
    {
        // One that was asked before, and is no longer, goes on telling.
        if (teller.Session != control)
            return;
        switch (heard)
        {
            case SchemaChange { IsOfKeyspace: false }:
                break;
            case StatusChange status when Array.Find(nodes, node => node.EndPoint.Address.Equals(status.Node.Address)) is { } about:
                if (status.IsDown)
                    _ = about.DoubtAsync();
                else
                    about.Wake();
                break;
            default:
                changed.Writer.TryWrite(true);
                break;
        }
    }

    /// <summary>Asks a node which nodes there are, and keeps connections to those of the datacenter.</summary>
    private async Task RefreshAsync(CancellationToken cancel)
    {
        if (control is { Closed.IsCompleted: true })
            control = null;
        if (nodes.All(node => node.Session is null))
            await AddContactPointsAsync(cancel);
        await FirstConnectionAsync(nodes);
        // The one that tells of changes first: as long as it answers, no other need be asked.
        var connected = nodes.Select(node => node.Session).OfType<Session>().OrderByDescending(session => session == control).ToList();
        if (connected.Count == 0)
        {
            var why = Node.ReasonOf(nodes);
            throw new NoNodeException(why?.Message ?? "no contact point is known", why);
        }
        var topology = await Attempts.RunAsync(connected, AskAsync, speculateAfter: null, time, cancel);
        var center = datacenter ??= topology.Own.Datacenter;
        var wanted = topology.Nodes.Where(node => node.Datacenter == center).Select(node => node.EndPoint).ToHashSet();
        ring = topology.RingOf(center);
        await KeepAsync(wanted);
        if (wanted.Count == 0)
        {
            var known = topology.Nodes.Select(node => node.Datacenter).Distinct().Order();
            throw new NoNodeException($"there is no datacenter {datacenter}, only {string.Join(", ", known)}");
        }
        await FirstConnectionAsync(nodes);
    }

    private async Task<Topology> AskAsync(Session session, CancellationToken cancel)
    {
        // First subscribed, then read: so nothing falls in between.
        if (session != control)
        {
            await session.RegisterAsync(cancel);
            control = session;
        }
        return await Topology.ReadAsync(session, options.ContactPoints[0].Port, cancel);
    }

    private async Task KeepAsync(HashSet<IPEndPoint> wanted)
    {
        // While no node of the datacenter is known, the contact points are still asked about it.
        var gone = wanted.Count == 0 ? [] : Array.FindAll(nodes, node => !wanted.Contains(node.EndPoint));
        var kept = nodes.Except(gone).ToList();
        foreach (var address in wanted.Except(kept.Select(node => node.EndPoint)))
            kept.Add(new Node(address, address.Address.ToString(), options, time, log, warnings, Hear));
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
                    .Select(address => new Node(address, host, options, time, log, warnings, Hear));
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
