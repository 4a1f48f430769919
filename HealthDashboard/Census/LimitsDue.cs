using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Shared;

namespace HealthDashboard.Census;

/// <summary>When other limits hold of a patient without anybody changing them: an alarm that is off comes back, a child has a birthday.</summary>
internal sealed class LimitsDue(TimeProvider time)
{
    private readonly Dictionary<ObjectId, DateTimeOffset> due = [];

    /// <summary>Notes the next moment at which the patient's limits change by themselves, in place of the one before.</summary>
    public void Note(Patient patient, EffectiveLimits effective)
    {
        DateTimeOffset? birthday = AgeLimits.NextChange(patient, time.Today()) is { } day ? new(day, TimeOnly.MinValue, TimeSpan.Zero) : null;
        if ((birthday is null || effective.OffUntil < birthday ? effective.OffUntil ?? birthday : birthday) is { } next)
            due[patient.Id] = next;
        else
            due.Remove(patient.Id);
    }

    /// <summary>Forgets a patient.</summary>
    public void Remove(ObjectId id) => due.Remove(id);

    /// <summary>Those whose moment has come.</summary>
    public IReadOnlyList<ObjectId> Now() => [.. due.Where(entry => entry.Value <= time.GetUtcNow()).Select(entry => entry.Key)];
}
