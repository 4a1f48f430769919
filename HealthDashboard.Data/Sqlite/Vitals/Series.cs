using HealthDashboard.Data.Model;

namespace HealthDashboard.Data.Sqlite.Vitals;

/// <summary>
/// One sign of one patient: its number in the file, its latest reading, and its head: the readings, in order of arrival, that
/// are durable in the journal but not yet folded into blocks.
/// </summary>
internal sealed class Series(int id, ObjectId patient, VitalSign sign)
{
    private readonly Lock gate = new();

    // Only ever added to at the end; Trim makes a new array. So a view taken under the lock stays true without it.
    private Sample[] head = [];
    private int count;
    private Reading latest;
    private bool hasLatest;

    public int Id { get; } = id;

    public ObjectId Patient { get; } = patient;

    public VitalSign Sign { get; } = sign;

    public bool ZeroIsSensorOff { get; } = sign.Info().ZeroIsSensorOff;

    /// <summary>The reading with the latest time; of two with the same time, the one that arrived later. Null before the first.</summary>
    public Reading? Latest
    {
        get
        {
            lock (gate)
                return hasLatest ? latest : null;
        }
    }

    /// <summary>The head as it is now. Later changes do not show in it.</summary>
    public ReadOnlyMemory<Sample> Head
    {
        get
        {
            lock (gate)
                return head.AsMemory(0, count);
        }
    }

    /// <summary>Adds a durable reading of this series to the head.</summary>
    /// <returns>Whether the head was empty before.</returns>
    public bool Add(in Reading reading)
    {
        lock (gate)
        {
            if (count == head.Length)
                Array.Resize(ref head, Math.Max(16, 2 * count));
            head[count++] = new Sample(reading.Time, reading.Value);
            KeepLatest(reading);
            return count == 1;
        }
    }

    /// <summary>Takes a durable reading as the latest if it is.</summary>
    public void Offer(in Reading reading)
    {
        lock (gate)
            KeepLatest(reading);
    }

    /// <summary>Takes the first readings off the head, once they are in blocks.</summary>
    /// <returns>Whether the head is empty now.</returns>
    public bool Trim(int folded)
    {
        lock (gate)
        {
            head = head[folded..count];
            count = head.Length;
            return count == 0;
        }
    }

    private void KeepLatest(in Reading reading)
    {
        if (hasLatest && reading.Time < latest.Time)
            return;
        latest = reading;
        hasLatest = true;
    }
}
