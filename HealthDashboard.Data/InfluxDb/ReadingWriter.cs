using System.Collections.Concurrent;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.InfluxDb;

/// <summary>
/// Writes readings, one group at a time: what comes while one is on its way goes together in the next. So the later of two
/// readings for one moment also arrives later, and the number of requests follows the server, not the callers. Many readings go in
/// several requests, two at a time.
/// </summary>
internal sealed class ReadingWriter(InfluxDatabase database) : IDisposable
{
    // A batch of more goes in requests of so many, each a fifth of a second's work for the server.
    private const int LinesAtOnce = 20_000;

    private readonly Lock gate = new();
    private readonly SemaphoreSlim turn = new(1, 1);

    // Of many readings two requests go at once: while the server takes the one, the other is packed.
    private readonly InfluxLines[] lanes = [new(), new()];
    private Group waiting = new();

    /// <summary>Stores readings; all of them are on the server's disk when it returns.</summary>
    /// <param name="readings">No two of one series for one moment.</param>
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
        foreach (var lane in lanes)
            lane.Dispose();
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
        catch (StoreUnavailableException error)
        {
            // Who waited behind it hears so too: each has waited as long as a call may, and the server would not answer him either.
            foreach (var batch in group.Batches.Concat(Take().Batches))
                batch.Written.SetException(error);
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
        if (batches.TrueForAll(static batch => batch.Readings.Count <= LinesAtOnce))
        {
            await WriteAsync(batches.SelectMany(static batch => batch.Readings), lanes[0]);
            return;
        }
        // Of several readings for one moment the last must arrive last. Within a batch there is one alone.
        foreach (var batch in batches)
        {
            var chunks = new ConcurrentQueue<Reading[]>(batch.Readings.Chunk(LinesAtOnce));
            await Task.WhenAll(lanes.Select(lane => Task.Run(async () =>
            {
                while (chunks.TryDequeue(out var chunk))
                    await WriteAsync(chunk, lane);
            })));
        }
    }

    private Task WriteAsync(IEnumerable<Reading> readings, InfluxLines lines)
    {
        foreach (var reading in readings)
            lines.Add(reading);
        return database.WriteAsync(lines.Finish(), CancellationToken.None);
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
