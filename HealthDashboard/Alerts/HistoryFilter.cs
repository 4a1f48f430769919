using System.Globalization;
using HealthDashboard.Data.Model;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.WebUtilities;

namespace HealthDashboard.Alerts;

/// <summary>By what the history is sorted.</summary>
internal enum HistorySort
{
    /// <summary>When it was raised.</summary>
    Raised,

    /// <summary>The priority.</summary>
    Priority,

    /// <summary>The bed, within its ward.</summary>
    Bed,

    /// <summary>What it is about.</summary>
    Sign,

    /// <summary>How long it lasted.</summary>
    Lasted,

    /// <summary>How long until somebody acknowledged it; what nobody did took longest.</summary>
    Response,

    /// <summary>Who acknowledged it.</summary>
    Person,
}

/// <summary>
/// Which alerts of the past are listed, and in which order. It is the query of an address, of the page as of the download; what it does
/// not understand does not restrict.
/// </summary>
internal sealed record HistoryFilter
{
    /// <summary>What <see cref="By"/> says for "nobody has".</summary>
    public const string Nobody = "-";

    /// <summary>What <see cref="Sign"/> says for every technical alert.</summary>
    public const string Technical = "technical";

    /// <summary>The last how many hours can be asked for, the first of them when nothing is.</summary>
    public static IReadOnlyList<int> Stretches { get; } = [24, 12, 24 * 7, 24 * 30];

    /// <summary>Words of name, MRN, bed or condition; empty for all.</summary>
    public string Patient { get; init; } = "";

    /// <summary>Only this region and ward, as <c>North/ICU</c>; null for all.</summary>
    public string? Ward { get; init; }

    /// <summary>Only what this account acknowledged, or <see cref="Nobody"/>; null for all.</summary>
    public string? By { get; init; }

    /// <summary>Only this sign, by its API name, the score, or <see cref="Technical"/>; null for all.</summary>
    public string? Sign { get; init; }

    /// <summary>Only of this priority or a higher one; null for all.</summary>
    public AlertPriority? AtLeast { get; init; }

    /// <summary>Only raised at this time of the hospital's clock or later; null for the last <see cref="Hours"/>, or for any when there is a <see cref="To"/>.</summary>
    public DateTime? From { get; init; }

    /// <summary>Only raised before this time of the hospital's clock; null for now.</summary>
    public DateTime? To { get; init; }

    /// <summary>The last how many hours, where no time is given.</summary>
    public int Hours { get; init; } = Stretches[0];

    /// <summary>Only raised in this hour of the day on the hospital's clock, 0 to 23; null for all.</summary>
    public int? Hour { get; init; }

    /// <summary>In which order.</summary>
    public HistorySort Sort { get; init; }

    /// <summary>Whether the order is turned round. As it is, the newest, longest and most urgent come first, and names from A.</summary>
    public bool Reversed { get; init; }

    /// <summary>1 for the first page.</summary>
    public int Page { get; init; } = 1;

    /// <summary>Whether the time is the last hours, and not one that was given.</summary>
    public bool IsRecent => From is null && To is null;

    /// <summary>Reads it from an address.</summary>
    public static HistoryFilter Of(IQueryCollection query)
    {
        return new()
        {
            Patient = Text("patient") ?? "",
            Ward = Text("ward"),
            By = Text("by"),
            Sign = Text("sign"),
            AtLeast = Enum.TryParse<AlertPriority>(Text("priority"), ignoreCase: true, out var priority) && Enum.IsDefined(priority) ? priority : null,
            From = Local("from"),
            To = Local("to"),
            Hours = int.TryParse(Text("hours"), NumberStyles.None, CultureInfo.InvariantCulture, out var hours) && Stretches.Contains(hours) ? hours : Stretches[0],
            Hour = int.TryParse(Text("hour"), NumberStyles.None, CultureInfo.InvariantCulture, out var hour) && hour < 24 ? hour : null,
            Sort = Enum.TryParse<HistorySort>(Text("sort"), ignoreCase: true, out var sort) && Enum.IsDefined(sort) ? sort : HistorySort.Raised,
            Reversed = Text("reversed") is not null,
            Page = int.TryParse(Text("page"), NumberStyles.None, CultureInfo.InvariantCulture, out var page) && page > 0 ? page : 1,
        };

        string? Text(string name) => query[name].ToString().Trim() is { Length: > 0 and <= 200 } text ? text : null;

        DateTime? Local(string name) => TimeField.Local(Text(name));
    }

    /// <summary>From when, and before when; null for no bound.</summary>
    public (DateTimeOffset? From, DateTimeOffset? To) Times(TimeProvider clock) => IsRecent
        ? (clock.GetUtcNow().AddHours(-Hours), null)
        : (From is { } from ? clock.LocalTimeZone.FirstAt(from) : null, To is { } to ? clock.LocalTimeZone.LastAt(to) : null);

    /// <summary>As the query of an address; empty when nothing restricts.</summary>
    public string ToQuery() => QueryHelpers.AddQueryString("", new Dictionary<string, string?>
    {
        ["patient"] = Patient.Length > 0 ? Patient : null,
        ["ward"] = Ward,
        ["by"] = By,
        ["sign"] = Sign,
        ["priority"] = AtLeast?.ToString().ToLowerInvariant(),
        ["from"] = TimeField.Of(From),
        ["to"] = TimeField.Of(To),
        ["hours"] = IsRecent && Hours != Stretches[0] ? Hours.ToString(CultureInfo.InvariantCulture) : null,
        ["hour"] = Hour?.ToString(CultureInfo.InvariantCulture),
        ["sort"] = Sort != HistorySort.Raised ? Sort.ToString().ToLowerInvariant() : null,
        ["reversed"] = Reversed ? "1" : null,
        ["page"] = Page > 1 ? Page.ToString(CultureInfo.InvariantCulture) : null,
    });
}
