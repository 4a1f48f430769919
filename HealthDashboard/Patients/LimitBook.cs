using System.Security.Claims;
using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Patients;

/// <summary>Reads and sets limits in the store, tells the directory what the store has, and writes down what held and what holds.</summary>
internal sealed class LimitBook(IPatientStore store, PatientDirectory directory, Audit audit, IOptions<AlarmOptions> options, AlarmRules rules, TimeProvider time)
{
    /// <summary>How many versions the history shows at most.</summary>
    public const int MostVersions = 200;

    public async Task<LimitSheet> OfPatientAsync(Patient patient, CancellationToken cancel)
    {
        var own = await store.FindLimitsAsync(LimitScope.OfPatient(patient.Id), cancel);
        var (defaults, ward) = await WiderAsync(patient, cancel);
        return LimitSheet.Of(new EffectiveLimits(defaults, ward, own, time.GetUtcNow()), own, AgeLimits.NameOf(patient, time.Today()));
    }

    public async Task<LimitSheet> OfWardAsync(string region, string ward, CancellationToken cancel)
    {
        var own = await store.FindLimitsAsync(LimitScope.OfWard(region, ward), cancel);
        return LimitSheet.Of(new EffectiveLimits(options.Value.DefaultLimits, own, null, time.GetUtcNow()), own, "adult");
    }

    /// <summary>What was set for a scope, the latest first; at most <see cref="MostVersions"/>.</summary>
    public async Task<IReadOnlyList<LimitVersion>> HistoryAsync(LimitScope scope, CancellationToken cancel) =>
        [.. (await store.LimitHistoryAsync(scope, MostVersions, cancel)).Select(LimitVersion.Of)];

    /// <summary>The limits that would hold for a patient with none of their own.</summary>
    public async Task<EffectiveLimits> WithoutOwnAsync(Patient patient, CancellationToken cancel)
    {
        var (defaults, ward) = await WiderAsync(patient, cancel);
        return new EffectiveLimits(defaults, ward, null, time.GetUtcNow());
    }

    /// <summary>Replaces what is set for a patient; a sign that is left out takes the limits of the ward.</summary>
    /// <returns>What is wrong, by field; null when it is done.</returns>
    /// <exception cref="ConflictException">Stale.</exception>
    public async Task<IDictionary<string, string[]>?> SetOfPatientAsync(Patient patient, JsonBody body, long version, ClaimsPrincipal by, CancellationToken cancel) =>
        await SetAsync(LimitScope.OfPatient(patient.Id), await WithoutOwnAsync(patient, cancel), body, version, by, cancel);

    /// <summary>As <see cref="SetOfPatientAsync"/>, for a ward; a sign that is left out takes the default.</summary>
    /// <exception cref="ConflictException">Stale.</exception>
    public Task<IDictionary<string, string[]>?> SetOfWardAsync(string region, string ward, JsonBody body, long version, ClaimsPrincipal by, CancellationToken cancel) =>
        SetAsync(LimitScope.OfWard(region, ward), new EffectiveLimits(options.Value.DefaultLimits), body, version, by, cancel);

    /// <summary>Stores limits that were judged, and lets them hold.</summary>
    /// <exception cref="ConflictException">Stale.</exception>
    public async Task PutAsync(LimitScope scope, AlarmLimits limits, long version, ClaimsPrincipal by, CancellationToken cancel)
    {
        await audit.EnsureAsync();
        var before = await store.FindReadableLimitsAsync(scope, cancel);
        var wanted = limits with { SetBy = by.Actor(), SetAt = time.GetUtcNow(), Version = version };
        directory.SetLimits(scope, await store.PutLimitsAsync(scope, wanted, cancel));
        await audit.WriteAsync(
            by, "limits.update", scope.PatientId, scope.PatientId is null ? $"ward {scope.Region}/{scope.Ward}" : null, limits.Reason, LimitWords.Of(before), LimitWords.Of(limits));
    }

    private async Task<IDictionary<string, string[]>?> SetAsync(
        LimitScope scope, EffectiveLimits wider, JsonBody body, long version, ClaimsPrincipal by, CancellationToken cancel)
    {
        var fields = body.Fields;
        var limits = fields.ReadLimits(scope, wider, rules, time.GetUtcNow());
        if (fields.Errors is { Count: > 0 } errors)
            return errors;
        await PutAsync(scope, limits, version, by, cancel);
        return null;
    }

    private async Task<(IReadOnlyDictionary<VitalSign, SignLimits> Defaults, AlarmLimits? Ward)> WiderAsync(Patient patient, CancellationToken cancel) =>
        (AgeLimits.Of(patient, time.Today(), options.Value.DefaultLimits),
            await store.FindReadableLimitsAsync(LimitScope.OfWard(patient.Region, patient.Ward), cancel));
}
