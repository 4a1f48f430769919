using System.Collections.Concurrent;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.WhatIf;

/// <summary>
/// Runs the real alarm rules over stored readings under other rules, and compares what comes of it with the history. Patients go side by side on all
/// processors but one, so that what arrives meanwhile has one to itself. docs/adr/0016 has what is exact and what cannot be.
/// </summary>
internal sealed class WhatIfEngine(IVitalStore vitals, PatientPastReader reader, AlarmRules rules)
{
    /// <summary>How many patients are worked on at once.</summary>
    public static int Workers { get; } = Math.Max(1, Environment.ProcessorCount - 1);

    /// <summary>Runs a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="progress">Receives the progress, 0 to 1, from any thread.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <exception cref="StoreException">A store is unavailable.</exception>
    public async Task<Compared> RunAsync(WhatIfPlan plan, Action<double> progress, CancellationToken cancel)
    {
        var proposals = plan.Proposals;
        var results = new ConcurrentBag<Compared>();
        var shared = new SharedPast();
        var done = new double[plan.Patients.Count];
        await Parallel.ForEachAsync(
            plan.Patients.Index(),
            new ParallelOptions { MaxDegreeOfParallelism = Workers, CancellationToken = cancel },
            async (chosen, token) => results.Add(await RunAsync(
                plan, proposals, chosen.Item, shared,
                part =>
                {
                    done[chosen.Index] = part;
                    progress(done.Sum() / done.Length);
                },
                token)));
        var all = results.ToList();
        return new(
            [.. Enumerable.Range(0, proposals.Count).Select(number => (IReadOnlyList<Pair>)[.. all.SelectMany(result => result.Proposals[number]).OrderBy(pair => pair.Alert.RaisedAt).ThenBy(pair => pair.Alert.Id)])],
            all.Sum(result => result.Readings));
    }

    private async Task<Compared> RunAsync(WhatIfPlan plan, IReadOnlyList<Proposal> proposals, Chosen chosen, SharedPast shared, Action<double> progress, CancellationToken cancel)
    {
        var source = new PastReadings(vitals, chosen.Patient.Id);
        var past = await reader.ReadAsync(chosen, source, shared, plan.From, plan.To, cancel);
        Replay[] replays = [.. proposals.Select(proposal => new Replay(past, proposal, rules))];
        var (from, end) = (past.Start, PatientPastReader.EndOf(plan.To));
        var charted = await source.LastChartedAsync(from - PatientPastReader.Longest, from, rules, cancel);
        var readings = 0L;
        if (charted.Length > 0)
            Take(charted, from + 1);
        await source.ReadAsync(from, end, Take, cancel);
        progress(1);
        return new([.. replays.Select(replay => (IReadOnlyList<Pair>)Comparison.Of(past.History, replay.Alerts, plan.From, plan.To))], readings);

        void Take(ReadOnlySpan<Reading> part, long until)
        {
            readings += part.Length;
            foreach (var replay in replays)
                replay.Advance(part, until);
            progress((until - from) / (double)(end - from));
        }
    }
}
