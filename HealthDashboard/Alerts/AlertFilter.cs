using HealthDashboard.Data.Model;
using HealthDashboard.Monitoring;
using Microsoft.AspNetCore.WebUtilities;

namespace HealthDashboard.Alerts;

/// <summary>Which alerts a screen shows. Kept in the page's address, so that it outlives a restart of the server and can be shared.</summary>
/// <param name="Region">Only this region; null for all.</param>
/// <param name="Ward">Only this ward; null for all.</param>
/// <param name="AtLeast">Only this priority and higher ones; null for all.</param>
/// <param name="Kind">Only this kind; null for all.</param>
public sealed record AlertFilter(string? Region = null, string? Ward = null, AlertPriority? AtLeast = null, AlertKind? Kind = null)
{
    /// <summary>Whether an alert of a patient or a ward passes. An alert of an unknown patient passes every region and ward: it must not get lost.</summary>
    public bool Passes(Alert alert, Patient? patient) =>
        (AtLeast is null || alert.Priority >= AtLeast)
        && (Kind is null || alert.Kind == Kind)
        && IsIn(WardGroup.Of(alert, patient), Region, Ward);

    /// <summary>Whether a place is in a region and ward, each null for any; an unknown place is in all.</summary>
    internal static bool IsIn(WardGroup? place, string? region, string? ward) =>
        place is null || ((region is null || place.Region == region) && (ward is null || place.Ward == ward));

    /// <summary>Reads the filter from an address; what it does not understand does not restrict.</summary>
    public static AlertFilter FromUri(string uri)
    {
        var query = QueryHelpers.ParseQuery(new Uri(uri).Query);
        string? Text(string key) => query.TryGetValue(key, out var value) && !string.IsNullOrEmpty(value) ? value.ToString() : null;
        return new(Text("region"), Text("ward"), Choice<AlertPriority>(Text("priority")), Choice<AlertKind>(Text("kind")));
    }

    /// <summary>The filter as the query of an address; empty when it does not restrict.</summary>
    public string ToQuery() => QueryHelpers.AddQueryString("", new Dictionary<string, string?>
    {
        ["region"] = Region,
        ["ward"] = Ward,
        ["priority"] = AtLeast?.ToString().ToLowerInvariant(),
        ["kind"] = Kind?.ToString().ToLowerInvariant(),
    });

    /// <summary>One of an enum's names, without regard to case; null for anything else.</summary>
    internal static T? Choice<T>(string? name)
        where T : struct, Enum =>
        Enum.TryParse<T>(name, ignoreCase: true, out var value) && Enum.IsDefined(value) ? value : null;
}
