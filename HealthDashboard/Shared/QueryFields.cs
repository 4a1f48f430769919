using System.Globalization;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Shared;

/// <summary>Reads an address's query value by value, and keeps every error and every value that nobody asked for.</summary>
internal sealed class QueryFields(IQueryCollection query)
{
    private static readonly string[] TimeFormats =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd",
    ];

    private static readonly DateTimeOffset Earliest = DateTimeOffset.UnixEpoch;
    private static readonly DateTimeOffset Latest = new(2200, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<string, string[]> errors = new(StringComparer.Ordinal);
    private readonly HashSet<string> asked = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Called by the framework to bind the parameter of a handler.</summary>
    public static ValueTask<QueryFields> BindAsync(HttpContext context) => new(new QueryFields(context.Request.Query));

    /// <summary>What is wrong, by name; empty when nothing is. Ask for every known value first.</summary>
    public IDictionary<string, string[]> Errors
    {
        get
        {
            foreach (var name in query.Keys.Where(name => !asked.Contains(name)))
                Add(name, $"is not known; allowed are {string.Join(", ", asked)}.");
            return errors;
        }
    }

    public void Add(string name, string message) => errors.TryAdd(name, [message]);

    /// <summary>Text; null when missing or empty.</summary>
    public string? Text(string name, int maxLength)
    {
        if (Find(name) is not { Length: > 0 } text)
            return null;
        if (text.Length > maxLength)
            Add(name, $"has {text.Length} characters; at most {maxLength} are allowed.");
        return text;
    }

    /// <summary>As <see cref="Text"/>; missing is an error.</summary>
    public string NeededText(string name, int maxLength)
    {
        var text = Text(name, maxLength);
        if (text is null)
            Add(name, "is missing.");
        return text ?? "";
    }

    public int Whole(string name, int min, int max, int fallback)
    {
        if (Find(name) is not { } text)
            return fallback;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
            return number;
        Add(name, $"is '{text}'; allowed are whole numbers from {min} to {max}.");
        return fallback;
    }

    /// <summary>One of the enum's JSON names; missing is an error.</summary>
    public T Choice<T>(string name)
        where T : struct, Enum
    {
        var text = Find(name);
        if (!EnumNames<T>.Values.TryGetValue(text ?? "", out var found))
            Add(name, $"is {Show(text)}; {EnumNames<T>.Allowed}");
        return found;
    }

    public T? OptionalChoice<T>(string name)
        where T : struct, Enum => Find(name) is null ? null : Choice<T>(name);

    public ObjectId Id(string name)
    {
        var text = Find(name);
        if (!ObjectId.TryParse(text, out var id))
            Add(name, $"is {Show(text)}; needed is an id of 24 hex digits.");
        return id;
    }

    public DateTimeOffset Time(string name, DateTimeOffset fallback)
    {
        if (Find(name) is not { } text)
            return fallback;
        if (TryTime(text, out var time))
            return time;
        Add(name, $"is '{text}'; allowed is a time such as 2026-01-31T08:00:00Z, from {Earliest.Year} to {Latest.Year}.");
        return fallback;
    }

    /// <summary>From and to, in order.</summary>
    public (DateTimeOffset From, DateTimeOffset To) Span(DateTimeOffset from, DateTimeOffset to)
    {
        var span = (From: Time("from", from), To: Time("to", to));
        if (span.From >= span.To)
            Add("from", $"is '{span.From:O}'; it must be before to, which is '{span.To:O}'.");
        return span;
    }

    /// <summary>ISO 8601 to the day, minute, second or a part of it; UTC unless it says otherwise.</summary>
    public static bool TryTime(string? text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(
            text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time)
        && time >= Earliest && time <= Latest;

    private string? Find(string name)
    {
        asked.Add(name);
        return query.TryGetValue(name, out var value) ? ComposedText.Of(value.ToString()) : null;
    }

    private static string Show(string? text) => text is null ? "missing" : $"'{text}'";
}
