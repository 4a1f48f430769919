using Microsoft.Extensions.Options;

namespace HealthDashboard.Ingest;

/// <summary>
/// How many readings may be on their way to the store and the alarms. Who finds no room waits in line for a few seconds, so that senders are
/// slowed to the pace of the alarms and not turned away; who waits longer, or behind too many, gets none.
/// </summary>
internal sealed class IngestRoom(IOptions<IngestOptions> options, TimeProvider time)
{
    /// <summary>How long to wait for room: less than a gateway waits for its answer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>How many times what may be inside may wait in line, about 60 bytes a reading.</summary>
    public const int MostInLine = 10;

    private readonly Lock gate = new();
    private readonly Queue<Waiter> line = [];
    private long inside;
    private long inLine;

    /// <summary>Readings that are on their way.</summary>
    public long Inside => Interlocked.Read(ref inside);

    private long Most => options.Value.QueueReadings;

    /// <summary>Lets readings in, at once or when there is room.</summary>
    /// <returns>Whether they are in; else nothing was counted.</returns>
    public async ValueTask<bool> EnterAsync(int readings)
    {
        Waiter waiter;
        lock (gate)
        {
            if (line.Count == 0 && HasRoomFor(readings))
            {
                inside += readings;
                return true;
            }
            if (inLine + readings > MostInLine * Most)
                return false;
            inLine += readings;
            line.Enqueue(waiter = new Waiter(readings));
        }
        await waiter.Entered.Task.WaitAsync(Patience, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (gate)
        {
            if (waiter.Entered.Task.IsCompletedSuccessfully)
                return true;
            waiter.IsGone = true;
            inLine -= readings;
            // Those behind may be fewer.
            LetIn();
            return false;
        }
    }

    /// <summary>Lets readings out that have arrived everywhere, or nowhere.</summary>
    public void Leave(int readings)
    {
        lock (gate)
        {
            inside -= readings;
            LetIn();
        }
    }

    // One request alone may always enter, whatever its size.
    private bool HasRoomFor(int readings) => inside == 0 || inside + readings <= Most;

    private void LetIn()
    {
        while (line.TryPeek(out var first) && (first.IsGone || HasRoomFor(first.Readings)))
        {
            line.Dequeue();
            if (first.IsGone)
                continue;
            inside += first.Readings;
            inLine -= first.Readings;
            first.Entered.SetResult();
        }
    }

    private sealed class Waiter(int readings)
    {
        public int Readings { get; } = readings;

        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsGone { get; set; }
    }
}
