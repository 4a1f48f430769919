namespace HealthDashboard.Presentation;

/// <summary>The slides, read from their files at each look, so that a presenter sees a change at once.</summary>
internal sealed class SlideDeck(string contentRoot)
{
    /// <summary>For how long the whole may last, in minutes.</summary>
    public const double Limit = 20;

    /// <summary>The folder of the slides: the checkout's own where there is one, otherwise the one beside the program.</summary>
    public string Folder { get; } = Checkout(contentRoot) ?? Path.Combine(AppContext.BaseDirectory, "presentation");

    private string Benchmarks => Checkout(contentRoot) is { } own
        ? Path.Combine(own, "..", "benchmarks.md")
        : Path.Combine(AppContext.BaseDirectory, "presentation", "sources", "benchmarks.md");

    /// <summary>All slides, by the names of their files.</summary>
    public IReadOnlyList<Slide> Read() => Directory.Exists(Folder)
        ? [.. Directory.EnumerateFiles(Folder, "*.md").Order(StringComparer.Ordinal).Select((file, i) => SlideParser.Parse(i + 1, File.ReadAllText(file), Path.GetFileName(file)))]
        : [];

    /// <summary>The lines of docs/benchmarks.md, against which measured figures are held.</summary>
    public IReadOnlyList<string> MeasuredRows() => File.Exists(Benchmarks) ? File.ReadAllLines(Benchmarks) : [];

    private static string? Checkout(string contentRoot)
    {
        var folder = Path.GetFullPath(Path.Combine(contentRoot, "..", "docs", "presentation"));
        return Directory.Exists(folder) ? folder : null;
    }
}
