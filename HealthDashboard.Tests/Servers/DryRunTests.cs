using HealthDashboard.Presentation;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Servers;

/// <summary>The dry run goes through all slides against the real program, which it starts itself.</summary>
public sealed class DryRunTests
{
    [Fact]
    public async Task All_that_the_slides_show_is_true()
    {
        Assert.SkipUnless(Directory.Exists(AppServer.AppDirectory), "The source is not beside the tests.");
        var (code, said) = await RunAsync(new SlideDeck(AppServer.AppDirectory));
        Assert.True(code == 0, said);
        Assert.Contains("All of it is true", said, StringComparison.Ordinal);
        Assert.Contains("patients: SQLite answered", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_figure_that_is_not_true_fails_it()
    {
        using var folder = new TempDirectory();
        var slides = Directory.CreateDirectory(Path.Combine(folder.Path, "docs", "presentation"));
        await File.WriteAllTextAsync(Path.Combine(slides.FullName, "1.md"), "# One\n{{calculated:5|of what|2 × 2}}\n", TestContext.Current.CancellationToken);
        // Nothing listens there.
        var (code, said) = await RunAsync(new SlideDeck(Path.Combine(folder.Path, "app")), "--server", "http://127.0.0.1:9");
        Assert.Equal(1, code);
        Assert.Contains("NOT TRUE: 1.md: 2 × 2 is 4, not 5.", said, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Said)> RunAsync(SlideDeck deck, params string[] more)
    {
        var output = new StringWriter();
        var code = await PresentCommand.Build(deck, AppServer.AppDirectory, TimeProvider.System, output).Parse(["present", "--auto", .. more]).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);
        return (code, output.ToString());
    }
}
