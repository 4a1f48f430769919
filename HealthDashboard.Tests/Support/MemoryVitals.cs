using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Tests.Support;

/// <summary>Vital signs in a list, for tests of what is built on the store.</summary>
internal sealed class MemoryVitals : IVitalStore
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<(ObjectId, VitalSign, long), Reading> readings = [];

    /// <summary>What every call throws; null when the store is there.</summary>
    public Exception? Unavailable { get; set; }

    public Task AppendAsync(IReadOnlyList<Reading> readings, CancellationToken cancel = default) => Run(() =>
    {
        foreach (var reading in readings)
            this.readings[(reading.PatientId, reading.Sign, reading.Time)] = reading;
        return true;
    });

    public Task ImportAsync(ObjectId patientId, VitalSign sign, IReadOnlyList<Sample> samples, CancellationToken cancel = default) =>
        AppendAsync([.. samples.Select(sample => new Reading(patientId, sign, sample.Time, sample.Value))], cancel);

    public Task<IReadOnlyList<VitalPoint>> ChartAsync(
        ObjectId patientId, VitalSign sign, DateTimeOffset from, DateTimeOffset to, int points, CancellationToken cancel = default) => Run<IReadOnlyList<VitalPoint>>(() =>
    {
        var width = (to - from) / points;
        return
        [
            .. Of(patientId, sign).Where(r => r.At >= from && r.At < to && !r.IsSensorOff)
                .GroupBy(r => (int)((r.At - from) / width))
                .Select(part => new VitalPoint(from + part.Key * width, part.Min(r => r.Value), part.Max(r => r.Value), part.Average(r => r.Value), part.Count())),
        ];
    });

    public Task<IReadOnlyList<Sample>> ReadAsync(
        ObjectId patientId, VitalSign sign, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel = default) => Run<IReadOnlyList<Sample>>(
        () => [.. Of(patientId, sign).Where(r => r.At >= from && r.At < to).Select(r => new Sample(r.Time, r.Value))]);

    public Task<IReadOnlyList<Reading>> LatestAsync(ObjectId patientId, CancellationToken cancel = default) => Run<IReadOnlyList<Reading>>(
        () => [.. readings.Values.Where(r => r.PatientId == patientId).GroupBy(r => r.Sign).Select(sign => sign.MaxBy(r => r.Time))]);

    private IEnumerable<Reading> Of(ObjectId patientId, VitalSign sign) => readings.Values.Where(r => r.PatientId == patientId && r.Sign == sign);

    private Task<T> Run<T>(Func<T> work)
    {
        lock (gate)
            return Unavailable is null ? Task.FromResult(work()) : Task.FromException<T>(Unavailable);
    }
}
