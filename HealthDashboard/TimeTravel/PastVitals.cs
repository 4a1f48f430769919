using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Ingest;
using Microsoft.Extensions.Options;

namespace HealthDashboard.TimeTravel;

/// <summary>
/// A patient's values at a past moment. They go by when they were measured: what arrived late is there, although no screen showed it yet. Which
/// of two devices a value came from is not stored, so neither is that there were two.
/// </summary>
internal sealed class PastVitals(IVitalStore store, AlarmRules rules, IOptions<IngestOptions> ingest, TimeProvider time)
{
    /// <summary>How far back a value is looked for; one that is older is not shown, not even as too old.</summary>
    public static readonly TimeSpan Back = TimeSpan.FromHours(24);

    // A stretch of the heart rate that has this many values in five minutes comes from a device, and not from rounds.
    private const long FromDevice = 3;
    private const int MostReadings = 2_000;
    private static readonly TimeSpan Rounds = TimeSpan.FromMinutes(5);

    /// <summary>Whether raw readings of the moment are gone.</summary>
    public bool IsCoarse(DateTimeOffset at) => at < time.GetUtcNow() - ingest.Value.RawRetention;

    /// <summary>The values, and how closely the patient was watched as far as these depend on it.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<(IReadOnlyList<StandingValue> Values, WatchState Watch)> ReadAsync(MonitoredPatient monitored, DateTimeOffset at, CancellationToken cancel)
    {
        var patient = monitored.Patient;
        if (IsCoarse(at))
            return (Standing.Of(await CoarseAsync(patient.Id, at, cancel), new WatchState { Streamed = true }, patient, rules, at), default);
        var latest = await store.LatestAtAsync(patient.Id, at, Back, cancel);
        // How long a value counts depends on how closely the patient is watched only where a device's has stopped coming.
        if (patient.Monitoring == MonitoringMode.Continuous || HasAllFresh(latest, at))
            return With(new WatchState { Streamed = true });
        if (patient.Monitoring is null && await StreamedAsync(patient.Id, at, cancel))
            return With(new WatchState { Streamed = true });
        var state = await EvaluateAsync(monitored, at, cancel);
        return (Standing.Of(state, monitored, rules, at), state.Watch);

        (IReadOnlyList<StandingValue>, WatchState) With(WatchState watch) => (Standing.Of(latest, watch, patient, rules, at), watch);
    }

    private bool HasAllFresh(IReadOnlyList<Reading> latest, DateTimeOffset at) => VitalSigns.All
        .Where(info => rules[info.Sign].Continuous)
        .All(info => latest.Any(reading => reading.Sign == info.Sign && at - reading.At <= rules[info.Sign].FreshFor));

    private async Task<bool> StreamedAsync(ObjectId id, DateTimeOffset at, CancellationToken cancel)
    {
        foreach (var info in VitalSigns.All.Where(info => rules[info.Sign].Continuous))
        {
            if ((await store.ChartAsync(id, info.Sign, at - Back, at, (int)(Back / Rounds), cancel)).Any(part => part.Count >= FromDevice))
                return true;
        }
        return false;
    }

    // Rounds are few values, so the alarms' own rules can be run over them.
    private async Task<MonitorState> EvaluateAsync(MonitoredPatient monitored, DateTimeOffset at, CancellationToken cancel)
    {
        var id = monitored.Patient.Id;
        List<Reading> readings = [];
        foreach (var info in VitalSigns.All)
        {
            var samples = await store.ReadAsync(id, info.Sign, at - Back, at.AddMilliseconds(1), cancel);
            readings.AddRange(samples.Skip(Math.Max(0, samples.Count - MostReadings)).Select(sample => new Reading(id, info.Sign, sample.Time, sample.Value)));
        }
        return AlarmEvaluator.Evaluate(new MonitorState(id), monitored, rules, readings.ToArray(), at).State;
    }

    private async Task<IReadOnlyList<Reading>> CoarseAsync(ObjectId id, DateTimeOffset at, CancellationToken cancel)
    {
        const int Parts = 60;
        List<Reading> readings = [];
        foreach (var info in VitalSigns.All)
        {
            var back = rules[info.Sign].FreshFor > TimeSpan.FromHours(1) ? rules[info.Sign].FreshFor : TimeSpan.FromHours(1);
            // The highest of a part is the worst: more oxygen, or deeper unconsciousness.
            if ((await store.ChartAsync(id, info.Sign, at - back, at, Parts, cancel)).LastOrDefault(part => part.Time <= at) is { Count: > 0 } last)
                readings.Add(new(id, info.Sign, last.Time.ToUnixTimeMilliseconds(), info.Sign is VitalSign.OxygenFlow or VitalSign.Consciousness ? last.Max : Math.Round(last.Mean, info.Decimals)));
        }
        return readings;
    }
}
