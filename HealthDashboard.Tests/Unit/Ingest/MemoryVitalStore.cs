using System.Collections.Concurrent;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Tests.Unit.Ingest;

/// <summary>Readings in memory, and a switch for each way in which a store can disappoint.</summary>
internal sealed class MemoryVitalStore : IVitalStore
{
    private readonly ConcurrentDictionary<(ObjectId, VitalSign, long), Reading> readings = new();

    /// <summary>While true the store is unavailable.</summary>
    public bool IsUnavailable { get; set; }

    /// <summary>What appending waits for.</summary>
    public Task Hold { get; set; } = Task.CompletedTask;

    /// <summary>How many batches were appended.</summary>
    public int Appends { get; private set; }

    /// <summary>Everything that is stored.</summary>
    public IReadOnlyCollection<Reading> All => (IReadOnlyCollection<Reading>)readings.Values;

    public async Task AppendAsync(IReadOnlyList<Reading> readings, CancellationToken cancel = default)
    {
        await Hold;
        if (IsUnavailable)
            throw new StoreUnavailableException("Memory", "switched off.");
        Appends++;
        foreach (var reading in readings)
            this.readings[(reading.PatientId, reading.Sign, reading.Time)] = reading;
    }

    public Task ImportAsync(ObjectId patientId, VitalSign sign, IReadOnlyList<Sample> samples, CancellationToken cancel = default) =>
        AppendAsync([.. samples.Select(sample => new Reading(patientId, sign, sample.Time, sample.Value))], cancel);

    public Task<IReadOnlyList<VitalPoint>> ChartAsync(
        ObjectId patientId, VitalSign sign, DateTimeOffset from, DateTimeOffset to, int points, CancellationToken cancel = default)
    {
        var width = (to - from).TotalMilliseconds / points;
        var chart = All
            .Where(reading => reading.PatientId == patientId && reading.Sign == sign && reading.At >= from && reading.At < to && !reading.IsSensorOff)
            .GroupBy(reading => (long)((reading.At - from).TotalMilliseconds / width))
            .OrderBy(part => part.Key)
            .Select(part => new VitalPoint(
                from.AddMilliseconds(part.Key * width), part.Min(r => r.Value), part.Max(r => r.Value), part.Average(r => r.Value), part.Count()));
        return Task.FromResult<IReadOnlyList<VitalPoint>>([.. chart]);
    }

    public Task<IReadOnlyList<Sample>> ReadAsync(
        ObjectId patientId, VitalSign sign, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel = default) =>
        Task.FromResult<IReadOnlyList<Sample>>([.. All
            .Where(reading => reading.PatientId == patientId && reading.Sign == sign && reading.At >= from && reading.At < to)
            .OrderBy(reading => reading.Time)
            .Select(reading => new Sample(reading.Time, reading.Value))]);

    public Task<IReadOnlyList<Reading>> LatestAsync(ObjectId patientId, CancellationToken cancel = default) =>
        Task.FromResult<IReadOnlyList<Reading>>([.. All
            .Where(reading => reading.PatientId == patientId)
            .GroupBy(reading => reading.Sign)
            .Select(sign => sign.MaxBy(reading => reading.Time))]);
}
