using System.Net;
using Microsoft.Extensions.Logging;

namespace HealthDashboard.Data.Cql;

/// <summary>
/// One node of the cluster, to which a connection is kept: when it is lost, it is made again, after pauses that grow and are spread at
/// random, so that the web nodes do not all come at the same moment to a node that has just started.
/// </summary>
internal sealed partial class Node : IAsyncDisposable
{
    private readonly string name;
    private readonly ClusterOptions options;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly ServerWarnings warnings;
    private readonly Action<Node, ClusterEvent> hear;
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource<bool> firstAttempt = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task keeping;
    private volatile Session? session;
    private volatile TaskCompletionSource woken = Signal();
    private volatile bool isDoubted;

    /// <summary>Begins to connect.</summary>
    /// <param name="endPoint">The address.</param>
    /// <param name="name">What its certificate must be for.</param>
    /// <param name="options">How to connect.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Logs that it came and went.</param>
    /// <param name="warnings">Where the warnings in its answers go.</param>
    /// <param name="hear">Takes the events that it tells of, where it was asked to; must not wait.</param>
    public Node(IPEndPoint endPoint, string name, ClusterOptions options, TimeProvider time, ILogger log, ServerWarnings warnings, Action<Node, ClusterEvent> hear)
    {
        (EndPoint, this.name, this.options, this.time, this.log, this.warnings, this.hear) = (endPoint, name, options, time, log, warnings, hear);
        keeping = KeepAsync();
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>Whether it is one of the nodes that requests go to, and not only one to ask about the others.</summary>
    public bool IsLocal { get; set; }

    /// <summary>The connection; null while there is none.</summary>
    public Session? Session => session;

    /// <summary>Whether others say that it is down, and it has not answered since: it is asked last.</summary>
    public bool IsDoubted => isDoubted;

    /// <summary>Why there is no connection; null while there is one, and before the first attempt.</summary>
    public CassandraException? LastError { get; private set; }

    /// <summary>Completes after the first attempt to connect, with whether it succeeded.</summary>
    public Task<bool> FirstAttempt => firstAttempt.Task;

    /// <summary>Why none of these is connected; null when none has said. One that answers and refuses says more than one that is not reached.</summary>
    public static CassandraException? ReasonOf(IEnumerable<Node> nodes) =>
        nodes.Select(node => node.LastError).OfType<CassandraException>().OrderBy(error => error.IsTransient).FirstOrDefault();

    /// <summary>Others see it again: if it is not connected, that is tried now.</summary>
    public void Wake()
    {
        if (session is null)
            woken.TrySetResult();
    }

    /// <summary>Others do not see it any more: whether it still answers is asked now.</summary>
    public async Task DoubtAsync()
    {
        if (session is not { } doubted)
            return;
        isDoubted = true;
        await doubted.ProbeAsync();
        isDoubted = false;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await keeping;
        stop.Dispose();
    }

    private async Task KeepAsync()
    {
        var pause = options.FirstPause;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var stream = await Transport.OpenAsync(EndPoint, name, options, time, stop.Token);
                await using var connection = new Connection(stream, options, time, Hear, Warn);
                var opened = new Session(connection, EndPoint, options);
                await StartAsync(opened, connection);
                (session, LastError) = (opened, null);
                firstAttempt.TrySetResult(true);
                LogConnected(EndPoint);
                pause = options.FirstPause;
                LastError = await connection.Closed.WaitAsync(stop.Token);
                LogLost(EndPoint, LastError.Message);
            }
            catch (CassandraException error)
            {
                LastError = error;
                // The account is not tried again and again.
                if (error is CredentialsException)
                    pause = options.RefusedPause;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                LastError = new ConnectionException("the client is closed");
            }
            session = null;
            firstAttempt.TrySetResult(false);
            var wasWoken = await PauseAsync(pause);
            pause = wasWoken ? options.FirstPause : TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, options.LongestPause.Ticks));
        }
    }

    /// <summary>Begins the conversation. A port that expects TLS hangs up on the first plain words, or answers with an alert.</summary>
    private async Task StartAsync(Session opened, Connection connection)
    {
        try
        {
            await opened.StartAsync(stop.Token);
        }
        catch (CassandraException error) when (!options.Tls && error is ConnectionException or ProtocolException && connection.Closed.IsCompleted)
        {
            throw new ConnectionException($"{EndPoint}: {error.Message}. The port may want TLS (Tls=true).", error);
        }
    }

    /// <summary>Waits for a part of a time, or until it is woken; gives which.</summary>
    private async Task<bool> PauseAsync(TimeSpan longest)
    {
        var pause = longest * (0.5 + (Random.Shared.NextDouble() / 2));
        await woken.Task.WaitAsync(pause, time, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!woken.Task.IsCompleted)
            return false;
        woken = Signal();
        return true;
    }

    private void Hear(Frame frame)
    {
        if (ClusterEvent.Read(frame) is { } heard)
            hear(this, heard);
    }

    private void Warn(Frame frame)
    {
        foreach (var warning in Response.WarningsOf(frame))
            warnings.Say(EndPoint, warning);
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(Level = LogLevel.Information, Message = "Cassandra node {EndPoint} is connected")]
    private partial void LogConnected(IPEndPoint endPoint);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Cassandra node {EndPoint} is lost: {Reason}")]
    private partial void LogLost(IPEndPoint endPoint, string reason);
}
