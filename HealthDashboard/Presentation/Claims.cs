using System.Globalization;

namespace HealthDashboard.Presentation;

/// <summary>Whether what the slides say holds, as far as that follows from files.</summary>
internal static class Claims
{
    /// <summary>Everything in the slides that is not true, a sentence each.</summary>
    public static IReadOnlyList<string> Check(IReadOnlyList<Slide> slides, IReadOnlyList<string> measured)
    {
        List<string> wrong = [];
        if (slides.Count == 0)
            wrong.Add("There are no slides.");
        if (slides.Sum(slide => slide.Minutes) is var minutes and > SlideDeck.Limit)
            wrong.Add(string.Create(CultureInfo.InvariantCulture, $"The slides take {minutes:0.##} minutes; at most {SlideDeck.Limit:0} are planned."));
        foreach (var slide in slides)
            wrong.AddRange(slide.Parts.Select(part => Problem(part, measured)).OfType<string>().Select(problem => $"{slide.Source}: {problem}"));
        return wrong;
    }

    /// <summary>What is not true of one part; null when nothing is.</summary>
    public static string? Problem(SlidePart part, IReadOnlyList<string> measured) => part switch
    {
        UnknownPart unknown => $"{unknown.Text}: {unknown.Problem}",
        CitedFigure { Source.Length: 0 } figure => $"{figure.Value} names no source.",
        MeasuredFigure figure when !measured.Any(row => Has(row, figure)) => $"No row of benchmarks.md that begins with '{figure.Row}' has '{figure.Value}'.",
        CalculatedFigure figure => Calculated(figure),
        _ => null,
    };

    /// <summary>Multiplies and divides from left to right.</summary>
    /// <returns>The result; null when the terms cannot be read.</returns>
    public static double? Calculate(string terms)
    {
        var (result, divides) = (1.0, false);
        var tokens = terms.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < tokens.Length; i++)
        {
            if (i % 2 == 1)
            {
                if (tokens[i] is not ("×" or "÷"))
                    return null;
                divides = tokens[i] == "÷";
            }
            else if (Number(tokens[i]) is not { } factor)
                return null;
            else
                result = divides ? result / factor : result * factor;
        }
        return tokens.Length % 2 == 1 ? result : null;
    }

    private static string? Calculated(CalculatedFigure figure)
    {
        var shown = figure.Value.Split(' ')[0];
        if (Number(shown) is not { } value || Calculate(figure.Terms) is not { } result)
            return $"'{figure.Value}' or '{figure.Terms}' is no number or calculation.";
        // As exact as it is written: 3.5 may be anything from 3.45 to 3.55.
        var decimals = shown.Contains('.', StringComparison.Ordinal) ? shown.Length - shown.IndexOf('.', StringComparison.Ordinal) - 1 : 0;
        return Math.Abs(value - result) <= 0.5000001 * Math.Pow(10, -decimals)
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"{figure.Terms} is {result:0.###}, not {figure.Value}.");
    }

    private static bool Has(string row, MeasuredFigure figure)
    {
        var cells = row.Split('|', StringSplitOptions.TrimEntries);
        return cells.Length > 2 && cells[1] == figure.Row && cells[2..].Any(cell => cell.Contains(figure.Value, StringComparison.Ordinal))
            || (cells.Length == 1 && figure.Row.Length > 0 && row.Contains(figure.Row, StringComparison.Ordinal) && row.Contains(figure.Value, StringComparison.Ordinal));
    }

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.AllowThousands | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;
}
