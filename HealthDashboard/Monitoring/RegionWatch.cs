using System.Collections.Concurrent;
using System.Collections.Immutable;
using HealthDashboard.Census;
using HealthDashboard.Data.Stores;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Monitoring;

/// <summary>
/// Which regions this node watches: its own, and any that no live node is there for. Other nodes' heartbeats say which those are; a node that
/// hears nobody watches all, since it cannot know whether it is the last one. Two nodes that watch one region raise nothing twice, because
/// the alert store decides; so a region is given back only when its own nodes watch again, and there is no hand-over.
/// </summary>
internal sealed partial class RegionWatch(
    IOptions<WatchOptions> options, PatientDirectory patients, TimeProvider time, ILogger<RegionWatch> log, ILiveBus? bus = null)
{
    /// <summary>A node that was not heard for so long is not there.</summary>
    public static readonly TimeSpan DeadAfter = TimeSpan.FromSeconds(3);

    // As long as an evaluation may take to confirm that alarms run.
    private static readonly TimeSpan ConfirmedFor = TimeSpan.FromSeconds(5);

    private readonly ImmutableHashSet<string> own = [.. options.Value.Regions];
    private readonly ConcurrentDictionary<string, (NodeBeat Beat, long HeardAt)> others = new();
    private readonly ConcurrentDictionary<object, string?> screens = new();
    private readonly Listeners<Action> listeners = new(error => LogListenerFailed(log, error));
    private readonly long startedAt = time.GetTimestamp();
    private ImmutableHashSet<string> takenOver = [];
    private long confirmedAt = long.MinValue;

    /// <summary>The name of this node for people.</summary>
    public static string Name { get; } = $"{Environment.MachineName}:{Environment.ProcessId}";

    /// <summary>The regions that this node has taken over, by name.</summary>
    public IReadOnlyList<string> TakenOver => [.. takenOver.Order(StringComparer.Ordinal)];

    /// <summary>What this node says of itself.</summary>
    public NodeBeat Beat => new(
        Name,
        Volatile.Read(ref confirmedAt) is not long.MinValue and var at && time.GetElapsedTime(at) < ConfirmedFor,
        own.IsEmpty ? null : [.. own.Order(StringComparer.Ordinal)],
        TakenOver);

    /// <summary>The last signs of life of the other nodes that are there.</summary>
    public IReadOnlyList<NodeBeat> Others => [.. others.Values.Where(IsAlive).Select(node => node.Beat).OrderBy(beat => beat.Name, StringComparer.Ordinal)];

    /// <summary>Every region of the admitted patients.</summary>
    public IReadOnlySet<string> Regions => patients.All.Select(known => known.Patient.Region).ToHashSet(StringComparer.Ordinal);

    /// <summary>Whether this node evaluates the readings of a region's patients.</summary>
    public bool Watches(string region) => bus is null || own.IsEmpty || own.Contains(region) || takenOver.Contains(region);

    /// <summary>Whether this node hears what the others receive of a region: it watches it, or a screen shows it.</summary>
    public bool Hears(string region) => Watches(region) || screens.Values.Any(shown => shown is null || shown == region);

    /// <summary>A screen shows a region's patients.</summary>
    /// <param name="region">The region; null for all.</param>
    /// <returns>Ends it when disposed, any number of times.</returns>
    public IDisposable Show(string? region)
    {
        var screen = new object();
        screens[screen] = region;
        return new Subscription(() => screens.TryRemove(screen, out _));
    }

    /// <summary>Alarms are being evaluated here: only then do the other nodes rely on this one.</summary>
    public void Confirm() => Volatile.Write(ref confirmedAt, time.GetTimestamp());

    /// <summary>Another node lives.</summary>
    public void Heard(string node, NodeBeat beat) => others[node] = (beat, time.GetTimestamp());

    /// <summary>Looks which regions are to be taken over or given back.</summary>
    public void Look()
    {
        foreach (var (node, last) in others)
        {
            if (!IsAlive(last))
                others.TryRemove(new(node, last));
        }
        // A node that has just begun has not heard everybody yet.
        if (own.IsEmpty || time.GetElapsedTime(startedAt) < DeadAfter)
            return;
        var next = Regions.Where(region => !own.Contains(region) && !IsWatchedElsewhere(region)).ToImmutableHashSet(StringComparer.Ordinal);
        var before = Interlocked.Exchange(ref takenOver, next);
        foreach (var region in next.Except(before))
            LogTaken(region);
        foreach (var region in before.Except(next))
            LogGivenBack(region);
        if (next.SetEquals(before))
            return;
        listeners.Call(static listener => listener());
    }

    /// <summary>Calls back when regions were taken over or given back; the callback must return at once.</summary>
    /// <returns>Ends the subscription when disposed, any number of times.</returns>
    public IDisposable OnChanged(Action callback) => listeners.Add(callback);

    private bool IsWatchedElsewhere(string region) => bus is { IsHearing: true } && others.Values.Any(node => node.Beat.Watches(region));

    private bool IsAlive((NodeBeat Beat, long HeardAt) node) => time.GetElapsedTime(node.HeardAt) < DeadAfter;

    [LoggerMessage(Level = LogLevel.Warning, Message = "No live node watches region {Region}: this one takes it over")]
    private partial void LogTaken(string region);

    [LoggerMessage(Level = LogLevel.Information, Message = "Region {Region} is watched by its own nodes again")]
    private partial void LogGivenBack(string region);

    [LoggerMessage(Level = LogLevel.Error, Message = "A listener to the regions watched here failed")]
    private static partial void LogListenerFailed(ILogger log, Exception error);
}
