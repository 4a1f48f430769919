namespace HealthDashboard.Live;

/// <summary>
/// Remembers the beds that somebody was in while this node runs, so that a place on the wall stays when its patient leaves and no other tile
/// moves. At most <see cref="Most"/> are remembered; the hospital's own list of beds is not known.
/// </summary>
internal sealed class EmptyBeds
{
    /// <summary>How many beds are remembered.</summary>
    public const int Most = 5_000;

    private readonly Dictionary<(string Region, string Ward, string Bed), BedTile> places = [];

    /// <summary>The tiles of the beds that nobody is in; the same object each time.</summary>
    /// <param name="tiles">The tiles of all patients.</param>
    public IEnumerable<BedTile> Beside(IReadOnlyList<BedTile> tiles)
    {
        HashSet<(string, string, string)> occupied = new(tiles.Count);
        foreach (var tile in tiles.Where(tile => tile.Bed != ShownValue.Dash))
        {
            var place = (tile.Region, tile.Ward, tile.Bed);
            occupied.Add(place);
            if (places.Count < Most && !places.ContainsKey(place))
                places[place] = new(default, tile.Bed, "", "", tile.Region, tile.Ward, new(0, "", "", "none", ""), null, default) { IsEmpty = true };
        }
        return places.Where(place => !occupied.Contains(place.Key)).Select(place => place.Value);
    }
}
