using HealthDashboard.Data.Model;

namespace HealthDashboard.Live;

/// <summary>All beds at one moment; never changed once made.</summary>
/// <param name="ByBed">The tiles by region, ward and bed.</param>
/// <param name="ByAcuity">The same tiles, the most acute first.</param>
/// <param name="LastReading">The time of the newest reading of all; null when there is none.</param>
public sealed record WallFrame(IReadOnlyList<BedTile> ByBed, IReadOnlyList<BedTile> ByAcuity, DateTimeOffset? LastReading)
{
    /// <summary>Who needs somebody now, the most urgent first.</summary>
    public IReadOnlyList<WallCall> Calls { get; init; } = [];

    /// <summary>The beds and calls of some patients and places; of a call for a whole ward there is no patient.</summary>
    public WallFrame Where(Func<string, string, ObjectId?, bool> has) => this with
    {
        ByBed = [.. ByBed.Where(tile => has(tile.Region, tile.Ward, tile.PatientId))],
        ByAcuity = [.. ByAcuity.Where(tile => has(tile.Region, tile.Ward, tile.PatientId))],
        Calls = [.. Calls.Where(call => has(call.Region, call.Ward, call.Patient?.Id))],
    };

    /// <summary>Tiles in the order of their places.</summary>
    internal static IReadOnlyList<BedTile> InPlace(IEnumerable<BedTile> tiles) =>
    [
        .. tiles.OrderBy(tile => tile.Region, StringComparer.Ordinal)
            .ThenBy(tile => tile.Ward, StringComparer.Ordinal)
            .ThenBy(tile => tile.Bed.Length) // "9" before "10"
            .ThenBy(tile => tile.Bed, StringComparer.Ordinal),
    ];

    /// <summary>No bed at all.</summary>
    public static WallFrame Empty { get; } = new([], [], null);
}
