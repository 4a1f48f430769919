using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Monitoring;

/// <summary>
/// What waits for the store of alerts, in order. Nothing is dropped but changes made from an alert that the store has refused.
/// While the store is unavailable the queue grows by what the evaluator reports, which is bounded for each open alert. Not thread-safe.
/// </summary>
internal sealed class AlertQueue
{
    private const int BatchSize = 2_000;

    private readonly List<AlertWrite> waiting = [];
    private readonly Dictionary<ObjectId, (ObjectId PatientId, RefusedAlert Alert)> refused = [];

    /// <summary>How many wait.</summary>
    public int Count => waiting.Count;

    /// <summary>All that waits, in order.</summary>
    public IReadOnlyList<AlertWrite> All => waiting;

    /// <summary>Whether anything of a patient waits, or was refused and has not been taken back yet.</summary>
    public bool Has(ObjectId patientId) =>
        waiting.Exists(write => write.PatientId == patientId) || refused.Values.Any(entry => entry.PatientId == patientId);

    /// <summary>Adds a write at the end.</summary>
    public void Add(AlertWrite write) => waiting.Add(Checked(write));

    /// <summary>
    /// Takes what can be written at once, in order. Two changes of one alert never share a batch: were the first refused, the store
    /// could take the second for a successor of what another node wrote, and overwrite it.
    /// </summary>
    public List<AlertWrite> TakeBatch()
    {
        var batch = new List<AlertWrite>(Math.Min(waiting.Count, BatchSize));
        var alerts = new HashSet<ObjectId>();
        var held = new HashSet<ObjectId>();
        var kept = 0;
        for (var i = 0; i < waiting.Count; i++)
        {
            var write = waiting[i];
            if (batch.Count < BatchSize && !held.Contains(write.PatientId) && (write.Change is null || alerts.Add(write.Change.Alert.Id)))
            {
                batch.Add(write);
            }
            else
            {
                held.Add(write.PatientId);
                waiting[kept++] = write;
            }
        }
        waiting.RemoveRange(kept, waiting.Count - kept);
        return batch;
    }

    /// <summary>Takes out the writes that someone waits for.</summary>
    public List<AlertWrite> TakeAsked()
    {
        var asked = waiting.FindAll(write => write.Answer is not null);
        waiting.RemoveAll(write => write.Answer is not null);
        return asked;
    }

    /// <summary>Notes a refusal. Changes made from the refused one are refused too, until <see cref="TakeRefused"/>.</summary>
    public void Refuse(ObjectId patientId, RefusedAlert alert)
    {
        refused[alert.Ours.Id] = (patientId, alert);
        for (var i = 0; i < waiting.Count; i++)
            waiting[i] = Checked(waiting[i]);
    }

    /// <summary>What was refused of a patient; the caller makes its next changes from what is stored.</summary>
    public IReadOnlyList<RefusedAlert> TakeRefused(ObjectId patientId)
    {
        if (refused.Count == 0)
            return [];
        var taken = refused.Values.Where(entry => entry.PatientId == patientId).Select(entry => entry.Alert).ToList();
        foreach (var alert in taken)
            refused.Remove(alert.Ours.Id);
        return taken;
    }

    private AlertWrite Checked(AlertWrite write)
    {
        if (write.Change is not { } change || !refused.TryGetValue(change.Alert.Id, out var entry))
            return write;
        write.Answer?.TrySetResult(new AlertWriteOutcome(change, entry.Alert.Stored) { Taken = false });
        return write with { Change = null, Answer = null };
    }
}
