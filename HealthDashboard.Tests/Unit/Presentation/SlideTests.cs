using HealthDashboard.Presentation;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Presentation;

/// <summary>How slides are read, and how what they say is held against its sources.</summary>
public sealed class SlideTests
{
    private static readonly string[] Rows = ["| JSON | 459,000 /s | 207,000 /s |", "Redis killed: 958 alerts raised, 0 lost."];

    [Fact]
    public void A_slide_has_a_title_minutes_parts_and_notes()
    {
        var slide = SlideParser.Parse(3, "# Alerts\nMinutes: 1.5\n\nSeen **at once**.\n\n{{live:alerts}}\n{{frame:/alerts}}\n\nNotes:\nSay it.\nSlowly.\n", "a.md");
        Assert.Equal(("Alerts", 1.5, "Say it.\nSlowly.", 3), (slide.Title, slide.Minutes, slide.Notes, slide.Number));
        Assert.Collection(
            slide.Parts,
            part => Assert.Contains("<strong>at once</strong>", Assert.IsType<TextPart>(part).Html, StringComparison.Ordinal),
            part => Assert.Equal(new LivePart("alerts"), part),
            part => Assert.Equal(new FramePart("/alerts"), part));
    }

    [Fact]
    public void Raw_html_is_shown_as_text()
    {
        var html = Assert.IsType<TextPart>(Assert.Single(SlideParser.Parse(1, "<script>alert(1)</script>", "a.md").Parts)).Html;
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_directive_in_a_code_block_is_text() =>
        Assert.IsType<TextPart>(Assert.Single(SlideParser.Parse(1, "```\n{{live:alerts}}\n```", "a.md").Parts));

    [Theory]
    [InlineData("{{live:nothing}}")]
    [InlineData("{{dance:now}}")]
    [InlineData("{{frame:https://example.org}}")]
    [InlineData("{{frame://example.org}}")]
    [InlineData("{{measured:1|a}}")]
    public void An_unknown_directive_is_shown_with_what_is_wrong_and_is_not_true(string line)
    {
        var slide = SlideParser.Parse(1, line, "a.md");
        Assert.NotEmpty(Assert.IsType<UnknownPart>(Assert.Single(slide.Parts)).Problem);
        Assert.Contains(line, Assert.Single(Claims.Check([slide], Rows)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{measured:459,000 /s|readings|JSON}}", true)]
    [InlineData("{{measured:460,000 /s|readings|JSON}}", false)]
    [InlineData("{{measured:459,000 /s|readings|line protocol}}", false)]
    [InlineData("{{measured:0 lost|of all|958 alerts raised}}", true)]
    [InlineData("{{calculated:0.17 GB|a week|77 × 6 × 604,800 × 0.61 ÷ 1,000,000,000}}", true)]
    [InlineData("{{calculated:0.18 GB|a week|77 × 6 × 604,800 × 0.61 ÷ 1,000,000,000}}", false)]
    [InlineData("{{calculated:462|a second|77 + 6}}", false)]
    [InlineData("{{cited:72-99 %|alarms|Sendelbach & Funk 2013}}", true)]
    [InlineData("{{cited:72-99 %|alarms|}}", false)]
    public void A_figure_is_held_against_its_source(string line, bool holds) =>
        Assert.Equal(holds, Claims.Check([SlideParser.Parse(1, line, "a.md")], Rows).Count == 0);

    [Fact]
    public void More_than_20_minutes_are_too_many() =>
        Assert.Contains("20.5 minutes", Assert.Single(Claims.Check([SlideParser.Parse(1, "Minutes: 20.5\na", "a.md")], Rows)), StringComparison.Ordinal);

    [Fact]
    public void The_slides_of_the_checkout_hold()
    {
        Assert.SkipUnless(Directory.Exists(AppServer.AppDirectory), "The source is not beside the tests.");
        var deck = new SlideDeck(AppServer.AppDirectory);
        var slides = deck.Read();
        Assert.Empty(Claims.Check(slides, deck.MeasuredRows()));
        Assert.InRange(slides.Count, 14, 20);
        Assert.All(slides, slide => Assert.True(slide.Notes.Length > 0, $"{slide.Source} has no notes."));
        // Every live part has its place.
        Assert.Equal(LiveParts.Names.Order(StringComparer.Ordinal), slides.SelectMany(slide => slide.Parts).OfType<LivePart>().Select(live => live.Name).Order(StringComparer.Ordinal));
    }
}
