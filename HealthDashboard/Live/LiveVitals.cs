using System.Collections.Concurrent;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Live;

/// <summary>
/// The latest readings of every patient and the last ten minutes of each sign, in memory, for what is on screens.
/// Loss policy: a screen sees the latest; what a step of the ten minutes held is kept only as its mean.
/// </summary>
internal sealed class LiveVitals(TimeProvider time)
{
    private readonly ConcurrentDictionary<ObjectId, PatientVitals> patients = new();
    private long version;

    /// <summary>Changes whenever any patient's readings have.</summary>
    public long Version => Interlocked.Read(ref version);

    /// <summary>Takes readings that are durable; one older than what is here does not replace it.</summary>
    public void Apply(IReadOnlyList<Reading> readings)
    {
        // Readings of one patient mostly stand together.
        var left = readings.AsSpan();
        while (!left.IsEmpty)
        {
            var of = left[0].PatientId;
            var run = 1;
            while (run < left.Length && left[run].PatientId == of)
                run++;
            VitalsOf(of).Apply(left[..run]);
            left = left[run..];
        }
        Interlocked.Increment(ref version);
    }

    /// <summary>How many patients there are readings of.</summary>
    public int Count => patients.Count;

    /// <summary>Forgets everybody but these.</summary>
    public void Keep(IReadOnlySet<ObjectId> wanted)
    {
        foreach (var (id, _) in patients)
        {
            if (!wanted.Contains(id))
                patients.TryRemove(id, out _);
        }
    }

    /// <summary>Fills in what the store has of the time before the start, where nothing newer is here.</summary>
    /// <param name="patientId">The patient.</param>
    /// <param name="latest">The latest reading of each sign.</param>
    /// <param name="recent">The last ten minutes of signs, in parts of <see cref="PatientVitals.StepMilliseconds"/>.</param>
    public void Fill(ObjectId patientId, IReadOnlyList<Reading> latest, IReadOnlyDictionary<VitalSign, IReadOnlyList<VitalPoint>> recent)
    {
        VitalsOf(patientId).Fill(latest, recent);
        Interlocked.Increment(ref version);
    }

    /// <summary>The latest reading of each sign the patient has, sensor-off ones too, in the order of <see cref="VitalSigns.All"/>.</summary>
    public IReadOnlyList<Reading> Latest(ObjectId patientId) =>
        patients.TryGetValue(patientId, out var vitals) ? vitals.Latest() : [];

    /// <summary>
    /// The last ten minutes of a sign, oldest first: the mean of each step of ten seconds that has values, at the step's start.
    /// Sensor-off readings are not in it.
    /// </summary>
    public IReadOnlyList<Sample> Recent(ObjectId patientId, VitalSign sign) =>
        patients.TryGetValue(patientId, out var vitals) ? vitals.Recent(sign, time.GetUtcNow().ToUnixTimeMilliseconds()) : [];

    /// <summary>Changes whenever the patient's readings have: what a tile compares to see whether it must draw. 0 when there are none.</summary>
    public long VersionOf(ObjectId patientId) => patients.TryGetValue(patientId, out var vitals) ? vitals.Version : 0;

    private PatientVitals VitalsOf(ObjectId id) => patients.GetOrAdd(id, static _ => new PatientVitals());
}
