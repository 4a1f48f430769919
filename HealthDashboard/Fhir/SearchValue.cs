using System.Globalization;
using System.Text;
using HealthDashboard.Ingest;
using HealthDashboard.Shared;

namespace HealthDashboard.Fhir;

/// <summary>A stretch of time, as FHIR's dates are: a day is from its first moment to its last. Milliseconds since 1970 UTC.</summary>
/// <param name="From">The first moment.</param>
/// <param name="To">The last moment, inclusive.</param>
internal readonly record struct TimeSpanOf(long From, long To)
{
    public const long Always = long.MaxValue;

    /// <summary>Reads a FHIR date, to the year, month, day, minute, second or part of it; UTC where no zone is given.</summary>
    public static TimeSpanOf? Parse(string text)
    {
        if (IsoTime.TryParse(Encoding.UTF8.GetBytes(text), out var exact))
            return new(exact, text.Contains('.', StringComparison.Ordinal) ? exact : exact + 999);
        var style = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (DateTimeOffset.TryParseExact(text, "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture, style, out var second))
            return new(second.ToUnixTimeMilliseconds(), second.ToUnixTimeMilliseconds() + 999);
        if (DateTimeOffset.TryParseExact(text, "yyyy-MM-dd'T'HH:mmK", CultureInfo.InvariantCulture, style, out var minute))
            return new(minute.ToUnixTimeMilliseconds(), minute.ToUnixTimeMilliseconds() + 59_999);
        if (text.Length is not (4 or 7 or 10) || !DateTimeOffset.TryParseExact(text, text.Length switch { 4 => "yyyy", 7 => "yyyy-MM", _ => "yyyy-MM-dd" }, CultureInfo.InvariantCulture, style, out var day))
            return null;
        try
        {
            var end = text.Length switch { 4 => day.AddYears(1), 7 => day.AddMonths(1), _ => day.AddDays(1) };
            return new(day.ToUnixTimeMilliseconds(), end.ToUnixTimeMilliseconds() - 1);
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }
    }
}

/// <summary>What a resource has for a parameter.</summary>
internal abstract record SearchValue
{
    /// <summary>What sorts by it.</summary>
    public abstract string SortKey { get; }

    /// <summary>Whether it is what one value of a query asks for.</summary>
    /// <param name="wanted">The value as it stands in the query.</param>
    public abstract bool Matches(string wanted);
}

/// <summary>A code of a system, either of which may be null.</summary>
internal sealed record TokenValue(string? System, string? Code) : SearchValue
{
    public override string SortKey => Code ?? "";

    public override bool Matches(string wanted)
    {
        var bar = wanted.IndexOf('|', StringComparison.Ordinal);
        if (bar < 0)
            return string.Equals(Code, wanted, StringComparison.OrdinalIgnoreCase);
        var (system, code) = (wanted[..bar], wanted[(bar + 1)..]);
        return (system.Length == 0 ? System is null : system == System) && (code.Length == 0 || string.Equals(Code, code, StringComparison.OrdinalIgnoreCase));
    }
}

/// <summary>A text, which a query's value begins, without regard to case.</summary>
internal sealed record TextValue(string Text) : SearchValue
{
    public override string SortKey => Text.ToUpperInvariant();

    public override bool Matches(string wanted) => ComposedText.Of(wanted) is { Length: > 0 } start
        && (Text.StartsWith(start, StringComparison.OrdinalIgnoreCase) || Text.Split(' ').Any(word => word.StartsWith(start, StringComparison.OrdinalIgnoreCase)));
}

/// <summary>A reference to another resource.</summary>
internal sealed record ReferenceValue(string Type, string Id) : SearchValue
{
    public override string SortKey => Id;

    public override bool Matches(string wanted) => wanted == Id || wanted == $"{Type}/{Id}" || wanted.EndsWith($"/{Type}/{Id}", StringComparison.Ordinal);
}

/// <summary>A date or a time, or a stretch of it.</summary>
internal sealed record DateValue(TimeSpanOf At) : SearchValue
{
    public static readonly IReadOnlyList<string> Prefixes = ["eq", "ne", "gt", "lt", "ge", "le", "sa", "eb"];

    public override string SortKey => At.From.ToString("D20", CultureInfo.InvariantCulture);

    /// <summary>The prefix of a query's value, eq where it has none, and the stretch; null when it is no date.</summary>
    public static (string Prefix, TimeSpanOf Span)? Parse(string wanted)
    {
        var prefix = wanted.Length > 2 && char.IsAsciiLetter(wanted[0]) ? wanted[..2] : "";
        return TimeSpanOf.Parse(wanted[prefix.Length..]) is { } span && (prefix.Length == 0 || Prefixes.Contains(prefix)) ? (prefix.Length == 0 ? "eq" : prefix, span) : null;
    }

    public override bool Matches(string wanted)
    {
        if (Parse(wanted) is not var (prefix, span))
            return false;
        var within = At.From >= span.From && At.To <= span.To;
        return prefix switch
        {
            "ne" => !within,
            "gt" => At.To > span.To,
            "lt" => At.From < span.From,
            "ge" => At.To >= span.From,
            "le" => At.From <= span.To,
            "sa" => At.From > span.To,
            "eb" => At.To < span.From,
            _ => within,
        };
    }
}
