namespace HealthDashboard.Data.Cql;

/// <summary>
/// Puts one request to nodes, one after the other, until one has done it: to the next when one cannot, and, where that is asked for,
/// also when one takes long. The first answer counts.
/// </summary>
internal static class Attempts
{
    /// <param name="nodes">The nodes, best first.</param>
    /// <param name="ask">The request. It must do no more when it runs on several nodes than when it runs on one.</param>
    /// <param name="speculateAfter">After how long without answer the next node is asked too; null for never.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <exception cref="NoNodeException">None could do it.</exception>
    public static async Task<T> RunAsync<T>(
        IEnumerable<Session> nodes, Func<Session, CancellationToken, Task<T>> ask, TimeSpan? speculateAfter, TimeProvider time, CancellationToken cancel)
    {
        using var left = nodes.GetEnumerator();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var running = new List<Task<T>>();
        CassandraException? last = null;
        try
        {
            var more = Start();
            while (running.Count > 0)
            {
                var first = Task.WhenAny(running);
                if (more && speculateAfter is { } delay && !await IsSoonAsync(first, delay, time, cancel))
                {
                    more = Start();
                    continue;
                }
                var done = await first;
                running.Remove(done);
                try
                {
                    return await done;
                }
                catch (CassandraException error) when (error.IsTransient)
                {
                    last = error;
                    more = more && Start();
                }
            }
            throw new NoNodeException(last?.Message ?? "no node is connected", last);
        }
        finally
        {
            // Who was slower need not wait for its answer.
            if (running.Count > 0)
                await stop.CancelAsync();
        }

        bool Start()
        {
            if (!left.MoveNext())
                return false;
            running.Add(ask(left.Current, stop.Token));
            return true;
        }
    }

    private static async Task<bool> IsSoonAsync(Task task, TimeSpan delay, TimeProvider time, CancellationToken cancel)
    {
        try
        {
            await task.WaitAsync(delay, time, cancel);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
