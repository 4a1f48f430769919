namespace HealthDashboard.Data.Model;

/// <summary>One sign of one patient over one hour. Writing it again replaces it, so a replay never counts twice.</summary>
/// <param name="PatientId">The patient.</param>
/// <param name="Sign">The sign.</param>
/// <param name="Hour">The start of the hour, UTC.</param>
/// <param name="Min">The lowest value, in the sign's unit.</param>
/// <param name="Max">The highest value.</param>
/// <param name="Mean">The mean of the values.</param>
/// <param name="Count">How many values; sensor-off readings are not counted.</param>
public sealed record HourlyVital(ObjectId PatientId, VitalSign Sign, DateTimeOffset Hour, double Min, double Max, double Mean, long Count);

/// <summary>One sign of one ward over one day. Writing it again replaces it.</summary>
/// <param name="Region">The region.</param>
/// <param name="Ward">The ward.</param>
/// <param name="Sign">The sign.</param>
/// <param name="Day">The day, UTC.</param>
/// <param name="Min">The lowest value, in the sign's unit.</param>
/// <param name="Max">The highest value.</param>
/// <param name="Mean">The mean over all values of all patients.</param>
/// <param name="Count">How many values.</param>
/// <param name="Patients">How many patients had at least one value.</param>
public sealed record DailyWardVital(string Region, string Ward, VitalSign Sign, DateOnly Day, double Min, double Max, double Mean, long Count, int Patients);

/// <summary>The alerts that a ward had on one day. Writing it again replaces it.</summary>
/// <param name="Region">The region.</param>
/// <param name="Ward">The ward.</param>
/// <param name="Day">The day they were raised on, UTC.</param>
/// <param name="Priority">Their priority.</param>
/// <param name="Raised">How many were raised.</param>
/// <param name="Acknowledged">How many of them have been acknowledged.</param>
/// <param name="MedianResponseSeconds">The median time from raised to acknowledged; null when none was acknowledged.</param>
/// <param name="LongestResponseSeconds">The longest time from raised to acknowledged; null when none was acknowledged.</param>
public sealed record DailyAlerts(
    string Region,
    string Ward,
    DateOnly Day,
    AlertPriority Priority,
    int Raised,
    int Acknowledged,
    double? MedianResponseSeconds,
    double? LongestResponseSeconds);

/// <summary>The alarms of one bed over one day or month, added up. Writing it again replaces it.</summary>
/// <param name="Region">The region.</param>
/// <param name="Ward">The ward.</param>
/// <param name="Bed">The bed within the ward; empty for patients without one, and for alarms of the whole ward.</param>
/// <param name="Period">How long.</param>
/// <param name="Start">Its first day, UTC; the first of the month for a month.</param>
/// <param name="Raised">How many alarms were raised.</param>
/// <param name="Tally">The sums behind it, in the program's own format; opaque to the store, at most 32 KiB.</param>
public sealed record AlarmLoad(string Region, string Ward, string Bed, LoadPeriod Period, DateOnly Start, int Raised, ReadOnlyMemory<byte> Tally);

/// <summary>How long the alarms of a bed are added up over.</summary>
public enum LoadPeriod
{
    /// <summary>A day, UTC.</summary>
    Day = 0,

    /// <summary>A calendar month, UTC.</summary>
    Month = 1,
}

/// <summary>A view of analytics, which is eventually consistent.</summary>
/// <typeparam name="T">The kind of roll-up.</typeparam>
/// <param name="AsOf">What was written up to this time is in it; null when nothing was ever written.</param>
/// <param name="Items">The roll-ups.</param>
public sealed record AnalyticsView<T>(DateTimeOffset? AsOf, IReadOnlyList<T> Items);
