using System.Globalization;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.WebUtilities;

namespace HealthDashboard.Cohorts;

/// <summary>What the page of cohorts is about. It is the query of an address; what it does not understand does not restrict.</summary>
internal sealed record CohortFilter
{
    /// <summary>How many days back the page offers.</summary>
    public static IReadOnlyList<int> Stretches { get; } = [7, 30, 90, 365];

    /// <summary>How many hours of a stay the page offers.</summary>
    public static IReadOnlyList<int> Lengths { get; } = [24, CohortQuery.UsualHours, 7 * 24, CohortQuery.MostHours];

    private const int UsualDays = 30;

    /// <summary>The sign.</summary>
    public VitalSign Sign { get; init; } = CohortQuery.UsualSign;

    /// <summary>How many hours of each stay.</summary>
    public int Hours { get; init; } = CohortQuery.UsualHours;

    /// <summary>Whose stays.</summary>
    public Cohort First { get; init; } = new();

    /// <summary>Whether they are compared with <see cref="Other"/>.</summary>
    public bool Compare { get; init; }

    /// <summary>Whose they are compared with.</summary>
    public Cohort Other { get; init; } = new();

    /// <summary>Admitted from this time of the hospital's clock; null for <see cref="Days"/> before the end.</summary>
    public DateTime? From { get; init; }

    /// <summary>Admitted before this time of the hospital's clock; null for now.</summary>
    public DateTime? To { get; init; }

    /// <summary>Admitted in the last how many days, where no time is given.</summary>
    public int Days { get; init; } = UsualDays;

    /// <summary>The hour whose patients are listed; null for all of the stays.</summary>
    public int? At { get; init; }

    /// <summary>The cohort whose patients are listed: 0, or 1 for the other one.</summary>
    public int Whose { get; init; }

    /// <summary>Whether the time is the last days, and not one that was given.</summary>
    public bool IsRecent => From is null && To is null;

    /// <summary>Reads it from an address.</summary>
    /// <param name="query">The address's query.</param>
    /// <param name="scope">The ward where the address names none, as opposed to an empty one; null for the whole hospital.</param>
    public static CohortFilter Of(IQueryCollection query, WardKey? scope)
    {
        return new()
        {
            Sign = VitalSigns.Find(Text("sign") ?? "") is { } info && CohortQuery.Signs.Contains(info) ? info.Sign : CohortQuery.UsualSign,
            Hours = Number("hours") is { } hours && Lengths.Contains(hours) ? hours : CohortQuery.UsualHours,
            First = CohortOf("", query.ContainsKey("ward") ? WardAddress.Parse(Text("ward")) : scope),
            Compare = Text("compare") == "1",
            Other = CohortOf("other-", WardAddress.Parse(Text("other-ward"))),
            From = Local("from"),
            To = Local("to"),
            Days = Number("days") is { } days && Stretches.Contains(days) ? days : UsualDays,
            At = Number("at") is < CohortQuery.MostHours and var at ? at : null,
            Whose = Number("whose") == 1 ? 1 : 0,
        };

        Cohort CohortOf(string prefix, WardKey? ward) => new(
            ward?.Region,
            ward?.Ward,
            EnumNames<AgeBand>.Values.TryGetValue(Text(prefix + "age") ?? "", out var age) ? age : null,
            Text(prefix + "condition") is { Length: <= 64 } condition ? condition : null,
            Number(prefix + "scale") is >= 1 and <= 2 and var scale ? scale : null);

        int? Number(string name) => int.TryParse(Text(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

        string? Text(string name) => query[name].ToString().Trim() is { Length: > 0 and <= 200 } text ? ComposedText.Of(text) : null;

        DateTime? Local(string name) => TimeField.Local(Text(name)) is { Year: >= 1970 and < 2200 } local ? local : null;
    }

    /// <summary>What it asks for.</summary>
    public CohortQuery Query(TimeProvider clock)
    {
        var to = To is { } local ? clock.LocalTimeZone.LastAt(local) : clock.GetUtcNow();
        var from = From is { } first ? clock.LocalTimeZone.FirstAt(first) : to.AddDays(-Days);
        from = from >= to ? to.AddHours(-1) : to - from > CohortQuery.Longest ? to - CohortQuery.Longest : from;
        return new(Sign, from.ToUniversalTime(), to.ToUniversalTime(), Hours, First, Compare ? Other : null);
    }

    /// <summary>The address of the page about it.</summary>
    public string ToAddress() => QueryHelpers.AddQueryString("/analytics/cohorts", new Dictionary<string, string?>
    {
        ["sign"] = Sign.Info().Name,
        ["hours"] = Text(Hours),
        ["ward"] = WardAddress.TextOf(WardOf(First)),
        ["age"] = AgeOf(First),
        ["condition"] = First.Condition,
        ["scale"] = Text(First.Spo2Scale),
        ["compare"] = Compare ? "1" : null,
        ["other-ward"] = Compare ? WardAddress.TextOf(WardOf(Other)) : null,
        ["other-age"] = Compare ? AgeOf(Other) : null,
        ["other-condition"] = Compare ? Other.Condition : null,
        ["other-scale"] = Compare ? Text(Other.Spo2Scale) : null,
        ["from"] = TimeField.Of(From),
        ["to"] = TimeField.Of(To),
        ["days"] = From is null ? Text(Days) : null,
        ["at"] = Text(At),
        ["whose"] = Compare && Whose == 1 ? "1" : null,
    });

    /// <summary>The address of the same as a table.</summary>
    public static string CsvAddress(CohortQuery query) => QueryHelpers.AddQueryString("/api/analytics/cohorts.csv", new Dictionary<string, string?>
    {
        ["sign"] = query.Sign.Info().Name,
        ["hours"] = Text(query.Hours),
        ["from"] = Time(query.From),
        ["to"] = Time(query.To),
        ["region"] = query.First.Region,
        ["ward"] = query.First.Ward,
        ["age"] = AgeOf(query.First),
        ["condition"] = query.First.Condition,
        ["spo2Scale"] = Text(query.First.Spo2Scale),
        ["compare"] = query.Other is null ? null : "1",
        ["otherRegion"] = query.Other?.Region,
        ["otherWard"] = query.Other?.Ward,
        ["otherAge"] = AgeOf(query.Other),
        ["otherCondition"] = query.Other?.Condition,
        ["otherSpo2Scale"] = Text(query.Other?.Spo2Scale),
    });

    /// <summary>The ward of a cohort; null for all.</summary>
    public static WardKey? WardOf(Cohort cohort) => cohort is { Region: { } region, Ward: { } ward } ? new(region, ward) : null;

    /// <summary>The age of a cohort as an address names it; null for all.</summary>
    public static string? AgeOf(Cohort? cohort) => cohort?.Age is { } age ? EnumNames<AgeBand>.Of(age) : null;

    private static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
