namespace HealthDashboard.Patients;

/// <summary>
/// Which patients were not found lately, so that a device that keeps sending for an unknown patient, or a sender that makes ids up,
/// costs the store little: each one is asked for once a <see cref="Period"/>, all together <see cref="AsksPerPeriod"/> times in one.
/// </summary>
internal sealed class MissingPatients(TimeProvider time)
{
    /// <summary>How long an answer "not there" is believed at most.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    /// <summary>How many questions a period may bring the store.</summary>
    public const int AsksPerPeriod = 500;

    private readonly Lock gate = new();
    private readonly HashSet<string> asked = new(StringComparer.Ordinal);
    private long periodStart = time.GetTimestamp();

    /// <summary>Whether the store may be asked for this patient now; true counts as having asked.</summary>
    public bool MayAsk(string key)
    {
        lock (gate)
        {
            if (time.GetElapsedTime(periodStart) >= Period)
            {
                asked.Clear();
                periodStart = time.GetTimestamp();
            }
            return asked.Count < AsksPerPeriod && asked.Add(key);
        }
    }
}
