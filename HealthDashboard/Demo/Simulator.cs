using System.Collections.Concurrent;
using HealthDashboard.Analytics;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Faults;
using HealthDashboard.Ingest;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Demo;

/// <summary>
/// Runs the demo hospital: makes it when it is not there, and then has every monitor send each second what the second's time says,
/// by the same way as any device. A second that is missed, because the program was paused or stood, is a gap.
/// </summary>
internal sealed partial class Simulator(
    DemoRecords records,
    DemoHistory history,
    ScenarioBoard scenarios,
    PatientDirectory directory,
    IngestQueue ingest,
    LookBack rollUps,
    IOptions<SimulationOptions> options,
    IOptions<IngestOptions> limits,
    TimeProvider time,
    ILogger<Simulator> log,
    FaultBoard? faults = null) : BackgroundService
{
    // After so many patients the console hears how far it is.
    private const int Step = 12;

    // In a storm each second comes so many times.
    private const int StormSeconds = 10;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(3);

    // Monitors whose patients have their past; false while the next quiet second must measure everything.
    private readonly ConcurrentDictionary<BedsideMonitor, bool> connected = new();

    // What devices that are in a storm send again with each second.
    private readonly Queue<Reading[]> lately = new();

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        MakeAsync(stoppingToken),
        options.Value.Enabled ? SendAsync(stoppingToken) : Task.CompletedTask);

    private async Task MakeAsync(CancellationToken cancel)
    {
        var start = time.GetTimestamp();
        var (patients, readings) = (0, 0L);
        if (options.Value.Demo)
            await InsistAsync(() => records.WriteAsync(cancel), cancel);
        await Parallel.ForEachAsync(
            records.Plan,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancel },
            async (demo, _) =>
            {
                var written = 0L;
                if (options.Value.Demo)
                    await InsistAsync(async () => written = await history.WriteAsync(demo, cancel), cancel);
                connected[demo.Monitor] = false;
                if (written == 0)
                    return;
                Interlocked.Add(ref readings, written);
                var done = Interlocked.Increment(ref patients);
                if (done % Step == 0)
                    LogProgress(done, records.Plan.Count);
            });
        if (patients > 0)
            LogMade(patients, readings, time.GetElapsedTime(start).TotalSeconds);
        await MakeEarlierAsync(cancel);
    }

    // Nobody waits for it, so it takes one processor at most.
    private async Task MakeEarlierAsync(CancellationToken cancel)
    {
        var (start, readings) = (time.GetTimestamp(), 0L);
        foreach (var demo in options.Value.Demo ? records.Plan : [])
        {
            await Task.Yield();
            await InsistAsync(async () => readings += await history.WriteEarlierAsync(demo, cancel), cancel);
        }
        if (readings == 0)
            return;
        LogEarlier(readings, time.GetElapsedTime(start).TotalSeconds);
        rollUps.Ask();
    }

    private async Task SendAsync(CancellationToken cancel)
    {
        List<Reading> readings = [];
        while (true)
        {
            var now = time.GetUtcNow();
            // Just after the next whole second: the delay is made anew each time, so it does not drift.
            await Task.Delay(TimeSpan.FromMilliseconds(1005 - now.Millisecond), time, cancel);
            var second = time.GetUtcNow().ToUnixTimeSeconds();
            readings.Clear();
            Read(second, readings);
            try
            {
                await SendAsync(readings);
                scenarios.Tidy();
                if (options.Value.Demo)
                    await records.ExtendRosterAsync(cancel);
            }
            catch (Exception error) when (error is StoreException or ConflictException or RequestRefusedException)
            {
                LogNotTaken(error.Message);
            }
        }
    }

    private async Task SendAsync(List<Reading> readings)
    {
        var sent = faults?.Clock is { } ahead && ahead != TimeSpan.Zero ? WithClock(readings, ahead) : [.. readings];
        lately.Enqueue(sent);
        if (lately.Count > StormSeconds)
            lately.Dequeue();
        await ingest.AcceptAsync(sent, "simulator");
        foreach (var again in faults?.IsStorm == true ? lately.ToArray() : [])
            await ingest.AcceptAsync(again, "simulator");
    }

    // By the rules that hold for every device: a clock that is too far ahead is refused.
    private Reading[] WithClock(List<Reading> readings, TimeSpan ahead)
    {
        var batch = new ReadingBatch(directory);
        batch.Begin(new ReadingRules(time.GetUtcNow(), limits.Value.RawRetention));
        foreach (var (i, reading) in readings.Index())
            batch.Add(i, batch.PatientOf(reading.PatientId), reading.Sign.Info(), reading.Value, reading.Time + (long)ahead.TotalMilliseconds, reading.Device);
        return batch.ToArray();
    }

    private void Read(long second, List<Reading> readings)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(second);
        foreach (var (monitor, known) in connected)
        {
            if (directory.Find(monitor.PatientId) is not { Patient.Status: PatientStatus.Admitted })
                continue;
            var wrong = scenarios.At(monitor.PatientId, now);
            monitor.Read(second, wrong, all: !known && !wrong.IsMarked, readings);
            // When a scenario is over, what was charted during it must not stand for hours.
            if (known == wrong.IsMarked)
                connected[monitor] = !wrong.IsMarked;
        }
    }

    private async Task InsistAsync(Func<Task> work, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                await work();
                return;
            }
            catch (ConflictException conflict)
            {
                // Somebody else's patient has a demo patient's number: then there is no demo hospital here.
                LogNotMade(conflict.Message);
                return;
            }
            catch (StoreException error)
            {
                LogAway(error.Message);
                await Task.Delay(RetryAfter, time, cancel);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The demo hospital is being made: {Done} of {All} patients")]
    private partial void LogProgress(int done, int all);

    [LoggerMessage(Level = LogLevel.Information, Message = "The demo hospital is there: {Patients} patients with {Readings} readings of their past, in {Seconds:0.0} s")]
    private partial void LogMade(int patients, long readings, double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "The demo hospital has a longer past: {Readings} readings more, in {Seconds:0.0} s")]
    private partial void LogEarlier(long readings, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The demo hospital waits: {Reason}")]
    private partial void LogAway(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The demo hospital cannot be made: {Reason}")]
    private partial void LogNotMade(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A second of the demo patients was not taken: {Reason}")]
    private partial void LogNotTaken(string reason);
}
