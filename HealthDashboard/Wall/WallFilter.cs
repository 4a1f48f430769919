using HealthDashboard.Alerts;
using HealthDashboard.Data.Model;
using HealthDashboard.Live;
using Microsoft.AspNetCore.WebUtilities;

namespace HealthDashboard.Wall;

/// <summary>Which beds a wall shows, and how. Kept in the page's address, so that each screen of a ward can be bookmarked.</summary>
/// <param name="Region">Only this region; null for all.</param>
/// <param name="Ward">Only this ward; null for all.</param>
/// <param name="AtLeast">Only beds with an open alert of this priority or a higher one; null for all.</param>
/// <param name="ByAcuity">The most acute first; otherwise each bed has its place, by ward and bed.</param>
/// <param name="Private">Initials in place of names.</param>
public sealed record WallFilter(string? Region = null, string? Ward = null, AlertPriority? AtLeast = null, bool ByAcuity = false, bool Private = false)
{
    /// <summary>The tiles of a frame that pass, in order.</summary>
    public IReadOnlyList<BedTile> Apply(WallFrame frame) => [.. (ByAcuity ? frame.ByAcuity : frame.ByBed).Where(Passes)];

    /// <summary>Who needs somebody, of the wards that are shown.</summary>
    public IReadOnlyList<WallCall> ApplyToCalls(WallFrame frame) =>
        Region is null && Ward is null ? frame.Calls : [.. frame.Calls.Where(call => (Region ?? call.Region) == call.Region && (Ward ?? call.Ward) == call.Ward)];

    /// <summary>Reads the filter from an address; what it does not understand does not restrict.</summary>
    public static WallFilter FromUri(string uri)
    {
        var query = QueryHelpers.ParseQuery(new Uri(uri).Query);
        string? Text(string key) => query.TryGetValue(key, out var value) && !string.IsNullOrEmpty(value) ? value.ToString() : null;
        return new(Text("region"), Text("ward"), AlertFilter.Choice<AlertPriority>(Text("priority")), Text("sort") == "acuity", Text("names") == "initials");
    }

    /// <summary>The filter as the query of an address; empty when it is the default.</summary>
    public string ToQuery() => QueryHelpers.AddQueryString("", new Dictionary<string, string?>
    {
        ["region"] = Region,
        ["ward"] = Ward,
        ["priority"] = AtLeast?.ToString().ToLowerInvariant(),
        ["sort"] = ByAcuity ? "acuity" : null,
        ["names"] = Private ? "initials" : null,
    });

    private bool Passes(BedTile tile) =>
        (Region is null || tile.Region == Region)
        && (Ward is null || tile.Ward == Ward)
        && AtLeast switch
        {
            null => true,
            AlertPriority.High => tile.Alarms.High > 0,
            AlertPriority.Medium => tile.Alarms.High + tile.Alarms.Medium > 0,
            _ => tile.Alarm is not null,
        };
}
