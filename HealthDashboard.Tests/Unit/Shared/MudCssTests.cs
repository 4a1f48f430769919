using System.Text.RegularExpressions;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Shared;

/// <summary>The component library's style sheet finds each variable that it uses: there is no theme provider that would write them.</summary>
public sealed partial class MudCssTests
{
    [Fact]
    public void Every_variable_that_the_library_uses_without_a_fallback_has_a_value()
    {
        Assert.SkipWhen(!Directory.Exists(AppServer.AppDirectory), "The style sheets are read from the app's source.");
        var library = File.ReadAllText(Path.Combine(Package(), "staticwebassets", "MudBlazor.min.css"));
        var own = File.ReadAllText(Path.Combine(AppServer.AppDirectory, "wwwroot", "css", "mud.css"));
        var defined = Definition().Matches(library + own).Select(match => match.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);
        var used = Use().Matches(library).Select(match => match.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);
        Assert.Subset(defined, used);
    }

    [GeneratedRegex(@"var\((?<name>--mud-[\w-]+)\s*\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Use();

    [GeneratedRegex(@"(?<name>--mud-[\w-]+)\s*:", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Definition();

    // The package that the app was built with.
    private static string Package()
    {
        var version = typeof(MudBlazor.MudButton).Assembly.GetName().Version!;
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        return Path.Combine(packages, "mudblazor", version.ToString(3));
    }
}
