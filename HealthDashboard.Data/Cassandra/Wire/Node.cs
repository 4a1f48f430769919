using System.Net;
using Microsoft.Extensions.Logging;

namespace HealthDashboard.Data.Cassandra.Wire;

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
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource<bool> firstAttempt = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task keeping;
    private volatile Session? session;

    /// <summary>Begins to connect.</summary>
    /// <param name="endPoint">The address.</param>
    /// <param name="name">What its certificate must be for.</param>
    /// <param name="options">How to connect.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where it is told that it came and went.</param>
    public Node(IPEndPoint endPoint, string name, ClusterOptions options, TimeProvider time, ILogger log)
    {
        (EndPoint, this.name, this.options, this.time, this.log) = (endPoint, name, options, time, log);
        keeping = KeepAsync();
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>Whether it is one of the nodes that requests go to, and not only one to ask about the others.</summary>
    public bool IsLocal { get; set; }

    /// <summary>The connection; null while there is none.</summary>
    public Session? Session => session;

    /// <summary>Why there is no connection; null while there is one, and before the first attempt.</summary>
    public CassandraException? LastError { get; private set; }

    /// <summary>Completes after the first attempt to connect, with whether it succeeded.</summary>
    public Task<bool> FirstAttempt => firstAttempt.Task;

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
                await using var connection = new Connection(await Transport.OpenAsync(EndPoint, name, options, time, stop.Token), options, time);
                var opened = new Session(connection, options);
                await opened.StartAsync(stop.Token);
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
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                LastError = new ConnectionException("the client is closed");
            }
            session = null;
            firstAttempt.TrySetResult(false);
            await PauseAsync(pause);
            pause = pause * 2 < options.LongestPause ? pause * 2 : options.LongestPause;
        }
    }

    private async Task PauseAsync(TimeSpan longest)
    {
        var pause = longest * (0.5 + (Random.Shared.NextDouble() / 2));
        await Task.Delay(pause, time, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Cassandra node {EndPoint} is connected")]
    private partial void LogConnected(IPEndPoint endPoint);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Cassandra node {EndPoint} is lost: {Reason}")]
    private partial void LogLost(IPEndPoint endPoint, string reason);
}
