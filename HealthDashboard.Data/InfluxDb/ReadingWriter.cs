using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.InfluxDb;

/// <summary>
/// Writes readings, one request at a time: what comes while one is on its way goes together in the next. So the later of two
/// readings for one moment also arrives later, and the number of requests follows the server, not the callers. Many readings go in
/// several requests, one after the other.
/// </summary>
internal sealed class ReadingWriter(InfluxDatabase database) : IDisposable
{
    // A fifth of a second's work for the server, so what is recent does not wait long behind what is many.
    private const int LinesAtOnce = 20_000;

    private readonly Lock gate = new();
    private readonly SemaphoreSlim turn = new(1, 1);

    // While the one is on its way, the other is filled.
    private InfluxLines lines = new();
    private InfluxLines sent = new();
    private Group waiting = new();

    /// <summary>Stores readings; all of them are on the server's disk when it returns.</summary>
    /// <exception cref="StoreException">The server did not say that it has all of them; it may have some.</exception>
    public async Task AppendAsync(IReadOnlyList<Reading> readings)
    {
        var mine = new Batch(readings);
        Group group;
        lock (gate)
        {
            group = waiting;
            group.Batches.Add(mine);
        }
        await turn.WaitAsync();
        try
        {
            // Whoever comes first writes for all who joined meanwhile.
            if (!group.Taken)
                await WriteAsync(Take());
        }
        finally
        {
            turn.Release();
        }
        await mine.Written.Task;
    }

    public void Dispose()
    {
        turn.Dispose();
        lines.Dispose();
        sent.Dispose();
    }

    private Group Take()
    {
        lock (gate)
        {
            var taken = waiting;
            taken.Taken = true;
            waiting = new Group();
            return taken;
        }
    }

    private async Task WriteAsync(Group group)
    {
        try
        {
            await WriteAsync(group.Batches);
            group.Batches.ForEach(static batch => batch.Written.SetResult());
        }
        catch (StoreException error) when (error is not StoreUnavailableException && group.Batches.Count > 1)
        {
            // One of them is not to the server's liking; the others must not pay for it.
            foreach (var batch in group.Batches)
                await WriteAsync(new Group { Batches = { batch } });
        }
#pragma warning disable CA1031 // Every caller that waits gets the error.
        catch (Exception error)
#pragma warning restore CA1031
        {
            group.Batches.ForEach(batch => batch.Written.SetException(error));
        }
    }

    private async Task WriteAsync(List<Batch> batches)
    {
        var sending = Task.CompletedTask;
        foreach (var chunk in batches.SelectMany(static batch => batch.Readings).Chunk(LinesAtOnce))
        {
            foreach (var reading in chunk)
                lines.Add(reading);
            var packed = lines.Finish();
            (lines, sent) = (sent, lines);
            await sending;
            sending = database.WriteAsync(packed, CancellationToken.None);
        }
        await sending;
    }

    // What goes together.
    private sealed class Group
    {
        public List<Batch> Batches { get; init; } = [];

        public bool Taken { get; set; }
    }

    private sealed record Batch(IReadOnlyList<Reading> Readings)
    {
        public TaskCompletionSource Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
