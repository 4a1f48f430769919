namespace HealthDashboard.Presentation;

/// <summary>One slide, as its file says it.</summary>
/// <param name="Number">Its place, from 1.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Minutes">How long it is planned to take.</param>
/// <param name="Parts">What is on it, in order.</param>
/// <param name="Notes">What the presenter says; empty for nothing.</param>
/// <param name="Source">The name of its file.</param>
public sealed record Slide(int Number, string Title, double Minutes, IReadOnlyList<SlidePart> Parts, string Notes, string Source);

/// <summary>A piece of a slide.</summary>
public abstract record SlidePart;

/// <summary>Text.</summary>
/// <param name="Html">As it is shown; raw HTML in the text is shown as text.</param>
public sealed record TextPart(string Html) : SlidePart;

/// <summary>The sample query of a role, or another figure, that is queried while the slide is shown.</summary>
/// <param name="Name">One of those that the program knows.</param>
public sealed record LivePart(string Name) : SlidePart;

/// <summary>A page of the program in the slide.</summary>
/// <param name="Address">Its address, which begins with a slash.</param>
public sealed record FramePart(string Address) : SlidePart;

/// <summary>A figure that somebody else published.</summary>
/// <param name="Value">The figure.</param>
/// <param name="Label">What it is of.</param>
/// <param name="Source">Where it was published.</param>
public sealed record CitedFigure(string Value, string Label, string Source) : SlidePart;

/// <summary>A figure that a row of docs/benchmarks.md has.</summary>
/// <param name="Value">The figure, as that row has it.</param>
/// <param name="Label">What it is of.</param>
/// <param name="Row">How the row begins.</param>
public sealed record MeasuredFigure(string Value, string Label, string Row) : SlidePart;

/// <summary>A figure that follows from others.</summary>
/// <param name="Value">The result, as it is shown.</param>
/// <param name="Label">What it is of.</param>
/// <param name="Terms">The calculation: factors with × and ÷ between.</param>
public sealed record CalculatedFigure(string Value, string Label, string Terms) : SlidePart;

/// <summary>A directive that means nothing.</summary>
/// <param name="Text">As it was written.</param>
/// <param name="Problem">What is wrong with it.</param>
public sealed record UnknownPart(string Text, string Problem) : SlidePart;
