using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;

namespace HealthDashboard.Shell;

/// <summary>A link of the main navigation. It is also the current one on pages of its section that have an address of their own.</summary>
public sealed class SectionLink : NavLink
{
    /// <summary>The first part of the addresses of these pages, such as <c>what-if</c>.</summary>
    [Parameter, EditorRequired] public required IReadOnlyList<string> Pages { get; set; }

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    /// <inheritdoc/>
    protected override bool ShouldMatch(string uriAbsolute)
    {
        var first = Navigation.ToBaseRelativePath(uriAbsolute).Split('/', '?', '#')[0];
        return base.ShouldMatch(uriAbsolute) || Pages.Contains(first, StringComparer.OrdinalIgnoreCase);
    }
}
