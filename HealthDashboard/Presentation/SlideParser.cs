using System.Globalization;
using System.Text.RegularExpressions;
using Markdig;

namespace HealthDashboard.Presentation;

/// <summary>
/// Reads a slide: a first heading, a line <c>Minutes: 1.5</c>, Markdown with directives on lines of their own (<c>{{live:alerts}}</c>), and after a line
/// <c>Notes:</c> what the presenter says.
/// </summary>
internal static partial class SlideParser
{
    private const double UsualMinutes = 1;

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().DisableHtml().UsePipeTables().Build();

    /// <summary>Reads one slide.</summary>
    public static Slide Parse(int number, string text, string source)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        var notesAt = Array.FindIndex(lines, line => line.Trim() == "Notes:");
        var body = notesAt < 0 ? lines : lines[..notesAt];
        var notes = notesAt < 0 ? "" : string.Join('\n', lines[(notesAt + 1)..]).Trim();
        var (title, minutes) = ($"Slide {number}", UsualMinutes);
        List<SlidePart> parts = [];
        List<string> markdown = [];
        var (titled, fenced) = (false, false);
        foreach (var line in body)
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
                fenced = !fenced;
            if (fenced)
                markdown.Add(line);
            else if (!titled && line.StartsWith("# ", StringComparison.Ordinal))
                (title, titled) = (line[2..].Trim(), true);
            else if (MinutesLine().Match(line) is { Success: true } planned)
                minutes = double.Parse(planned.Groups["minutes"].Value, CultureInfo.InvariantCulture);
            else if (DirectiveLine().Match(line) is { Success: true } directive)
            {
                Flush();
                parts.Add(PartOf(directive.Groups["name"].Value, directive.Groups["argument"].Value.Trim(), line.Trim()));
            }
            else
                markdown.Add(line);
        }
        Flush();
        return new(number, title, minutes, parts, notes, source);

        void Flush()
        {
            var written = string.Join('\n', markdown).Trim();
            markdown.Clear();
            if (written.Length > 0)
                parts.Add(new TextPart(Markdown.ToHtml(written, Pipeline)));
        }
    }

    private static SlidePart PartOf(string name, string argument, string line)
    {
        string[] fields = [.. argument.Split('|').Select(field => field.Trim())];
        return (name, fields) switch
        {
            ("live", [var live]) when LiveParts.Names.Contains(live) => new LivePart(live),
            ("live", _) => new UnknownPart(line, $"Nothing live is called '{argument}'; there are {string.Join(", ", LiveParts.Names.Order(StringComparer.Ordinal))}."),
            ("frame", [var address]) when address.StartsWith('/') && !address.StartsWith("//", StringComparison.Ordinal) => new FramePart(address),
            ("frame", _) => new UnknownPart(line, "A frame shows a page of this program; its address begins with one slash."),
            ("cited", [var value, var label, var source]) => new CitedFigure(value, label, source),
            ("measured", [var value, var label, var row]) => new MeasuredFigure(value, label, row),
            ("calculated", [var value, var label, var terms]) => new CalculatedFigure(value, label, terms),
            ("cited" or "measured" or "calculated", _) => new UnknownPart(line, $"'{name}' has three fields with | between."),
            _ => new UnknownPart(line, $"No directive is called '{name}'; there are live, frame, cited, measured and calculated."),
        };
    }

    [GeneratedRegex(@"^\s*\{\{(?<name>[a-z]+):(?<argument>.*)\}\}\s*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DirectiveLine();

    [GeneratedRegex(@"^Minutes: (?<minutes>\d{1,2}(\.\d{1,2})?)\s*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MinutesLine();
}
