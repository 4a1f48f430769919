using HealthDashboard.Data.Model;

namespace HealthDashboard.Demo;

/// <summary>Sends a recording at its pace.</summary>
internal sealed class Replayer(ReplayClient client, ReplayOptions options, TimeProvider time, ReplayProgress progress)
{
    private const int MostInBatch = 2_000;

    /// <summary>Sends all of it.</summary>
    /// <exception cref="ReplayException">The server does not take it.</exception>
    public async Task<ReplaySummary> RunAsync(Recording recording, CancellationToken cancel)
    {
        var patient = await client.FindOrAddPatientAsync(options, cancel);
        var began = time.GetUtcNow();
        var first = options.TimeOfFirstRow(recording, began);
        var summary = new ReplaySummary();
        List<Reading> batch = new(MostInBatch);
        for (var next = 0; next < recording.Values.Count;)
        {
            await WaitAsync(began + options.TimeAfter(After(recording.Values[next])), cancel);
            var now = time.GetUtcNow();
            batch.Clear();
            while (next < recording.Values.Count && batch.Count < MostInBatch
                && began + options.TimeAfter(After(recording.Values[next])) <= now)
            {
                var value = recording.Values[next++];
                batch.Add(new Reading(patient, value.Sign, (first + After(value)).ToUnixTimeMilliseconds(), value.Value, "replay"));
            }
            await client.SendAsync(batch, summary, cancel);
            progress.Show(next, recording.Values.Count);
        }
        progress.End();
        return summary;

        TimeSpan After(RecordedValue value) => TimeSpan.FromMinutes(value.Minute - recording.Values[0].Minute);
    }

    private async Task WaitAsync(DateTimeOffset until, CancellationToken cancel)
    {
        if (until - time.GetUtcNow() is var wait && wait > TimeSpan.Zero)
            await Task.Delay(wait + TimeSpan.FromMilliseconds(1), time, cancel);
    }
}
