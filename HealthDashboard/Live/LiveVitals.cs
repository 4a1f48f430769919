using HealthDashboard.Data.Model;

namespace HealthDashboard.Live;

/// <summary>The latest readings of every patient and the last ten minutes of each sign, in memory, for what is on screens.</summary>
internal sealed class LiveVitals
{
    /// <summary>Takes readings that are durable; one older than what is here does not replace it.</summary>
    public void Apply(IReadOnlyList<Reading> readings)
    {
    }

    /// <summary>The latest reading of each sign the patient has, sensor-off ones too.</summary>
    public IReadOnlyList<Reading> Latest(ObjectId patientId) => [];

    /// <summary>The last ten minutes of a sign, at most one sample every ten seconds, oldest first.</summary>
    public IReadOnlyList<Sample> Recent(ObjectId patientId, VitalSign sign) => [];
}
