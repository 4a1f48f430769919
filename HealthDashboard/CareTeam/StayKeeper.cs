using System.Text.Json;
using System.Threading.Channels;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;

namespace HealthDashboard.CareTeam;

/// <summary>
/// Records who lies in which room, from what the patients' directory says: so whoever admits, moves or discharges waits for nothing and
/// fails for nothing. While the store is unavailable the moves wait with their times, also in a file. At the start, and when the store is back, all
/// records are compared with the stays that last, which mends whatever was missed. Several nodes may do this at once: moves may be repeated.
/// </summary>
/// <param name="directory">Tells of changes.</param>
/// <param name="patients">Has the last word on a record: a node's directory may be behind.</param>
/// <param name="team">Where stays are recorded.</param>
/// <param name="file">The moves that wait, for the case that this program ends before the store is back.</param>
/// <param name="time">Says when somebody moved, and paces.</param>
/// <param name="log">Logs that moves wait.</param>
internal sealed partial class StayKeeper(
    PatientDirectory directory,
    IPatientStore patients,
    ICareTeamStore team,
    KeptFile<IReadOnlyList<PatientMove>> file,
    TimeProvider time,
    ILogger<StayKeeper> log) : BackgroundService
{
    /// <summary>How often a store that is unavailable is tried.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly Channel<PatientMove> seen = Channel.CreateUnbounded<PatientMove>(new() { SingleReader = true });
    // Where each patient is or will be once what waits is recorded; nobody is in it before the first comparison.
    private readonly Dictionary<ObjectId, Room?> known = [];
    private readonly List<PatientMove> waiting = [];
    private IDisposable? changes;
    private Task<bool>? news;
    private bool filed;
    private bool unavailable;

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // Before the first request, so that every move has its own time.
        changes = directory.OnChanged(id => seen.Writer.TryWrite(new(id, RoomOf(id), time.GetUtcNow())));
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        changes?.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await directory.Loaded.WaitAsync(stoppingToken);
        Restore();
        var compared = false;
        while (true)
        {
            var more = TakeSeen();
            if (unavailable && more)
                await FileAsync(stoppingToken);
            try
            {
                await RecordAsync(stoppingToken);
                if (!compared)
                    await CompareAsync(stoppingToken);
                (unavailable, compared) = (false, true);
                await NewsAsync(stoppingToken);
            }
            catch (StoreException error)
            {
                if (!unavailable)
                    LogAway(error.Message);
                (unavailable, compared) = (true, false);
                await FileAsync(stoppingToken);
                await Task.WhenAny(NewsAsync(stoppingToken), Task.Delay(RetryAfter, time, stoppingToken));
                stoppingToken.ThrowIfCancellationRequested();
            }
        }
    }

    // One wait however often the store is tried meanwhile.
    private Task<bool> NewsAsync(CancellationToken cancel) =>
        news is { IsCompleted: false } ? news : news = seen.Reader.WaitToReadAsync(cancel).AsTask();

    private Room? RoomOf(ObjectId id) => directory.Find(id) is { } here ? Room.Of(here.Patient) : null;

    private bool TakeSeen()
    {
        var before = waiting.Count;
        while (seen.Reader.TryRead(out var move))
        {
            // Most changes of a record are not a move.
            if (known.TryGetValue(move.PatientId, out var room) && room == move.Room)
                continue;
            known[move.PatientId] = move.Room;
            waiting.Add(move);
        }
        return waiting.Count > before;
    }

    private async Task RecordAsync(CancellationToken cancel)
    {
        if (waiting.Count > 0)
            await team.MoveAsync(waiting, cancel);
        waiting.Clear();
        if (filed)
            await FileAsync(cancel);
    }

    private async Task CompareAsync(CancellationToken cancel)
    {
        // Before anything is read: whatever changes meanwhile is newer.
        var at = time.GetUtcNow();
        var open = (await team.OpenStaysAsync(cancel)).ToDictionary(stay => stay.PatientId, stay => stay.Room);
        List<PatientMove> moves = [];
        foreach (var id in directory.All.Select(here => here.Patient.Id).Union(open.Keys))
        {
            var recorded = open.GetValueOrDefault(id);
            var room = RoomOf(id);
            if (room != recorded)
                room = await patients.FindReadableAsync(id, cancel) is { } patient ? Room.Of(patient) : null;
            if (room != recorded)
                moves.Add(new(id, room, at));
            known[id] = room;
        }
        if (moves.Count > 0)
            await team.MoveAsync(moves, cancel);
    }

    private void Restore()
    {
        try
        {
            waiting.AddRange(file.Read() ?? []);
            filed = waiting.Count > 0;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            LogUnreadable(error.GetType().Name);
        }
    }

    private async Task FileAsync(CancellationToken cancel)
    {
        if (waiting.Count == 0 && !filed)
            return;
        try
        {
            await file.WriteAsync(waiting, cancel);
            filed = waiting.Count > 0;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogNotFiled(error.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Who lies where cannot be recorded now and waits: {Reason}")]
    private partial void LogAway(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Moves of patients that wait cannot be written to a file: {Reason}")]
    private partial void LogNotFiled(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The moves of patients that waited cannot be read: {Reason}")]
    private partial void LogUnreadable(string reason);
}
