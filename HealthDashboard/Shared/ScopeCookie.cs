namespace HealthDashboard.Shared;

/// <summary>
/// The ward that a screen follows, as js/scope.js tells it beforehand: so the first thing that a page shows is that ward, and not the whole
/// hospital for a moment.
/// </summary>
internal static class ScopeCookie
{
    private const string Name = "scope";

    /// <summary>Region and ward; both null for the whole hospital, for another person's choice, and where there is no request.</summary>
    public static (string? Region, string? Ward) Read(HttpContext? context) =>
        context?.Request.Cookies[Name]?.Split('/') is [var person, var region, var ward]
        && Uri.UnescapeDataString(person) == context.User.Identity?.Name && region.Length > 0 && ward.Length > 0
            ? (Uri.UnescapeDataString(region), Uri.UnescapeDataString(ward))
            : (null, null);
}
