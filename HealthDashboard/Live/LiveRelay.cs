using System.Threading.Channels;
using HealthDashboard.Alerts;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Ingest;
using HealthDashboard.Patients;

namespace HealthDashboard.Live;

/// <summary>
/// Tells other nodes four times a second what this one received, and takes what they tell: onto the screens, and through the alarm rules
/// as well. So every node knows every patient: a device that changes its node, or a node that stops, leaves no gap, and silence is
/// silence of the device. The store lets only one of the nodes' alerts be, so that evaluating twice raises nothing twice.
/// Without a bus this node runs alone. Loss policy: when this node is behind, the oldest of 256 waiting messages goes.
/// </summary>
internal sealed partial class LiveRelay(
    LiveOutbox outbox,
    LiveVitals live,
    PatientDirectory patients,
    EvaluateReadings evaluate,
    MonitorSet monitors,
    TimeProvider time,
    ILogger<LiveRelay> log,
    ILiveBus? bus = null) : BackgroundService
{
    private const int MostAtOnce = 2_000;
    private const int TicksPerBeat = 4;
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(1);

    private readonly Channel<IReadOnlyList<Reading>> heard = Channel.CreateBounded<IReadOnlyList<Reading>>(
        new BoundedChannelOptions(256) { FullMode = BoundedChannelFullMode.DropOldest });

    // The patients whose last reading came from another node. Changed by whoever holds it.
    private readonly HashSet<ObjectId> elsewhere = [];
    private bool deaf = true;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => bus is null
        ? Task.CompletedTask
        : Task.WhenAll(ListenAsync(bus, stoppingToken), SendAsync(bus, stoppingToken), TakeAsync(stoppingToken));

    private async Task ListenAsync(ILiveBus on, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                await on.SubscribeAsync(readings => heard.Writer.TryWrite(readings), cancel);
                return;
            }
#pragma warning disable CA1031 // Until it succeeds this node is deaf, which is told below.
            catch (Exception error) when (error is not OperationCanceledException)
#pragma warning restore CA1031
            {
                LogNotListening(error);
            }
            await Task.Delay(TryAgain, time, cancel);
        }
    }

    private async Task SendAsync(ILiveBus on, CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(Every, time);
        for (var tick = 0; await timer.WaitForNextTickAsync(cancel); tick++)
        {
            try
            {
                var readings = outbox.Take();
                lock (elsewhere)
                    elsewhere.ExceptWith(readings.Select(reading => reading.PatientId));
                foreach (var region in readings.GroupBy(reading => patients.Find(reading.PatientId)?.Patient.Region))
                {
                    foreach (var part in region.Chunk(MostAtOnce))
                    {
                        if (region.Key is not null)
                            await on.PublishAsync(region.Key, part, cancel);
                    }
                }
                if (tick % TicksPerBeat == 0)
                    await on.PublishAsync("", [], cancel);
            }
            catch (StoreException)
            {
                // Dropped: newer ones follow, and deafness is told once.
            }
            await ExcuseAsync(on, cancel);
        }
    }

    private async Task TakeAsync(CancellationToken cancel)
    {
        await foreach (var readings in heard.Reader.ReadAllAsync(cancel))
        {
            lock (elsewhere)
                elsewhere.UnionWith(readings.Select(reading => reading.PatientId));
            live.Apply(readings);
            try
            {
                await evaluate(readings, cancel);
            }
#pragma warning disable CA1031 // The node that received them evaluates them too; what comes next must still be taken here.
            catch (Exception error) when (error is not OperationCanceledException)
#pragma warning restore CA1031
            {
                LogNotEvaluated(error, readings.Count);
            }
        }
    }

    // While nothing can be heard, the silence of another node's patients is ours and not theirs.
    private async Task ExcuseAsync(ILiveBus on, CancellationToken cancel)
    {
        if (deaf == on.IsHearing)
        {
            deaf = !deaf;
            if (deaf)
                LogDeaf();
            else
                LogHearing();
        }
        if (!deaf)
            return;
        ObjectId[] excused;
        lock (elsewhere)
            excused = [.. elsewhere];
        foreach (var id in excused)
            await monitors.ExcuseAsync(id, cancel);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "This node cannot listen to the others yet")]
    private partial void LogNotListening(Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "Other nodes are not heard: screens here show only what this node receives")]
    private partial void LogDeaf();

    [LoggerMessage(Level = LogLevel.Information, Message = "Other nodes are heard")]
    private partial void LogHearing();

    [LoggerMessage(Level = LogLevel.Error, Message = "{Count} readings of another node could not be evaluated here")]
    private partial void LogNotEvaluated(Exception error, int count);
}
