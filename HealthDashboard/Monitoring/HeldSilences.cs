using System.Collections.Frozen;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Monitoring;

/// <summary>The patients for whose silence an alert on the ward stands, so that it is none of their own meanwhile.</summary>
internal sealed class HeldSilences
{
    private volatile FrozenSet<ObjectId> held = [];

    /// <summary>Whether a patient's silence is held.</summary>
    public bool Contains(ObjectId patientId) => held.Contains(patientId);

    /// <summary>Holds the silence of these and no others.</summary>
    /// <returns>Those whose silence is no longer held.</returns>
    public IEnumerable<ObjectId> Replace(IReadOnlySet<ObjectId> next)
    {
        var before = held;
        if (before.SetEquals(next))
            return [];
        held = next.ToFrozenSet();
        return before.Where(id => !next.Contains(id));
    }
}
