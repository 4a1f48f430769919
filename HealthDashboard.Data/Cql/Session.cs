using System.Collections.Concurrent;
using System.Net;

namespace HealthDashboard.Data.Cql;

/// <summary>
/// What can be asked over one connection, and the statements that are prepared there. A node forgets prepared statements when it
/// restarts, and sometimes for want of room: then it says so, and they are prepared again.
/// </summary>
internal sealed class Session(Connection connection, IPEndPoint endPoint, ClusterOptions options)
{
    private readonly ConcurrentDictionary<Statement, Prepared> prepared = [];

    /// <summary>Where the node was reached.</summary>
    public IPEndPoint EndPoint => endPoint;

    /// <summary>Begins the conversation (sections 4.1.1 and 4.1.2): must be called first, once.</summary>
    /// <exception cref="CredentialsException">The node does not take the user name and password, or wants some where none are configured.</exception>
    public async Task StartAsync(CancellationToken cancel)
    {
        try
        {
            if (await AskAsync(Requests.Startup(), cancel) is Authenticate)
                await AuthenticateAsync(cancel);
        }
        catch (ServerErrorException error) when (error.IsFailedLookUp)
        {
            throw new ConnectionException("the node could not look up the account, too few replicas of system_auth answer", error);
        }
        catch (ServerErrorException error) when (error.Code == ErrorCode.BadCredentials)
        {
            throw new CredentialsException("the user name or the password is refused", error);
        }
    }

    /// <summary>Completes when the connection is closed, with the reason.</summary>
    public Task<CassandraException> Closed => connection.Closed;

    /// <summary>Asks the node to tell of events as they happen.</summary>
    public async Task RegisterAsync(CancellationToken cancel)
    {
        if (await AskAsync(Requests.Register(ClusterEvent.All), cancel) is not Ready)
            throw new ProtocolException("REGISTER was answered with something else");
    }

    /// <summary>Asks the node whether it lives, and hangs up when it does not answer; completes when one or the other is known.</summary>
    public Task ProbeAsync() => connection.ProbeAsync();

    /// <summary>Runs a statement as it is, without values.</summary>
    /// <param name="cql">The statement.</param>
    /// <param name="consistency">How many replicas must have done it.</param>
    /// <param name="limit">How long the answer is waited for; null for the usual time.</param>
    /// <param name="cancel">Stops waiting.</param>
    public async Task<RowSet> QueryAsync(string cql, Consistency consistency, TimeSpan? limit, CancellationToken cancel) =>
        RowsOf(Response.Read(await connection.SendAsync(Requests.Query(cql, consistency), limit ?? options.RequestTimeout, cancel)));

    /// <summary>Runs a prepared statement.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="values">A value for each of its markers.</param>
    /// <param name="pagingState">Where the page begins; null for the first.</param>
    /// <param name="cancel">Stops waiting.</param>
    public Task<RowSet> ExecuteAsync(Statement statement, CqlValue[] values, byte[]? pagingState, CancellationToken cancel) => PreparedAsync(
        statement,
        known =>
        {
            known.Check(values);
            return Requests.Execute(known, statement.Consistency, values, pagingState);
        },
        cancel);

    /// <summary>Runs a prepared statement for several rows of one partition in one step.</summary>
    public Task<RowSet> BatchAsync(Statement statement, IReadOnlyList<CqlValue[]> rows, CancellationToken cancel) => PreparedAsync(
        statement,
        known =>
        {
            foreach (var row in rows)
                known.Check(row);
            return Requests.Batch(known, statement.Consistency, rows);
        },
        cancel);

    private async Task AuthenticateAsync(CancellationToken cancel)
    {
        if (options.Username is not { } username)
            throw new CredentialsException("the node wants a user name and a password, and none are configured");
        if (await AskAsync(Requests.Plain(username, options.Password), cancel) is not AuthSuccess)
            throw new CredentialsException("the node wants to know more than a user name and a password");
    }

    private async Task<RowSet> PreparedAsync(Statement statement, Func<Prepared, FrameWriter> request, CancellationToken cancel)
    {
        if (!prepared.TryGetValue(statement, out var known))
            known = await PrepareAsync(statement, cancel);
        try
        {
            return RowsOf(await AskAsync(request(known), cancel, known.Columns));
        }
        catch (ServerErrorException error) when (error.Code == ErrorCode.Unprepared)
        {
            known = await PrepareAsync(statement, cancel);
            return RowsOf(await AskAsync(request(known), cancel, known.Columns));
        }
    }

    // Two that prepare the same at the same time get the same.
    private async Task<Prepared> PrepareAsync(Statement statement, CancellationToken cancel)
    {
        if (await AskAsync(Requests.Prepare(statement.Cql), cancel) is not IsPrepared { Prepared: var known })
            throw new ProtocolException("PREPARE was answered with something else");
        statement.Key = known.Key;
        return prepared[statement] = known;
    }

    private async Task<Response> AskAsync(FrameWriter request, CancellationToken cancel, IReadOnlyList<Column>? columns = null) =>
        Response.Read(await connection.SendAsync(request, options.RequestTimeout, cancel), columns);

    private static RowSet RowsOf(Response response) => response switch
    {
        Rows rows => rows.Set,
        Done => RowSet.Empty,
        var other => throw new ProtocolException($"a query was answered with {other.GetType().Name}"),
    };
}
