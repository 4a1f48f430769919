using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Tests.Unit.WhatIf;

/// <summary>A store of vital signs whose raw readings wait for a test.</summary>
internal sealed class Slow(IVitalStore store, Task gate) : IVitalStore
{
    public static void Put(IServiceCollection services, Task gate) => services.AddSingleton<IVitalStore>(new Slow(new MemoryVitals(), gate));

    public Task AppendAsync(IReadOnlyList<Reading> readings, CancellationToken cancel = default) => store.AppendAsync(readings, cancel);

    public Task ImportAsync(ObjectId patientId, VitalSign sign, IReadOnlyList<Sample> samples, CancellationToken cancel = default) =>
        store.ImportAsync(patientId, sign, samples, cancel);

    public Task<IReadOnlyList<VitalPoint>> ChartAsync(
        ObjectId patientId, VitalSign sign, DateTimeOffset from, DateTimeOffset to, int points, CancellationToken cancel = default) =>
        store.ChartAsync(patientId, sign, from, to, points, cancel);

    public async Task<IReadOnlyList<Sample>> ReadAsync(ObjectId patientId, VitalSign sign, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel = default)
    {
        await gate.WaitAsync(cancel);
        return await store.ReadAsync(patientId, sign, from, to, cancel);
    }

    public Task<IReadOnlyList<Reading>> LatestAsync(ObjectId patientId, CancellationToken cancel = default) => store.LatestAsync(patientId, cancel);
}
