using System.Globalization;
using System.Text;

namespace HealthDashboard.Cohorts;

/// <summary>Where the figures of cohorts stand in a drawing. An hour is a step as wide as an hour, so that one alone is seen too.</summary>
internal sealed class CohortPlot
{
    /// <summary>The drawing's width.</summary>
    public const int Width = 760;

    /// <summary>Its height.</summary>
    public const int Height = 340;

    /// <summary>Where the hours begin.</summary>
    public const int Left = 74;

    /// <summary>Where they end.</summary>
    public const int Right = 716;

    /// <summary>Where the number of stays is greatest.</summary>
    public const int StaysTop = 270;

    /// <summary>Where it is 0.</summary>
    public const int StaysBottom = 310;

    private const int Top = 22;
    private const int Bottom = 240;
    private const int MostLines = 6;
    private const int BetweenNames = 16;

    private static readonly double[] Steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100];

    private readonly int hours;
    private readonly double low;
    private readonly double high;

    private CohortPlot(int hours, double lowest, double highest, int mostStays)
    {
        this.hours = hours;
        var step = Array.Find(Steps, step => (highest - lowest) / step <= MostLines - 2);
        step = step == 0 ? Steps[^1] : step;
        (low, high) = (Math.Floor(lowest / step) * step, Math.Ceiling(highest / step) * step);
        if (low == high)
            high += step;
        Values = [.. Enumerable.Range(0, (int)Math.Round((high - low) / step) + 1).Select(i => low + (i * step))];
        Decimals = step < 1 ? 1 : 0;
        MostStays = mostStays;
        var stride = hours switch { <= 24 => 4, <= 72 => 12, <= 168 => 24, _ => 48 };
        Hours = [.. Enumerable.Range(0, (hours / stride) + 1).Select(i => i * stride)];
    }

    /// <summary>The values that have a line.</summary>
    public IReadOnlyList<double> Values { get; }

    /// <summary>How many decimals they have.</summary>
    public int Decimals { get; }

    /// <summary>The hours that are named.</summary>
    public IReadOnlyList<int> Hours { get; }

    /// <summary>The most stays behind an hour.</summary>
    public int MostStays { get; }

    /// <summary>The drawing of a report; null where no hour has enough stays.</summary>
    public static CohortPlot? Of(CohortReport report)
    {
        List<CohortHour> all = [.. report.Courses.SelectMany(course => course.Hours)];
        List<CohortHour> drawn = [.. all.Where(hour => hour.Median is not null)];
        return drawn.Count == 0 ? null : new(report.Query.Hours, drawn.Min(hour => hour.P10!.Value), drawn.Max(hour => hour.P90!.Value), all.Max(hour => hour.Stays));
    }

    /// <summary>Where an hour begins.</summary>
    public double X(int hour) => Left + ((double)hour / hours * (Right - Left));

    /// <summary>Where a value stands.</summary>
    public double Y(double value) => Bottom - ((value - low) / (high - low) * (Bottom - Top));

    /// <summary>The outline of the band, in pieces where hours are left out.</summary>
    public string Band(CohortCourse course)
    {
        var path = new StringBuilder();
        foreach (var piece in Pieces(course))
        {
            path.Append(CultureInfo.InvariantCulture, $"M{Number(X(piece[0].Hour))} {Number(Y(piece[0].P90!.Value))}");
            foreach (var hour in piece)
                path.Append(CultureInfo.InvariantCulture, $"V{Number(Y(hour.P90!.Value))}H{Number(X(hour.Hour + 1))}");
            foreach (var hour in piece.AsEnumerable().Reverse())
                path.Append(CultureInfo.InvariantCulture, $"V{Number(Y(hour.P10!.Value))}H{Number(X(hour.Hour))}");
            path.Append('Z');
        }
        return path.ToString();
    }

    /// <summary>The line of the median, in the same pieces.</summary>
    public string Median(CohortCourse course)
    {
        var path = new StringBuilder();
        foreach (var piece in Pieces(course))
        {
            path.Append(CultureInfo.InvariantCulture, $"M{Number(X(piece[0].Hour))} {Number(Y(piece[0].Median!.Value))}");
            foreach (var hour in piece)
                path.Append(CultureInfo.InvariantCulture, $"V{Number(Y(hour.Median!.Value))}H{Number(X(hour.Hour + 1))}");
        }
        return path.ToString();
    }

    /// <summary>How many stays are behind each hour, as a shape.</summary>
    public string Stays(CohortCourse course)
    {
        var path = new StringBuilder().Append(CultureInfo.InvariantCulture, $"M{Left} {StaysBottom}");
        foreach (var hour in course.Hours)
            path.Append(CultureInfo.InvariantCulture, $"V{Number(StaysBottom - ((double)hour.Stays / MostStays * (StaysBottom - StaysTop)))}H{Number(X(hour.Hour + 1))}");
        return path.Append(CultureInfo.InvariantCulture, $"V{StaysBottom}Z").ToString();
    }

    /// <summary>Where the name of each course stands: at the end of its line, and apart from the other's.</summary>
    public IEnumerable<(int Cohort, double X, double Y)> Ends(IReadOnlyList<CohortCourse> courses)
    {
        double? before = null;
        foreach (var (i, course) in courses.Index())
        {
            if (course.Hours.LastOrDefault(hour => hour.Median is not null) is not { } end)
                continue;
            var y = Y(end.Median!.Value) + 4;
            if (before is { } other && Math.Abs(y - other) < BetweenNames)
                y = y < other ? other - BetweenNames : other + BetweenNames;
            before = y;
            yield return (i, X(end.Hour + 1), y);
        }
    }

    /// <summary>A number as a drawing has it.</summary>
    public static string Number(double value) => Math.Round(value, 1).ToString(CultureInfo.InvariantCulture);

    private static IEnumerable<List<CohortHour>> Pieces(CohortCourse course)
    {
        List<CohortHour> piece = [];
        foreach (var hour in course.Hours)
        {
            if (hour.Median is not null)
                piece.Add(hour);
            else if (piece.Count > 0)
            {
                yield return piece;
                piece = [];
            }
        }
        if (piece.Count > 0)
            yield return piece;
    }
}
