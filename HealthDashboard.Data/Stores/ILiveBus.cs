using HealthDashboard.Data.Model;

namespace HealthDashboard.Data.Stores;

/// <summary>
/// Carries readings between web nodes, so that each node evaluates the patients of its regions and shows those on its screens wherever their
/// readings arrive, and heartbeats, so that each knows which regions the others watch. Not there when a node runs alone.
/// Loss policy: what cannot be carried now is dropped. The readings themselves are durable, and <see cref="LiveReadings.Number"/> shows
/// whoever hears a later message that one is missing.
/// </summary>
public interface ILiveBus
{
    /// <summary>Whether what nodes send has been seen to arrive within the last three seconds.</summary>
    bool IsHearing { get; }

    /// <summary>Tells the other nodes of readings of one region.</summary>
    /// <param name="region">The patients' region.</param>
    /// <param name="number">One more than that of the message before, for this region by this node.</param>
    /// <param name="readings">At most 2,000.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <exception cref="StoreException">They were not carried.</exception>
    Task PublishAsync(string region, long number, IReadOnlyList<Reading> readings, CancellationToken cancel);

    /// <summary>Tells the other nodes that this one lives. Sent every half second; it also keeps <see cref="IsHearing"/> true.</summary>
    /// <exception cref="StoreException">It was not carried.</exception>
    Task BeatAsync(NodeBeat beat, CancellationToken cancel);

    /// <summary>Calls back with what other nodes send, until the program ends; the callbacks must return at once.</summary>
    /// <exception cref="StoreException">It could not be begun; try again.</exception>
    Task ListenAsync(Action<LiveReadings> readings, Action<string, NodeBeat> beat, CancellationToken cancel);

    /// <summary>Says of which regions readings are to be heard from now on, in place of those before. None at first.</summary>
    /// <exception cref="StoreException">It is not known which are heard; try again.</exception>
    Task HearAsync(IReadOnlySet<string> regions, CancellationToken cancel);
}

/// <summary>Readings that another node received.</summary>
/// <param name="Sender">The node's process.</param>
/// <param name="Region">The patients' region.</param>
/// <param name="Number">One more than that of the sender's message before for this region; where it is not, messages are missing.</param>
/// <param name="Readings">The readings, in the order in which they were received.</param>
public sealed record LiveReadings(ulong Sender, string Region, long Number, IReadOnlyList<Reading> Readings);

/// <summary>A sign of life of a node.</summary>
/// <param name="Name">The node's name for people.</param>
/// <param name="IsWatching">Whether it evaluates alarms now; not while it starts or stops.</param>
/// <param name="Regions">The regions that it is there to watch; null for all.</param>
/// <param name="TakenOver">The regions that it watches besides, since no live node is there for them.</param>
public sealed record NodeBeat(string Name, bool IsWatching, IReadOnlyList<string>? Regions, IReadOnlyList<string> TakenOver)
{
    /// <summary>Whether the node watches a region without having taken it over.</summary>
    public bool Watches(string region) => IsWatching && (Regions is null || Regions.Contains(region));
}
