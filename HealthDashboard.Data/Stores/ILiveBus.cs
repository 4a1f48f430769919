using HealthDashboard.Data.Model;

namespace HealthDashboard.Data.Stores;

/// <summary>
/// Carries readings between web nodes, so that a screen shows what another node received. Not there when a node runs alone.
/// Loss policy: what cannot be carried now is dropped. The readings themselves are durable elsewhere, and newer ones follow.
/// </summary>
public interface ILiveBus
{
    /// <summary>Whether what other nodes send has been seen to arrive within the last three seconds.</summary>
    bool IsHearing { get; }

    /// <summary>Tells the other nodes of readings of one region.</summary>
    /// <param name="region">The patients' region; empty with no readings, to keep <see cref="IsHearing"/> true.</param>
    /// <param name="readings">At most 2,000; devices are not carried.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <exception cref="StoreException">They were not carried.</exception>
    Task PublishAsync(string region, IReadOnlyList<Reading> readings, CancellationToken cancel);

    /// <summary>Calls back with what other nodes tell, of every region, until the program ends; the callback must return at once.</summary>
    /// <exception cref="StoreException">It could not be begun; try again.</exception>
    Task SubscribeAsync(Action<IReadOnlyList<Reading>> heard, CancellationToken cancel);
}
