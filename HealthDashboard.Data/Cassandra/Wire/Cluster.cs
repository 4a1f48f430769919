using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace HealthDashboard.Data.Cassandra.Wire;

/// <summary>
/// A Cassandra cluster, as far as statements are concerned. Requests go to the nodes of one datacenter in turn; which those are is
/// learned from the cluster. Every statement must be one that may run twice (<see cref="Statement"/>). Connecting begins at once and
/// goes on until disposed; nothing here waits for a node that is away.
/// </summary>
internal sealed class Cluster : IAsyncDisposable
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
    private int turn;

    /// <summary>Begins to connect.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where it is told which nodes come and go.</param>
    public Cluster(ClusterOptions options, TimeProvider time, ILogger log)
    {
        (this.options, this.time, this.log) = (options, time, log);
        datacenter = options.Datacenter;
        looking = LookAsync();
    }

    /// <summary>The datacenter whose nodes are asked; null until it is known.</summary>
    public string? Datacenter => datacenter;

    /// <summary>How many nodes the datacenter has; 0 until they are known.</summary>
    public int NodeCount => nodes.Count(node => node.IsLocal);

    /// <summary>How many of them are connected.</summary>
    public int ConnectedCount => nodes.Count(node => node.IsLocal && node.Session is not null);

    /// <summary>Runs a select, page by page; each page that is slow is asked of the next node as well.</summary>
    /// <exception cref="CassandraException">It could not be done.</exception>
    public async IAsyncEnumerable<Row> QueryAsync(Statement statement, CqlValue[] values, [EnumeratorCancellation] CancellationToken cancel)
    {
        byte[]? next = null;
        do
        {
            var state = next;
            var page = await RunAsync((session, token) => session.ExecuteAsync(statement, values, state, token), options.SpeculateAfter, cancel);
            for (var i = 0; i < page.Count; i++)
                yield return page[i];
            next = page.PagingState;
        }
        while (next is not null);
    }

    /// <summary>Runs a statement that returns nothing.</summary>
    /// <exception cref="CassandraException">It could not be done; it may have been done in part.</exception>
    public Task ExecuteAsync(Statement statement, CqlValue[] values, CancellationToken cancel) =>
        RunAsync((session, token) => session.ExecuteAsync(statement, values, pagingState: null, token), speculateAfter: null, cancel);

    /// <summary>Runs a statement for several rows of one partition, in one step.</summary>
    /// <exception cref="CassandraException">It could not be done; it may have been done.</exception>
    public Task BatchAsync(Statement statement, IReadOnlyList<CqlValue[]> rows, CancellationToken cancel) =>
        RunAsync((session, token) => session.BatchAsync(statement, rows, token), speculateAfter: null, cancel);

    /// <summary>The names of a keyspace's tables; empty when it is not there.</summary>
    public async Task<IReadOnlyList<string>> TablesAsync(string keyspace, CancellationToken cancel)
    {
        var rows = await RunAsync(
            (session, token) => session.QueryAsync(
                $"SELECT table_name FROM system_schema.tables WHERE keyspace_name = '{keyspace}'", Consistency.One, limit: null, token),
            options.SpeculateAfter,
            cancel);
        return [.. Enumerable.Range(0, rows.Count).Select(i => rows[i].GetText(0))];
    }

    /// <summary>Changes the schema, and waits until the nodes that are connected agree on it.</summary>
    /// <exception cref="CassandraException">It could not be done, or they do not agree in time.</exception>
    public Task DefineAsync(string cql, CancellationToken cancel) => RunAsync(
        async (session, token) =>
        {
            try
            {
                await session.QueryAsync(cql, Consistency.LocalQuorum, options.SchemaTimeout, token);
            }
            catch (ServerErrorException error) when (error.Code == ErrorCode.AlreadyExists)
            {
                // Another web node was faster.
            }
            await AgreeAsync(session, token);
            return true;
        },
        speculateAfter: null,
        cancel);

    public async ValueTask DisposeAsync()
    {
        if (stop.IsCancellationRequested)
            return;
        await stop.CancelAsync();
        await looking;
        await Task.WhenAll(nodes.Select(node => node.DisposeAsync().AsTask()));
        stop.Dispose();
    }

    private async Task<T> RunAsync<T>(Func<Session, CancellationToken, Task<T>> ask, TimeSpan? speculateAfter, CancellationToken cancel)
    {
        await firstLook.Task.WaitAsync(cancel);
        var local = Array.FindAll(nodes, node => node.IsLocal);
        var from = (int)((uint)Interlocked.Increment(ref turn) % (uint)Math.Max(1, local.Length));
        var inTurn = local[from..].Concat(local[..from]).Select(node => node.Session).OfType<Session>().Take(options.MaxNodes);
        if (local.All(node => node.Session is null))
        {
            var why = local.Select(node => node.LastError).FirstOrDefault(error => error is not null) ?? lookError;
            throw new NoNodeException(why?.Message ?? "no node is connected", why);
        }
        return await Attempts.RunAsync(inTurn, ask, speculateAfter, time, cancel);
    }

    private async Task AgreeAsync(Session session, CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            // A node that is away learns the schema when it is back.
            var seen = await Topology.ReadAsync(session, cancel);
            var connected = nodes.Where(node => node.Session is not null).Select(node => node.EndPoint.Address).ToHashSet();
            if (seen.Peers.Where(peer => connected.Contains(peer.Address)).All(peer => peer.SchemaVersion == seen.SchemaVersion))
                return;
            if (time.GetElapsedTime(started) > options.SchemaTimeout)
                throw new ConnectionException("the nodes do not agree on the schema");
            await Task.Delay(TimeSpan.FromMilliseconds(200), time, cancel);
        }
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
