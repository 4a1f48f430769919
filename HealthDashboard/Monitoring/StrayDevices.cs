using System.Collections.Concurrent;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Monitoring;

/// <summary>A device that sends for somebody who is not admitted.</summary>
/// <param name="Ward">The ward it was last known on.</param>
/// <param name="Device">Its name.</param>
internal readonly record struct StrayDevice(WardGroup Ward, string Device);

/// <summary>What is known of a stray device.</summary>
/// <param name="PatientId">For whom it sends.</param>
/// <param name="Bed">Their bed; null when they had none.</param>
/// <param name="LastSeen">When its last reading arrived.</param>
internal readonly record struct StraySeen(ObjectId PatientId, string? Bed, DateTimeOffset LastSeen);

/// <summary>The devices that go on sending for patients who are not admitted (docs/clinical.md, S4).</summary>
internal sealed class StrayDevices(PatientDirectory patients, TimeProvider time)
{
    private const string Unnamed = "unnamed device";

    // A device that is switched off a little after the discharge has not gone on.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    // Older ones are history that somebody brings in.
    private static readonly TimeSpan Live = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<StrayDevice, StraySeen> seen = new();

    /// <summary>Every stray device that was seen and not forgotten.</summary>
    public IEnumerable<KeyValuePair<StrayDevice, StraySeen>> All => seen;

    /// <summary>Readings of a patient have come.</summary>
    public void See(ObjectId patientId, ReadOnlySpan<Reading> readings)
    {
        if (patients.Find(patientId)?.Patient is not { Status: PatientStatus.Discharged } patient)
            return;
        var now = time.GetUtcNow();
        if (now - patient.Discharge?.At < Grace)
            return;
        foreach (var reading in readings)
        {
            if (now - DateTimeOffset.FromUnixTimeMilliseconds(reading.Effective) <= Live)
                seen[new StrayDevice(WardGroup.Of(patient), reading.Device ?? Unnamed)] = new StraySeen(patient.Id, patient.Bed, now);
        }
    }

    /// <summary>A device that an alert names is known, as of now, if it is not already: after a restart it has as long to be seen as before.</summary>
    public void Expect(StrayDevice device, DateTimeOffset now) => seen.TryAdd(device, new StraySeen(default, null, now));

    /// <summary>Forgets a device.</summary>
    public void Forget(StrayDevice device) => seen.TryRemove(device, out _);
}
