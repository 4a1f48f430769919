using System.Globalization;
using System.Text;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Live;

/// <summary>Ten minutes of a sign as the path of a small drawing, as short as a path can be: it goes to every open wall.</summary>
internal static class Sparkline
{
    /// <summary>The drawing's width: one for each step.</summary>
    public const int Width = PatientVitals.Steps;

    /// <summary>The drawing's height.</summary>
    public const int Height = 20;

    // A calm heart is a calm line: less than this is not stretched to the full height.
    private const double SmallestSpan = 24;

    /// <summary>The path of the steps that are complete; where steps are missing, so is the line. Empty when there are fewer than two.</summary>
    public static string Path(IReadOnlyList<Sample> samples, DateTimeOffset now)
    {
        var current = now.ToUnixTimeMilliseconds() / PatientVitals.StepMilliseconds;
        var complete = samples.Where(sample => sample.Time / PatientVitals.StepMilliseconds < current).ToList();
        if (complete.Count < 2)
            return "";
        var (low, high) = (complete.Min(sample => sample.Value), complete.Max(sample => sample.Value));
        var span = Math.Max(high - low, SmallestSpan);
        var bottom = ((low + high) / 2) - (span / 2);

        var path = new StringBuilder(256);
        (long X, int Y)? last = null;
        foreach (var sample in complete)
        {
            var x = Width - (current - (sample.Time / PatientVitals.StepMilliseconds));
            var y = (int)Math.Round(Height - 1 - ((sample.Value - bottom) / span * (Height - 2)));
            if (last is { } from && x - from.X <= 2)
                path.Append(CultureInfo.InvariantCulture, $"l{x - from.X} {y - from.Y}");
            else
                path.Append(CultureInfo.InvariantCulture, $"M{x} {y}");
            last = (x, y);
        }
        return path.ToString();
    }
}
