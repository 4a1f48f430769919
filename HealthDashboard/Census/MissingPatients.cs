namespace HealthDashboard.Census;

/// <summary>
/// Which patients were not found lately, so that a device that keeps sending for an unknown patient, or a sender that makes ids up,
/// costs the store little: each one is looked up once a <see cref="Period"/>, all together <see cref="AsksPerPeriod"/> times in one. A lookup
/// that finds somebody does not count.
/// </summary>
internal sealed class MissingPatients(TimeProvider time)
{
    /// <summary>How long an answer "not there" is believed at most.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    /// <summary>How many lookups in vain a period may bring the store.</summary>
    public const int AsksPerPeriod = 500;

    private readonly Lock gate = new();
    private readonly HashSet<string> asked = new(StringComparer.Ordinal);
    private long periodStart = time.GetTimestamp();

    /// <summary>Notes that the store does not have a patient.</summary>
    public void Add(string key)
    {
        lock (gate)
            asked.Add(key);
    }

    /// <summary>Whether the store may be queried for this patient now.</summary>
    public bool MayAsk(string key)
    {
        lock (gate)
        {
            if (time.GetElapsedTime(periodStart) >= Period)
            {
                asked.Clear();
                periodStart = time.GetTimestamp();
            }
            return asked.Count < AsksPerPeriod && !asked.Contains(key);
        }
    }
}
