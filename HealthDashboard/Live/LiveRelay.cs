using System.Threading.Channels;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Monitoring;

namespace HealthDashboard.Live;

/// <summary>
/// Tells other nodes four times a second what this one received, on a channel for each region, and takes what they tell of the regions that
/// this node watches or shows: onto the screens, and through the alarm rules. Two nodes that watch a patient evaluate the same readings, and
/// the store lets only one of their alerts be. Without a bus this node runs alone. Loss policy: when this node is behind, the oldest of 256
/// waiting messages goes; what was missed, here or on the way, is read from the store.
/// </summary>
internal sealed partial class LiveRelay(
    LiveOutbox outbox,
    LiveVitals live,
    PatientDirectory patients,
    RegionWatch watch,
    EvaluateReadings evaluate,
    MonitorSet monitors,
    MonitorKeeper keeper,
    TimeProvider time,
    ILogger<LiveRelay> log,
    ILiveBus? bus = null) : BackgroundService
{
    private const int MostAtOnce = 2_000;
    private const int TicksPerBeat = 2;
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(1);

    // The number of the last message of each region.
    private readonly Dictionary<string, long> sent = [];
    private readonly LiveSequence received = new();

    // The patients whose last reading came to this node itself. Changed by whoever holds it.
    private readonly HashSet<ObjectId> here = [];
    private HashSet<string> hearing = [];
    private Channel<LiveReadings> heard = default!;
    private bool deaf = true;

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (bus is null)
            return Task.CompletedTask;
        heard = Channel.CreateBounded<LiveReadings>(
            new BoundedChannelOptions(256) { FullMode = BoundedChannelFullMode.DropOldest }, _ => keeper.CatchUp(region: null));
        return Task.WhenAll(ListenAsync(bus, stoppingToken), SendAsync(bus, stoppingToken), TakeAsync(stoppingToken));
    }

    private async Task ListenAsync(ILiveBus on, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                await on.ListenAsync(readings => heard.Writer.TryWrite(readings), watch.Heard, cancel);
                return;
            }
#pragma warning disable CA1031 // Until it succeeds this node is deaf, which is reported below.
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
            var readings = outbox.Take(out var dropped);
            NoteReceived(readings);
            try
            {
                if (tick % TicksPerBeat == 0)
                    await on.BeatAsync(watch.Beat, cancel);
                await PublishAsync(on, readings, dropped, cancel);
                watch.Look();
                await HearAsync(on, watch.Regions.Where(watch.Hears).ToHashSet(StringComparer.Ordinal), cancel);
            }
            catch (StoreException)
            {
                // Dropped: the numbers show it to the others, and deafness is reported once.
                watch.Look();
            }
            await ExcuseAsync(on, cancel);
        }
    }

    private async Task PublishAsync(ILiveBus on, IReadOnlyList<Reading> readings, bool dropped, CancellationToken cancel)
    {
        if (dropped)
        {
            foreach (var region in sent.Keys.ToList())
                sent[region]++;
        }
        // Numbered before the first is sent: of those that then are not, the next ones show it.
        List<(string Region, long Number, Reading[] Part)> messages = [];
        foreach (var region in readings.GroupBy(reading => patients.Find(reading.PatientId)?.Patient.Region))
        {
            if (region.Key is not { } name)
                continue;
            foreach (var part in region.Chunk(MostAtOnce))
                messages.Add((name, sent[name] = sent.GetValueOrDefault(name) + 1, part));
        }
        foreach (var (region, number, part) in messages)
            await on.PublishAsync(region, number, part, cancel);
    }

    private async Task HearAsync(ILiveBus on, HashSet<string> regions, CancellationToken cancel)
    {
        await on.HearAsync(regions, cancel);
        // What came after a monitor was restored and before its region was heard.
        foreach (var region in regions.Except(hearing))
            keeper.CatchUp(region);
        hearing = regions;
    }

    private async Task TakeAsync(CancellationToken cancel)
    {
        await foreach (var message in heard.Reader.ReadAllAsync(cancel))
        {
            if (!received.Follows(message))
                keeper.CatchUp(message.Region);
            lock (here)
                here.ExceptWith(message.Readings.Select(reading => reading.PatientId));
            live.Apply(message.Readings);
            try
            {
                await evaluate(message.Readings, cancel);
            }
#pragma warning disable CA1031 // Other nodes watch them too, or the keeper catches up; what comes next must still be taken here.
            catch (Exception error) when (error is not OperationCanceledException)
#pragma warning restore CA1031
            {
                LogNotEvaluated(error, message.Readings.Count);
                keeper.CatchUp(message.Region);
            }
        }
    }

    private void NoteReceived(IReadOnlyList<Reading> readings)
    {
        lock (here)
        {
            here.UnionWith(readings.Select(reading => reading.PatientId));
            if (here.Count > 2 * (monitors.Count + MostAtOnce))
                here.RemoveWhere(id => monitors.Find(id) is null);
        }
    }

    // While nothing can be heard, the silence of a patient whose readings do not come here is ours and not the device's.
    private async Task ExcuseAsync(ILiveBus on, CancellationToken cancel)
    {
        if (deaf == on.IsHearing)
        {
            deaf = !deaf;
            if (deaf)
            {
                LogDeaf();
            }
            else
            {
                LogHearing();
                keeper.CatchUp(region: null);
            }
        }
        if (!deaf)
            return;
        List<ObjectId> excused;
        lock (here)
            excused = [.. monitors.All.Select(monitor => monitor.Id).Where(id => !here.Contains(id))];
        foreach (var id in excused)
            await monitors.ExcuseAsync(id, cancel);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "This node cannot listen to the others yet")]
    private partial void LogNotListening(Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "Other nodes are not heard: this node shows and evaluates only what it receives itself")]
    private partial void LogDeaf();

    [LoggerMessage(Level = LogLevel.Information, Message = "Other nodes are heard")]
    private partial void LogHearing();

    [LoggerMessage(Level = LogLevel.Error, Message = "{Count} readings of another node could not be evaluated here")]
    private partial void LogNotEvaluated(Exception error, int count);
}
