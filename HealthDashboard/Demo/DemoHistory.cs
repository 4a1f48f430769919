using System.Runtime.InteropServices;
using HealthDashboard.Census;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Live;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Demo;

/// <summary>
/// A demo patient's past: the same monitor that runs live, and the alerts that the alarm rules make of it,
/// acknowledged by the nurse on duty, some of the earlier ones reviewed by a doctor. The heart rate is stored last, so that it says whether the past is there.
/// </summary>
internal sealed class DemoHistory(
    IVitalStore vitals,
    IAlertStore alerts,
    PatientDirectory directory,
    LiveHistory live,
    AlarmRules rules,
    IOptions<SimulationOptions> options,
    TimeProvider time)
{
    // How often the rules look, so how exact the times are at which people respond.
    private const int Look = 20;

    // The rules get every fifth second: a value stands until the next, so the outcome is the same at a fifth of the cost. That is
    // also what is kept beyond the last hour: ten million readings would keep a presenter waiting for minutes on a store that
    // takes a hundred thousand a second.
    private const int Evaluated = 5;
    private const int KeptWhole = 3600;

    // The share of the earlier alerts that somebody has reviewed.
    private const double Reviewed = 0.3;

    private static readonly VitalSign[] Order =
        [.. VitalSigns.All.Select(info => info.Sign).Where(sign => sign != VitalSign.HeartRate), VitalSign.HeartRate];

    /// <summary>Writes the patient's past unless it is there.</summary>
    /// <returns>How many readings were written.</returns>
    /// <exception cref="StoreException">A store is unavailable; to be called again.</exception>
    public async Task<long> WriteAsync(DemoPatient demo, CancellationToken cancel)
    {
        var id = demo.Patient.Id;
        if (options.Value.History == TimeSpan.Zero || directory.Find(id) is not { } patient)
            return 0;
        if ((await vitals.LatestAsync(id, cancel)).Any(reading => reading.Sign == VitalSign.HeartRate))
            return 0;

        var end = time.GetUtcNow().ToUnixTimeSeconds();
        var past = new Past(demo, patient, rules);
        past.Run(end - (long)options.Value.History.TotalSeconds, end, step: 1, cancel);
        await WriteAsync(id, past, past.Changes, cancel);
        await live.LoadAsync(id, cancel);
        return past.Count;
    }

    /// <summary>Writes what was before the patient's past, unless it is there. It ends where that begins: no alert reaches over.</summary>
    /// <returns>How many readings were written.</returns>
    /// <exception cref="StoreException">A store is unavailable; to be called again.</exception>
    public async Task<long> WriteEarlierAsync(DemoPatient demo, CancellationToken cancel)
    {
        var (id, earlier, now) = (demo.Patient.Id, options.Value.EarlierHistory, time.GetUtcNow());
        var from = now - options.Value.History - earlier;
        if (earlier == TimeSpan.Zero || options.Value.History == TimeSpan.Zero || directory.Find(id) is not { } patient)
            return 0;
        var hours = (int)Math.Ceiling((now - from).TotalHours);
        if (await vitals.ChartAsync(id, VitalSign.HeartRate, from, now, hours, cancel) is not [var first, ..] || first.Time < now - options.Value.History - TimeSpan.FromHours(2))
            return 0;
        var end = (await vitals.ReadAsync(id, VitalSign.HeartRate, first.Time, first.Time.AddHours(2), cancel)) is [var known, ..] ? known.Time / 1000 : 0;
        var past = new Past(demo, patient, rules);
        past.Run(from.ToUnixTimeSeconds() / Evaluated * Evaluated, end, Evaluated, cancel);
        List<Alert> over = [.. past.Changes.GroupBy(change => change.Alert.Id, (_, changes) => changes.Last().Alert).Where(alert => alert.Condition == AlertCondition.Ended)];
        var ids = over.Select(alert => alert.Id).ToHashSet();
        await WriteAsync(id, past, [.. past.Changes.Where(change => ids.Contains(change.Alert.Id)), .. over.Select(past.Review).OfType<AlertChange>()], cancel);
        return past.Count;
    }

    private async Task WriteAsync(ObjectId id, Past past, IReadOnlyList<AlertChange> changes, CancellationToken cancel)
    {
        if (changes.Count > 0)
            await alerts.WriteAsync(changes, [], cancel);
        foreach (var sign in Order)
            await vitals.ImportAsync(id, sign, past.Samples[(int)sign], cancel);
    }

    private sealed class Past(DemoPatient demo, MonitoredPatient patient, AlarmRules rules)
    {
        private readonly Noise noise = BedsideMonitor.NoiseOf(demo.Patient.Id);
        private readonly Dictionary<ObjectId, Alert> untaken = [];
        private MonitorState state = new(demo.Patient.Id);

        public List<Sample>[] Samples { get; } = [.. Enumerable.Range(0, 16).Select(_ => new List<Sample>())];

        public List<AlertChange> Changes { get; } = [];

        public long Count => Samples.Sum(samples => (long)samples.Count);

        public void Run(long from, long to, int step, CancellationToken cancel)
        {
            var readings = new List<Reading>();
            var evaluated = new List<Reading>();
            for (var second = from; second < to; second += step)
            {
                readings.Clear();
                demo.Monitor.Read(second, default, all: second == from, readings, step);
                foreach (var reading in readings)
                {
                    if (second % Evaluated == 0 || !rules[reading.Sign].Continuous)
                        evaluated.Add(reading);
                    var samples = Samples[(int)reading.Sign];
                    if (second >= to - KeptWhole || samples.Count == 0 || Window(samples[^1].Time) != Window(reading.Time))
                        samples.Add(new Sample(reading.Time, reading.Value));
                }
                var next = second + step;
                if ((next - from) % Look != 0 && next < to)
                    continue;
                cancel.ThrowIfCancellationRequested();
                Evaluate(evaluated, DateTimeOffset.FromUnixTimeSeconds(next), last: next >= to);
                evaluated.Clear();
            }
        }

        private static long Window(long time) => time / (Evaluated * 1000);

        private void Evaluate(List<Reading> readings, DateTimeOffset now, bool last)
        {
            var evaluation = AlarmEvaluator.Evaluate(state, patient, rules, CollectionsMarshal.AsSpan(readings), now);
            state = evaluation.State;
            Changes.AddRange(evaluation.Changes);
            foreach (var change in evaluation.Changes)
            {
                if (change.Alert is { Priority: not AlertPriority.Low, Response: AlertResponse.Unacknowledged })
                    untaken[change.Alert.Id] = change.Alert;
                else
                    untaken.Remove(change.Alert.Id);
            }
            foreach (var alert in untaken.Values.Where(alert => last || now - alert.RecordedAt >= PatienceWith(alert)).ToList())
                Take(alert, now);
        }

        /// <summary>What the doctor says of an alert that is over, some hours later; null for most, which nobody reviews.</summary>
        public AlertChange? Review(Alert alert)
        {
            var raised = alert.RaisedAt.ToUnixTimeSeconds();
            if (noise.Unit(161, raised) >= Reviewed)
                return null;
            var verdict = alert.Kind == AlertKind.Technical ? AlertVerdict.Artefact
                : alert.Kind == AlertKind.Score || noise.Unit(162, raised) < 0.2 ? AlertVerdict.TrueAlarm
                : noise.Unit(162, raised) < 0.8 ? AlertVerdict.FalseAlarm : AlertVerdict.Artefact;
            return AlertLife.Review(alert, "doctor", verdict, null, (alert.EndedAt ?? alert.RaisedAt).AddHours(1 + (2 * noise.Unit(163, raised))));
        }

        private void Take(Alert alert, DateTimeOffset now)
        {
            untaken.Remove(alert.Id);
            if (AlertLife.Acknowledge(alert, "nurse", null, now) is not { } taken)
                return;
            if (alert.IsOpen)
                state = state.With(taken.Alert);
            Changes.Add(taken);
        }

        // Somebody is at the bed before a high alert would be escalated after a minute; a medium one takes up to four.
        private TimeSpan PatienceWith(Alert alert) => TimeSpan.FromSeconds(
            Look * (1 + (int)(noise.Unit(160, alert.RaisedAt.ToUnixTimeSeconds()) * (alert.Priority == AlertPriority.High ? 2 : 11))));
    }
}
