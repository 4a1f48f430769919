namespace HealthDashboard.Analytics;

/// <summary>A line of the heat map: a bed or a ward over the hours of the day.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Detail">The ward's region, where wards are listed; null for beds.</param>
/// <param name="Address">Where a click on the name leads.</param>
/// <param name="Hours">The alarms.</param>
/// <param name="AlarmsAt">Where a click on an hour of the day leads; null where there is no list behind it.</param>
public sealed record HeatRow(string Name, string? Detail, string Address, HoursOfDay Hours, Func<int, string>? AlarmsAt)
{
    /// <summary>Alarms per bed and hour at an hour of the day; null when nobody lay there and nothing was raised.</summary>
    public double? RateAt(int hour) => (Hours.Raised[hour], Hours.BedHours[hour]) switch
    {
        (0, 0) => null,
        var (raised, beds) => (double)raised / Math.Max(1, beds),
    };
}
