using System.Globalization;

namespace HealthDashboard.Bench;

/// <summary>What was measured, as a Markdown table.</summary>
internal sealed class Table
{
    private readonly List<string[]> rows = [["measured", "ours", "raw limit", "ours / raw"], ["---", "---", "---", "---"]];

    /// <summary>A figure beside the limit that the machine had in the same run.</summary>
    /// <param name="what">What was measured.</param>
    /// <param name="ours">Our figure.</param>
    /// <param name="raw">The limit, in the same unit.</param>
    /// <param name="unit">The unit of both.</param>
    /// <param name="limit">What the limit is of.</param>
    public void Add(string what, double ours, double raw, string unit, string limit) =>
        Add(what, $"{Say(ours)} {unit}", $"{Say(raw)} {unit} ({limit})", string.Create(CultureInfo.InvariantCulture, $"{ours / raw:0.00}"));

    /// <summary>A figure that has no raw limit beside it.</summary>
    public void Add(string what, string ours, string beside = "", string ratio = "")
    {
        rows.Add([what, ours, beside, ratio]);
        Console.Error.WriteLine($"  {what}: {ours} {beside} {ratio}");
    }

    /// <summary>Writes the table.</summary>
    public void Print(TextWriter to)
    {
        var widths = Enumerable.Range(0, 4).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
            to.WriteLine("| " + string.Join(" | ", row.Select((cell, column) => row == rows[1] ? new string('-', widths[column]) : cell.PadRight(widths[column]))) + " |");
    }

    /// <summary>A number as people read it: three digits that count.</summary>
    public static string Say(double value) => value.ToString(Math.Abs(value) >= 100 ? "#,0" : Math.Abs(value) >= 10 ? "0.0" : "0.00", CultureInfo.InvariantCulture);

    /// <summary>The value below which a share of the values is.</summary>
    public static double Percentile(IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        return sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
    }
}
