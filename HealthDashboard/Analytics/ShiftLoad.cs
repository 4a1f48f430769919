using System.Globalization;

namespace HealthDashboard.Analytics;

/// <summary>The alarms of a shift over all days.</summary>
/// <param name="Name">When it begins and ends: 07:00 to 15:00.</param>
/// <param name="Raised">How many were raised.</param>
/// <param name="Escalated">How many of them went up the care team.</param>
/// <param name="Responses">Until somebody acknowledged them.</param>
public sealed record ShiftLoad(string Name, int Raised, int Escalated, ResponseTimes Responses)
{
    /// <summary>A report by shift. An hour belongs to the shift that it begins in.</summary>
    /// <param name="report">The alarms.</param>
    /// <param name="starts">When shifts begin on the hospital's clock, earliest first.</param>
    public static IReadOnlyList<ShiftLoad> Of(AlarmReport report, IReadOnlyList<TimeOnly> starts)
    {
        var sums = starts.Select(_ => (Raised: 0, Escalated: 0, Responses: new ResponseTimes())).ToArray();
        for (var hour = 0; hour < AlarmTally.Hours; hour++)
        {
            var shift = starts.Count - 1;
            for (var i = 0; i < starts.Count && starts[i] <= new TimeOnly(hour, 0); i++)
                shift = i;
            var ofHour = report.ByHourOfDay[hour];
            sums[shift].Raised += ofHour.Raised;
            sums[shift].Escalated += ofHour.Escalated;
            sums[shift].Responses.Add(ofHour.Responses);
        }
        return [.. starts.Select((start, i) => new ShiftLoad(NameOf(start, starts[(i + 1) % starts.Count]), sums[i].Raised, sums[i].Escalated, sums[i].Responses))];
    }

    private static string NameOf(TimeOnly from, TimeOnly to) => string.Create(CultureInfo.InvariantCulture, $"{from:HH:mm} to {to:HH:mm}");
}
