using System.Collections.Concurrent;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Accounts;

/// <summary>
/// Appends entries to this node's chain, those that come together in one write: the next write takes all that came while the last one was on
/// its way, so many callers share a flush and a single one waits for nobody.
/// </summary>
internal sealed class AuditWriter(AuditChain chain)
{
    private const int MostRows = 1_000;

    private readonly ConcurrentQueue<Pending> queue = new();
    private int writing;

    /// <summary>The chain's last row; null when it is not known.</summary>
    public AuditHead? Head => chain.Head;

    /// <summary>The chain's name.</summary>
    public string Chain => chain.Name;

    /// <summary>Returns when the entry is on disk.</summary>
    /// <exception cref="StoreException">It is not.</exception>
    public Task AppendAsync(AuditEntry entry) => AppendAsync([entry]);

    /// <summary>Returns when all entries are on disk, in this order.</summary>
    /// <exception cref="StoreException">They are not all.</exception>
    public async Task AppendAsync(IReadOnlyList<AuditEntry> entries)
    {
        foreach (var part in entries.Chunk(MostRows))
        {
            var pending = new Pending(part);
            queue.Enqueue(pending);
            if (Interlocked.Exchange(ref writing, 1) == 0)
                _ = Task.Run(DrainAsync);
            await pending.Done.Task;
        }
    }

    private async Task DrainAsync()
    {
        do
        {
            while (Take() is { Count: > 0 } batch)
                await WriteAsync(batch);
            Volatile.Write(ref writing, 0);
        }
        while (!queue.IsEmpty && Interlocked.Exchange(ref writing, 1) == 0);
    }

    private List<Pending> Take()
    {
        List<Pending> batch = [];
        var rows = 0;
        while (queue.TryPeek(out var next) && (rows == 0 || rows + next.Entries.Count <= MostRows) && queue.TryDequeue(out next))
        {
            batch.Add(next);
            rows += next.Entries.Count;
        }
        return batch;
    }

    private async Task WriteAsync(List<Pending> batch)
    {
        try
        {
            await chain.AppendAsync([.. batch.SelectMany(pending => pending.Entries)]);
            batch.ForEach(pending => pending.Done.TrySetResult());
        }
#pragma warning disable CA1031 // Each caller gets it, whatever it is; the next batch is tried anew.
        catch (Exception error)
#pragma warning restore CA1031
        {
            batch.ForEach(pending => pending.Done.TrySetException(error));
        }
    }

    private sealed record Pending(IReadOnlyList<AuditEntry> Entries)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
