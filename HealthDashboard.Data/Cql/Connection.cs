using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Channels;

namespace HealthDashboard.Data.Cql;

/// <summary>
/// Frames over one connection: many requests in flight, each with a stream id, answered in any order. The first thing that goes wrong
/// closes it, and everything in flight hears why.
/// </summary>
internal sealed class Connection : IAsyncDisposable
{
    private const int BufferSize = 64 * 1024;

    private readonly Stream stream;
    private readonly TimeProvider time;
    private readonly PendingRequests pending;
    private readonly ClusterOptions options;
    private readonly Action<Frame>? hear;
    private readonly Action<Frame>? warn;
    private readonly int mostAbandoned;
    private readonly Channel<(FrameWriter Frame, short Stream)> outgoing =
        Channel.CreateUnbounded<(FrameWriter, short)>(new UnboundedChannelOptions { SingleReader = true });

    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource<CassandraException> closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task loops;
    private long lastHeard;

    /// <summary>Begins to talk over a stream, which it owns from then on.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="options">How long to wait, and how many requests may wait.</param>
    /// <param name="time">The clock.</param>
    /// <param name="hear">Takes the events, on the way of all answers, so it must not wait; null when none are registered for.</param>
    /// <param name="warn">Takes the answers that have warnings, before whoever asked; null for nobody.</param>
    public Connection(Stream stream, ClusterOptions options, TimeProvider time, Action<Frame>? hear = null, Action<Frame>? warn = null)
    {
        (this.stream, this.options, this.time, this.hear, this.warn) = (stream, options, time, hear, warn);
        pending = new PendingRequests(options.MaxInFlight);
        // A node that leaves so many unanswered does not answer.
        mostAbandoned = options.MaxInFlight / 4;
        lastHeard = time.GetTimestamp();
        loops = Task.WhenAll(ReadAsync(), WriteAsync(), BeatAsync());
    }

    /// <summary>Completes when the connection is closed, with the reason.</summary>
    public Task<CassandraException> Closed => closed.Task;

    /// <summary>Sends a request, which it disposes, and waits for its answer.</summary>
    /// <param name="request">The request.</param>
    /// <param name="limit">How long the answer is waited for.</param>
    /// <param name="cancel">Stops waiting; the request may be done all the same.</param>
    /// <exception cref="ConnectionException">The connection was lost, or no answer came in time.</exception>
    public async Task<Frame> SendAsync(FrameWriter request, TimeSpan limit, CancellationToken cancel)
    {
        var answer = new TaskCompletionSource<Frame>(TaskCreationOptions.RunContinuationsAsynchronously);
        short id;
        try
        {
            cancel.ThrowIfCancellationRequested();
            id = pending.Add(answer);
        }
        catch
        {
            request.Dispose();
            throw;
        }
        // When the channel is closed, so is the connection, and the answer has failed.
        if (!outgoing.Writer.TryWrite((request, id)))
            request.Dispose();
        try
        {
            return await answer.Task.WaitAsync(limit, time, cancel);
        }
        catch (TimeoutException error)
        {
            Abandon(id, answer);
            throw new ConnectionException($"no answer within {limit.TotalSeconds:0.#} s", error);
        }
        catch (OperationCanceledException)
        {
            Abandon(id, answer);
            throw;
        }
    }

    /// <summary>Asks whether the node lives, and closes the connection when it does not answer; completes when one or the other is known.</summary>
    public Task ProbeAsync() => GuardAsync(AskAsync);

    public async ValueTask DisposeAsync()
    {
        Close(new ConnectionException("the connection was closed"));
        await loops;
        stop.Dispose();
    }

    private void Abandon(short id, TaskCompletionSource<Frame> answer)
    {
        pending.Abandon(id, answer);
        if (pending.Abandoned > mostAbandoned)
            Close(new ConnectionException($"{pending.Abandoned} requests stay without answer"));
    }

    private void Close(CassandraException reason)
    {
        if (!closed.TrySetResult(reason))
            return;
        pending.Close(reason as ConnectionException ?? new ConnectionException(reason.Message, reason));
        outgoing.Writer.TryComplete();
        stop.Cancel();
        stream.Dispose();
    }

    private async Task ReadAsync()
    {
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: BufferSize, leaveOpen: true));
        await GuardAsync(async () =>
        {
            while (true)
            {
                var header = FrameHeader.Read(await ReadAsync(reader, FrameHeader.Size));
                var body = header.Length == 0 ? [] : await ReadAsync(reader, header.Length);
                Volatile.Write(ref lastHeard, time.GetTimestamp());
                if (header.Flags.HasFlag(FrameFlags.Warning))
                    warn?.Invoke(new Frame(header, body));
                // What the server says unasked has no request's number (section 2.3).
                if (header.Stream >= 0)
                    pending.Complete(new Frame(header, body));
                else if (header.Opcode == Opcode.Event)
                    hear?.Invoke(new Frame(header, body));
            }
        });
        await reader.CompleteAsync();
    }

    // A body's array is made when all of it has come, so a length that lies costs nothing.
    private async Task<byte[]> ReadAsync(PipeReader reader, int count)
    {
        var result = await reader.ReadAtLeastAsync(count, stop.Token);
        if (result.Buffer.Length < count)
            throw new ConnectionException("the node closed the connection");
        var wanted = result.Buffer.Slice(0, count);
        var bytes = wanted.ToArray();
        reader.AdvanceTo(wanted.End);
        return bytes;
    }

    private Task WriteAsync() => GuardAsync(async () =>
    {
        var buffer = PipeWriter.Create(stream, new StreamPipeWriterOptions(minimumBufferSize: BufferSize, leaveOpen: true));
        while (await outgoing.Reader.WaitToReadAsync(stop.Token))
        {
            // What waits together goes together.
            while (buffer.UnflushedBytes < BufferSize && outgoing.Reader.TryRead(out var next))
            {
                using (next.Frame)
                    buffer.Write(next.Frame.Complete(next.Stream).Span);
            }
            await buffer.FlushAsync(stop.Token);
        }
    });

    private Task BeatAsync() => GuardAsync(async () =>
    {
        using var timer = new PeriodicTimer(options.Heartbeat, time);
        while (await timer.WaitForNextTickAsync(stop.Token))
        {
            if (time.GetElapsedTime(Volatile.Read(ref lastHeard)) >= options.Heartbeat)
                await AskAsync();
        }
    });

    private Task AskAsync() => SendAsync(Requests.Options(), options.RequestTimeout, CancellationToken.None);

    private async Task GuardAsync(Func<Task> loop)
    {
        try
        {
            await loop();
        }
        catch (CassandraException error)
        {
            Close(error);
        }
        catch (Exception error)
        {
            // Once closed, this is only how a loop ends. Whatever else it is, all that wait hear it.
            Close(new ConnectionException($"the connection was lost: {error.Message}", error));
        }
    }
}
