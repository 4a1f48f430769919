using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using Microsoft.Extensions.Options;

namespace HealthDashboard.TimeTravel;

/// <summary>The limits in force at a past moment.</summary>
internal sealed class PastLimits(IPatientStore records, IOptions<AlarmOptions> options)
{
    private const int MostVersions = 1_000;

    private readonly IReadOnlyDictionary<VitalSign, SignLimits> defaults = options.Value.DefaultLimits;

    /// <summary>What held then of every scope that had limits set.</summary>
    /// <exception cref="StoreException">They cannot be read.</exception>
    public async Task<IReadOnlyDictionary<LimitScope, AlarmLimits>> ReadAsync(DateTimeOffset at, CancellationToken cancel)
    {
        Dictionary<LimitScope, AlarmLimits> then = [];
        foreach (var (scope, now) in await records.AllLimitsAsync(cancel))
        {
            // What was set before the moment, and not since, held then.
            var held = now.SetAt <= at ? now : (await records.LimitHistoryAsync(scope, MostVersions, cancel)).FirstOrDefault(limits => limits.SetAt <= at);
            if (held is not null)
                then[scope] = held;
        }
        return then;
    }

    /// <summary>A record with the limits that held for it at the moment.</summary>
    public MonitoredPatient Of(Patient patient, IReadOnlyDictionary<LimitScope, AlarmLimits> then, DateTimeOffset at)
    {
        // The alarms take a child's age by UTC.
        var day = DateOnly.FromDateTime(at.UtcDateTime);
        return new(patient, new EffectiveLimits(
            AgeLimits.Of(patient, day, defaults),
            then.GetValueOrDefault(LimitScope.OfWard(patient.Region, patient.Ward)),
            then.GetValueOrDefault(LimitScope.OfPatient(patient.Id)),
            at));
    }
}
