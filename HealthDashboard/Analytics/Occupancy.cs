using System.Globalization;
using System.Text;

namespace HealthDashboard.Analytics;

/// <summary>How many beds of a ward were taken, by the hour of the day.</summary>
/// <param name="Ward">The ward; its bed is empty.</param>
/// <param name="Beds">On average in each hour, on the hospital's clock.</param>
public sealed record Occupancy(BedName Ward, IReadOnlyList<double> Beds)
{
    /// <summary>The drawing's width.</summary>
    public const int Width = 240;

    /// <summary>Its height.</summary>
    public const int Height = 40;

    /// <summary>Each ward's, over the hours of a report that are known.</summary>
    /// <param name="report">The report.</param>
    /// <param name="zone">The hospital's time zone.</param>
    public static IReadOnlyList<Occupancy> Of(AlarmReport report, TimeZoneInfo zone)
    {
        var days = new int[AlarmTally.Hours];
        var end = report.AsOf is { } asOf && asOf < report.Query.To ? asOf : report.Query.To;
        for (var hour = report.Query.From; hour < end; hour = hour.AddHours(1))
            days[TimeZoneInfo.ConvertTime(hour, zone).Hour]++;
        return [.. report.Wards.Select(ward => new Occupancy(ward.Key, [.. ward.Value.BedHours.Zip(days, (taken, of) => (double)taken / Math.Max(1, of))]))];
    }

    /// <summary>The hours as steps over a line.</summary>
    /// <param name="most">What reaches to the top.</param>
    public string Path(double most)
    {
        var path = new StringBuilder(FormattableString.Invariant($"M0 {Height}"));
        foreach (var (hour, beds) in Beds.Index())
            path.Append(CultureInfo.InvariantCulture, $"V{Math.Round(Height * (1 - (beds / most)), 1)}H{(hour + 1) * Width / AlarmTally.Hours}");
        return path.Append(CultureInfo.InvariantCulture, $"V{Height}Z").ToString();
    }

    /// <summary>Every hour in words.</summary>
    public string Words => string.Join(", ", Beds.Index().Select(hour => FormattableString.Invariant($"{hour.Index:00}: {hour.Item:0.0}")));
}
