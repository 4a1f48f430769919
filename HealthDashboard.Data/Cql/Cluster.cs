using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace HealthDashboard.Data.Cql;

/// <summary>
/// A Cassandra cluster, as far as statements are concerned. Requests go to nodes of one datacenter: to those that have the rows, in turn, then
/// to the others. Which those are is learned from the cluster. Every statement must be one that may run twice (<see cref="Statement"/>). Connecting begins at once and
/// goes on until disposed; nothing here waits for a node that is unavailable.
/// </summary>
internal sealed class Cluster : IAsyncDisposable
{
    private readonly ClusterOptions options;
    private readonly TimeProvider time;
    private readonly Membership members;
    private uint turn;

    /// <summary>Begins to connect.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Logs which nodes come and go.</param>
    public Cluster(ClusterOptions options, TimeProvider time, ILogger log)
    {
        (this.options, this.time) = (options, time);
        members = new Membership(options, time, log);
    }

    /// <summary>The datacenter whose nodes are asked; null until it is known.</summary>
    public string? Datacenter => members.Datacenter;

    /// <summary>How many nodes the datacenter has; 0 until they are known.</summary>
    public int NodeCount => members.Nodes.Count(node => node.IsLocal);

    /// <summary>How many of them are connected.</summary>
    public int ConnectedCount => members.Nodes.Count(node => node.IsLocal && node.Session is not null);

    /// <summary>Runs a select, page by page; each page that is slow is asked of the next node as well.</summary>
    /// <exception cref="CassandraException">It could not be done.</exception>
    public async IAsyncEnumerable<Row> QueryAsync(Statement statement, CqlValue[] values, [EnumeratorCancellation] CancellationToken cancel)
    {
        byte[]? next = null;
        do
        {
            var state = next;
            var page = await RunAsync(ReplicasOf(statement, values), (session, token) => session.ExecuteAsync(statement, values, state, token), options.SpeculateAfter, cancel);
            for (var i = 0; i < page.Count; i++)
                yield return page[i];
            next = page.PagingState;
        }
        while (next is not null);
    }

    /// <summary>Runs a statement that returns nothing.</summary>
    /// <exception cref="CassandraException">It could not be done; it may have been done in part.</exception>
    public Task ExecuteAsync(Statement statement, CqlValue[] values, CancellationToken cancel) =>
        RunAsync(ReplicasOf(statement, values), (session, token) => session.ExecuteAsync(statement, values, pagingState: null, token), options.SpeculateWriteAfter, cancel);

    /// <summary>Runs a statement for several rows of one partition, in one step.</summary>
    /// <exception cref="CassandraException">It could not be done; it may have been done.</exception>
    public Task BatchAsync(Statement statement, IReadOnlyList<CqlValue[]> rows, CancellationToken cancel) =>
        RunAsync(ReplicasOf(statement, rows[0]), (session, token) => session.BatchAsync(statement, rows, token), options.SpeculateWriteAfter, cancel);

    /// <summary>The names of a keyspace's tables; empty when it is not there.</summary>
    public async Task<IReadOnlyList<string>> TablesAsync(string keyspace, CancellationToken cancel)
    {
        var rows = await RunAsync(
            replicas: [],
            (session, token) => session.QueryAsync(
                $"SELECT table_name FROM system_schema.tables WHERE keyspace_name = '{keyspace}'", Consistency.One, limit: null, token),
            options.SpeculateAfter,
            cancel);
        return [.. Enumerable.Range(0, rows.Count).Select(i => rows[i].GetText(0))];
    }

    /// <summary>
    /// Changes the schema, and waits until the nodes that are connected agree on it. All clients ask the same node as long as it is there,
    /// so that it does one after the other what several want at the same time.
    /// </summary>
    /// <exception cref="CassandraException">It could not be done, or they do not agree in time.</exception>
    public Task DefineAsync(string cql, CancellationToken cancel) => RunAsync(
        replicas: null,
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

    public ValueTask DisposeAsync() => members.DisposeAsync();

    /// <summary>Who has the rows that a statement is about; empty when it is not known.</summary>
    private IReadOnlyList<IPEndPoint> ReplicasOf(Statement statement, CqlValue[] values) =>
        statement.Key is { } key && members.Ring is { } ring && key.TokenOf(values) is { } token ? ring.ReplicasOf(key.Keyspace, token) : [];

    private async Task<T> RunAsync<T>(
        IReadOnlyList<IPEndPoint>? replicas, Func<Session, CancellationToken, Task<T>> ask, TimeSpan? speculateAfter, CancellationToken cancel)
    {
        await members.FirstLook.WaitAsync(cancel);
        var local = Array.FindAll(members.Nodes, node => node.IsLocal);
        // Without replicas all clients begin with the same node.
        var ordered = replicas is null
            ? local.OrderBy(node => node.EndPoint.ToString(), StringComparer.Ordinal)
            : InTurn(Array.FindAll(local, node => replicas.Contains(node.EndPoint)))
                .Concat(InTurn(Array.FindAll(local, node => !replicas.Contains(node.EndPoint))));
        var inTurn = ordered
            .OrderBy(node => node.IsDoubted)
            .Select(node => node.Session).OfType<Session>().Take(options.MaxNodes);
        if (local.All(node => node.Session is null))
        {
            var why = Node.ReasonOf(local) ?? members.LastError;
            throw new NoNodeException(why?.Message ?? "no node is connected", why);
        }
        Interlocked.Increment(ref turn);
        return await Attempts.RunAsync(inTurn, ask, speculateAfter, time, cancel);
    }

    private IEnumerable<Node> InTurn(Node[] nodes)
    {
        var from = (int)(turn % (uint)Math.Max(1, nodes.Length));
        return nodes[from..].Concat(nodes[..from]);
    }

    private async Task AgreeAsync(Session session, CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            // A node that is unavailable learns the schema when it is back.
            var seen = await Topology.ReadAsync(session, options.ContactPoints[0].Port, cancel);
            var connected = members.Nodes.Where(node => node.Session is not null).Select(node => node.EndPoint.Address).ToHashSet();
            if (seen.Others.Where(peer => connected.Contains(peer.EndPoint.Address)).All(peer => peer.SchemaVersion == seen.Own.SchemaVersion))
                return;
            if (time.GetElapsedTime(started) > options.SchemaTimeout)
                throw new ConnectionException("the nodes do not agree on the schema");
            await Task.Delay(TimeSpan.FromMilliseconds(200), time, cancel);
        }
    }
}
