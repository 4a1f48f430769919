namespace HealthDashboard.Data.Cql;

/// <summary>
/// Which request waits for the answer with which stream id (section 2.3). An id that nobody waits for any more stays taken until its
/// answer comes: given away before, it would bring the next request the answer to this one.
/// </summary>
/// <param name="limit">How many ids there are.</param>
internal sealed class PendingRequests(int limit)
{
    private readonly Lock gate = new();
    private readonly Queue<short> free = new();
    private readonly List<TaskCompletionSource<Frame>?> waiting = [];
    private ConnectionException? closed;
    private int taken;

    /// <summary>How many ids wait for answers that nobody wants any more.</summary>
    public int Abandoned { get; private set; }

    /// <summary>Takes an id.</summary>
    /// <exception cref="ConnectionException">The connection is closed, or all ids are taken.</exception>
    public short Add(TaskCompletionSource<Frame> answer)
    {
        lock (gate)
        {
            if (closed is not null)
                throw new ConnectionException(closed.Message, closed);
            if (taken == limit)
                throw new ConnectionException($"{limit} requests wait for answers already");
            if (!free.TryDequeue(out var stream))
            {
                stream = (short)waiting.Count;
                waiting.Add(null);
            }
            waiting[stream] = answer;
            taken++;
            return stream;
        }
    }

    /// <summary>Hands an answer to whoever waits for it, and gives the id back.</summary>
    /// <exception cref="ProtocolException">Nothing was asked with this id.</exception>
    public void Complete(in Frame frame)
    {
        TaskCompletionSource<Frame>? answer;
        lock (gate)
        {
            var stream = frame.Header.Stream;
            answer = stream >= 0 && stream < waiting.Count ? waiting[stream] : null;
            if (answer is null)
                throw new ProtocolException($"an answer to stream {stream}, on which nothing was asked");
            waiting[stream] = null;
            free.Enqueue(stream);
            taken--;
            if (answer.Task.IsCompleted)
                Abandoned--;
        }
        answer.TrySetResult(frame);
    }

    /// <summary>Nobody waits for this answer any more.</summary>
    public void Abandon(short stream, TaskCompletionSource<Frame> answer)
    {
        lock (gate)
        {
            // An answer that has just come has given its id back already, perhaps to the next request.
            if (stream < waiting.Count && waiting[stream] == answer && answer.TrySetCanceled())
                Abandoned++;
        }
    }

    /// <summary>Fails all that wait, and whoever asks from now on.</summary>
    public void Close(ConnectionException reason)
    {
        TaskCompletionSource<Frame>?[] failed;
        lock (gate)
        {
            if (closed is not null)
                return;
            closed = reason;
            failed = [.. waiting];
            waiting.Clear();
        }
        foreach (var answer in failed)
            answer?.TrySetException(new ConnectionException(reason.Message, reason));
    }
}
