namespace HealthDashboard.Scopes;

/// <summary>
/// What a screen follows, as js/scope.js says it beforehand: so the first thing that a page shows is that, and not the whole hospital for a
/// moment.
/// </summary>
internal static class ScopeCookie
{
    /// <summary>The choice of a person's own patients.</summary>
    public const string Mine = "mine";

    private const string Name = "scope";

    /// <summary>
    /// The choice as js/scope.js writes it: <c>region/ward</c>, each percent-encoded, or <see cref="Mine"/>; null for the whole hospital, for
    /// another person's choice, and where there is no request.
    /// </summary>
    public static string? Read(HttpContext? context) =>
        context?.Request.Cookies[Name]?.Split('/', 2) is [var person, { Length: > 1 } choice] && Uri.UnescapeDataString(person) == context.User.Identity?.Name
            ? choice
            : null;
}
