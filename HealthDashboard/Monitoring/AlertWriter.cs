using System.Threading.Channels;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Monitoring;

/// <summary>
/// Brings alert changes to the store, in order, as many in one write as wait. While the store is unavailable they are shown as not recorded,
/// kept in memory and tried again. Should the process end then, they are made anew at the next start: alarm state is only ever stored
/// together with the changes it brought about, so the readings since the stored state, which are durable, are evaluated again.
/// </summary>
internal sealed partial class AlertWriter(IAlertStore store, AlertFeed feed, TimeProvider time, ILogger<AlertWriter> log)
{
    /// <summary>What is unavailable when an alert cannot be changed, for people.</summary>
    public const string Name = "alerts";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly AlertQueue queue = new();
    private readonly Channel<bool> more = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private volatile bool unavailable;
    private volatile bool closing;
    private IReadOnlyList<ObjectId> inFlight = [];

    /// <summary>Whether the store did not take the last write in time.</summary>
    public bool IsUnavailable => unavailable;

    /// <summary>How many changes and states are not written yet.</summary>
    public int Depth
    {
        get
        {
            lock (gate)
                return queue.Count + inFlight.Count;
        }
    }

    /// <summary>Takes what an evaluation came to. The caller holds the patient's gate, so that a patient's changes come in order.</summary>
    public void Enqueue(ObjectId patientId, IReadOnlyList<AlertChange> changes, MonitorState state)
    {
        lock (gate)
        {
            for (var i = 0; i < changes.Count; i++)
                queue.Add(new AlertWrite(patientId, changes[i], i == changes.Count - 1 ? state : null));
            if (changes.Count == 0)
                queue.Add(new AlertWrite(patientId, null, state));
            if (unavailable)
                feed.ShowUnrecorded(changes);
        }
        more.Writer.TryWrite(true);
    }

    /// <summary>Takes a patient's state out of the store, after what is on its way. The caller holds the patient's gate.</summary>
    public void Forget(ObjectId patientId)
    {
        lock (gate)
            queue.Add(new AlertWrite(patientId, null, null) { Forgets = true });
        more.Writer.TryWrite(true);
    }

    /// <summary>Whether nothing of a patient is on its way to the store or refused by it.</summary>
    public bool IsSettled(ObjectId patientId)
    {
        lock (gate)
            return !inFlight.Contains(patientId) && !queue.Has(patientId);
    }

    /// <summary>Writes what someone did and waits for it. The caller holds the patient's gate.</summary>
    /// <exception cref="StoreUnavailableException">The store is unavailable: it is not known to have the change, which must not be reported as done.</exception>
    public Task<AlertWriteOutcome> WriteAsync(ObjectId patientId, AlertChange change)
    {
        var answer = new TaskCompletionSource<AlertWriteOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (unavailable)
                throw Unavailable();
            queue.Add(new AlertWrite(patientId, change, null, answer));
        }
        more.Writer.TryWrite(true);
        return answer.Task;
    }

    /// <summary>What the store refused of a patient's changes. The caller holds the patient's gate.</summary>
    public IReadOnlyList<RefusedAlert> TakeRefused(ObjectId patientId)
    {
        lock (gate)
            return queue.TakeRefused(patientId);
    }

    /// <summary>Writes until all is written after <see cref="Complete"/>, or until cancelled.</summary>
    /// <param name="refused">Called with a patient of whom something was refused.</param>
    /// <param name="cancel">Ends it; what waits is not written.</param>
    public async Task RunAsync(Action<ObjectId> refused, CancellationToken cancel)
    {
        await foreach (var _ in more.Reader.ReadAllAsync(cancel))
        {
            while (TakeBatch() is { Count: > 0 } batch)
            {
                foreach (var patientId in Settle(await WriteAsync(batch, cancel)))
                    refused(patientId);
            }
        }
    }

    /// <summary>Nothing more will come.</summary>
    public void Complete()
    {
        closing = true;
        more.Writer.TryComplete();
    }

    private List<AlertWrite> TakeBatch()
    {
        lock (gate)
        {
            var batch = queue.TakeBatch();
            inFlight = batch.ConvertAll(write => write.PatientId);
            return batch;
        }
    }

    private async Task<IEnumerable<(AlertWrite Write, AlertWriteOutcome Outcome)>> WriteAsync(List<AlertWrite> batch, CancellationToken cancel)
    {
        var states = batch.Where(write => write.Forgets || write.State is not null)
            .GroupBy(write => write.PatientId, (_, writes) => writes.Last().Stored!)
            .ToList();
        for (var pause = FirstRetry; ; pause = TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, LongestRetry.Ticks)))
        {
            try
            {
                var writes = batch.FindAll(write => write.Change is not null);
                var writing = store.WriteAsync(writes.ConvertAll(write => write.Change!), states, cancel);
                try
                {
                    await writing.WaitAsync(Patience, time, cancel);
                }
                catch (TimeoutException error)
                {
                    // It is still on its way: shown meanwhile, but not begun a second time.
                    GoAway(batch, error);
                }
                return writes.Zip(await writing);
            }
#pragma warning disable CA1031 // Whatever the store fails with, no change may be lost: it is shown as not recorded and tried again.
            catch (Exception error) when (error is not OperationCanceledException)
#pragma warning restore CA1031
            {
                GoAway(batch, error);
                // At the end nobody tries again: what is not written is made anew at the next start.
                if (closing)
                    throw;
            }
            await Task.Delay(pause, time, cancel);
        }
    }

    private void GoAway(List<AlertWrite> batch, Exception reason)
    {
        lock (gate)
        {
            if (!unavailable)
                LogAway(reason);
            unavailable = true;
            var asked = batch.FindAll(write => write.Answer is not null);
            batch.RemoveAll(write => write.Answer is not null);
            asked.AddRange(queue.TakeAsked());
            foreach (var write in asked)
                write.Answer!.TrySetException(Unavailable());
            feed.ShowUnrecorded(batch.Concat(queue.All).Where(write => write.Change is not null).Select(write => write.Change!));
        }
    }

    private List<ObjectId> Settle(IEnumerable<(AlertWrite Write, AlertWriteOutcome Outcome)> written)
    {
        var outcomes = written.ToList();
        var refused = new List<ObjectId>();
        lock (gate)
        {
            if (unavailable)
                LogBack();
            unavailable = false;
            inFlight = [];
            foreach (var (write, outcome) in outcomes)
            {
                if (write.Answer is null && !outcome.Taken)
                {
                    queue.Refuse(write.PatientId, new RefusedAlert(outcome.Change.Alert, outcome.Current, feed.ShowsUnrecorded(outcome.Change.Alert.Id)));
                    refused.Add(write.PatientId);
                }
                write.Answer?.TrySetResult(outcome);
            }
        }
        feed.Settle(outcomes.Select(entry => entry.Outcome));
        feed.Wake();
        return refused;
    }

    private static StoreUnavailableException Unavailable() => new(Name, "nothing can be recorded now.");

    [LoggerMessage(Level = LogLevel.Error, Message = "Alerts cannot be recorded now; they are shown and kept until they can be")]
    private partial void LogAway(Exception reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Alerts are recorded again")]
    private partial void LogBack();
}
