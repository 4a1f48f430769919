using System.Globalization;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.WebUtilities;

namespace HealthDashboard.Analytics;

/// <summary>Which alarms the page of analytics is about. It is the query of an address; what it does not understand does not restrict.</summary>
internal sealed record AnalyticsFilter
{
    /// <summary>How many days back the page offers.</summary>
    public static IReadOnlyList<int> Stretches { get; } = [1, 7, 30, 90, 365];

    /// <summary>How many days back where the address names none.</summary>
    public const int UsualDays = 7;

    /// <summary>The ward; null for the whole hospital.</summary>
    public WardKey? Ward { get; init; }

    /// <summary>What they are about; null for all.</summary>
    public string? Sign { get; init; }

    /// <summary>Only of this priority; null for all.</summary>
    public AlertPriority? Priority { get; init; }

    /// <summary>From this time of the hospital's clock; null for <see cref="Days"/> before the end.</summary>
    public DateTime? From { get; init; }

    /// <summary>Before this time of the hospital's clock; null for now.</summary>
    public DateTime? To { get; init; }

    /// <summary>The last how many days, where no time is given.</summary>
    public int Days { get; init; } = UsualDays;

    /// <summary>Whether the time is the last days, and not one that was given.</summary>
    public bool IsRecent => From is null && To is null;

    /// <summary>Reads it from an address.</summary>
    /// <param name="query">The address's query.</param>
    /// <param name="scope">The ward where the address names none, as opposed to an empty one; null for the whole hospital.</param>
    public static AnalyticsFilter Of(IQueryCollection query, WardKey? scope)
    {
        var days = int.TryParse(Text("days"), NumberStyles.None, CultureInfo.InvariantCulture, out var named) && Stretches.Contains(named) ? named : UsualDays;
        return new()
        {
            Ward = query.ContainsKey("ward") ? WardAddress.Parse(Text("ward")) : scope,
            Sign = Text("sign"),
            Priority = Enum.TryParse<AlertPriority>(Text("priority"), ignoreCase: true, out var priority) && Enum.IsDefined(priority) ? priority : null,
            From = Local("from"),
            To = Local("to"),
            Days = days,
        };

        string? Text(string name) => query[name].ToString().Trim() is { Length: > 0 and <= 200 } text ? ComposedText.Of(text) : null;

        DateTime? Local(string name) => TimeField.Local(Text(name)) is { Year: >= 1970 and < 2200 } local ? local : null;
    }

    /// <summary>The alarms that it is about.</summary>
    public AlarmLoadQuery Query(TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        var to = To is { } local ? clock.LocalTimeZone.LastAt(local) : now;
        var from = From is { } first ? clock.LocalTimeZone.FirstAt(first) : to.AddDays(-Days);
        // An hour at least, and no longer than anything is kept.
        from = from >= to ? to.AddHours(-1) : to - from > AlarmLoadQuery.Longest ? to - AlarmLoadQuery.Longest : from;
        return AlarmLoadQuery.Of(from, to) with { Region = Ward?.Region, Ward = Ward?.Ward, Sign = Sign, Priority = Priority };
    }

    /// <summary>The address of the page about it.</summary>
    public string ToAddress() => QueryHelpers.AddQueryString("/analytics", new Dictionary<string, string?>
    {
        ["ward"] = WardAddress.TextOf(Ward),
        ["sign"] = Sign,
        ["priority"] = Priority?.ToString().ToLowerInvariant(),
        ["from"] = TimeField.Of(From),
        ["to"] = TimeField.Of(To),
        ["days"] = From is null ? Days.ToString(CultureInfo.InvariantCulture) : null,
    });
}
