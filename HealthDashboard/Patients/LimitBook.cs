using HealthDashboard.Alarms;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Hosting;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Patients;

/// <summary>Reads and sets limits in the store, and tells the directory what the store has.</summary>
internal sealed class LimitBook(IPatientStore store, PatientDirectory directory, IOptions<AlarmOptions> options, AlarmRules rules, TimeProvider time)
{
    private const string OfDefault = "default";
    private const string OfWard = "ward";
    private const string OfPatient = "patient";

    public async Task<LimitSheet> OfPatientAsync(Patient patient, CancellationToken cancel)
    {
        var ward = await store.FindLimitsAsync(LimitScope.OfWard(patient.Region, patient.Ward), cancel);
        var own = await store.FindLimitsAsync(LimitScope.OfPatient(patient.Id), cancel);
        return Sheet(own?.Version, (OfDefault, options.Value.DefaultLimits), (OfWard, ward?.Signs), (OfPatient, own?.Signs));
    }

    public async Task<LimitSheet> OfWardAsync(string region, string ward, CancellationToken cancel)
    {
        var own = await store.FindLimitsAsync(LimitScope.OfWard(region, ward), cancel);
        return Sheet(own?.Version, (OfDefault, options.Value.DefaultLimits), (OfWard, own?.Signs));
    }

    /// <summary>Replaces what is set for a scope; a sign that is left out takes the limits of the next wider one.</summary>
    /// <returns>What is wrong, by field; null when it is done.</returns>
    /// <exception cref="ConflictException">Stale.</exception>
    public async Task<IDictionary<string, string[]>?> SetAsync(LimitScope scope, JsonBody body, long version, string actor, CancellationToken cancel)
    {
        var fields = body.Fields;
        var limits = fields.ReadLimits(scope.PatientId is null ? OfWard : OfPatient, rules);
        if (fields.Errors is { Count: > 0 } errors)
            return errors;
        var wanted = new AlarmLimits { Signs = limits, SetBy = actor, SetAt = time.GetUtcNow(), Version = version };
        directory.SetLimits(scope, await store.PutLimitsAsync(scope, wanted, cancel));
        return null;
    }

    // The later source goes before the earlier, sign by sign.
    private static LimitSheet Sheet(long? version, params ReadOnlySpan<(string Source, IReadOnlyDictionary<VitalSign, SignLimits>? Signs)> sources)
    {
        var lines = new SortedDictionary<VitalSign, LimitLine>();
        foreach (var (source, signs) in sources)
        {
            foreach (var (sign, limits) in signs ?? new Dictionary<VitalSign, SignLimits>())
                lines[sign] = LimitLine.Of(limits, source);
        }
        return new LimitSheet(version ?? 0, lines.ToDictionary(line => line.Key.Info().Name, line => line.Value));
    }
}
