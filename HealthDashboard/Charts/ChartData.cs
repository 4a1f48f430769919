using HealthDashboard.Data.Model;
using HealthDashboard.Shared;

namespace HealthDashboard.Charts;

/// <summary>What goes to js/chart.js; as few characters as it takes, because it goes there every two seconds.</summary>
/// <param name="From">The left edge, milliseconds since 1970 UTC.</param>
/// <param name="To">The right edge.</param>
/// <param name="Since">Points from here on replace those that the browser has; the left edge to replace all.</param>
/// <param name="Ticks">The marks of the time axis.</param>
/// <param name="Signs">The signs by name.</param>
internal sealed record ChartData(long From, long To, long Since, IReadOnlyList<ChartTick> Ticks, IReadOnlyDictionary<string, SignData> Signs)
{
    /// <summary>Writes out what the stores gave.</summary>
    /// <param name="window">All that is shown.</param>
    /// <param name="asked">The part of it that was asked for.</param>
    /// <param name="points">What there is in that part.</param>
    /// <param name="gap">Over how long a silence no line is drawn.</param>
    /// <param name="zone">The hospital's time zone.</param>
    public static ChartData Of(
        ChartWindow window, ChartWindow asked, IReadOnlyDictionary<VitalSign, IReadOnlyList<VitalPoint>> points, Func<VitalSign, TimeSpan> gap, TimeZoneInfo zone) =>
        new(Milliseconds(window.From), Milliseconds(window.To), Milliseconds(asked.From), ChartAxis.Ticks(window.From, window.To, zone), points.ToDictionary(
            entry => entry.Key.Info().Name,
            entry => new SignData((long)gap(entry.Key).TotalMilliseconds, [.. entry.Value.Select(point => Row(entry.Key, point))])));

    private static double[] Row(VitalSign sign, VitalPoint point)
    {
        var decimals = sign.Info().Decimals;
        return [Milliseconds(point.Time), Math.Round(point.Min, decimals), Math.Round(point.Max, decimals), Math.Round(point.Mean, decimals + 1)];
    }

    private static long Milliseconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds();
}

/// <summary>One sign's part of <see cref="ChartData"/>.</summary>
/// <param name="Gap">Over how many milliseconds of silence no line is drawn.</param>
/// <param name="Points">Time, lowest, highest and mean of each part.</param>
internal sealed record SignData(long Gap, IReadOnlyList<double[]> Points);

/// <summary>A line across a chart where an alarm begins.</summary>
/// <param name="Sign">The sign's name.</param>
/// <param name="Value">The limit.</param>
/// <param name="Side">"low" or "high".</param>
/// <param name="Priority">Of the alarm beyond it.</param>
internal sealed record ChartLimit(string Sign, double Value, string Side, string Priority)
{
    /// <summary>The lines of a sign's limits.</summary>
    public static IEnumerable<ChartLimit> Of(VitalSign sign, SignLimits limits)
    {
        var name = sign.Info().Name;
        (double? Value, string Side, string Priority)[] lines =
            [(limits.Low, "low", "medium"), (limits.High, "high", "medium"), (limits.ExtremeLow, "low", "high"), (limits.ExtremeHigh, "high", "high")];
        foreach (var (value, side, priority) in lines)
        {
            // What no value can cross needs no line.
            if (value is { } at && at != (side == "low" ? sign.Info().Minimum : sign.Info().Maximum))
                yield return new(name, at, side, priority);
        }
    }
}

/// <summary>Where an alert was raised.</summary>
/// <param name="Sign">The sign's name.</param>
/// <param name="Time">Milliseconds since 1970 UTC.</param>
/// <param name="Until">When it was over, likewise; null while it holds.</param>
/// <param name="Priority">Its priority.</param>
/// <param name="Mark">Its mark.</param>
/// <param name="Text">What it is about.</param>
internal sealed record ChartMark(string Sign, long Time, long? Until, string Priority, string Mark, string Text)
{
    /// <summary>The mark of an alert.</summary>
    public static ChartMark Of(Alert alert) => new(
        alert.Sign, alert.RaisedAt.ToUnixTimeMilliseconds(), alert.EndedAt?.ToUnixTimeMilliseconds(), alert.Priority.ToString().ToLowerInvariant(), new string('*', (int)alert.Priority), Display.Words(alert));
}
