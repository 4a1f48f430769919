using HealthDashboard.Data.Model;

namespace HealthDashboard.Live;

/// <summary>
/// The order of the most acute first, held still so that a bed can be found where it was a moment ago: sorted again after a
/// while, and at once when a high alarm begins to call or beds come and go.
/// </summary>
internal sealed class AcuityOrder
{
    /// <summary>For so long the order stays.</summary>
    public static readonly TimeSpan StandsFor = TimeSpan.FromSeconds(10);

    private Dictionary<ObjectId, int> places = [];
    private HashSet<ObjectId> calling = [];
    private DateTimeOffset sortedAt;

    /// <summary>The tiles in order.</summary>
    /// <param name="byBed">All tiles, in the order that decides between equals.</param>
    /// <param name="now">The time it is.</param>
    public IReadOnlyList<BedTile> Sort(IReadOnlyList<BedTile> byBed, DateTimeOffset now)
    {
        if (MustSort(byBed, now))
        {
            places = byBed.OrderByDescending(tile => tile.Rank).Select((tile, place) => (tile.PatientId, place)).ToDictionary();
            sortedAt = now;
        }
        calling = [.. byBed.Where(tile => tile.CallsHigh).Select(tile => tile.PatientId)];
        return [.. byBed.OrderBy(tile => places[tile.PatientId])];
    }

    private bool MustSort(IReadOnlyList<BedTile> byBed, DateTimeOffset now) =>
        now - sortedAt >= StandsFor
        || byBed.Count != places.Count
        || byBed.Any(tile => !places.ContainsKey(tile.PatientId) || (tile.CallsHigh && !calling.Contains(tile.PatientId)));
}
