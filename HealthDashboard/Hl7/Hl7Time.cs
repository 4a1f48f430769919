using System.Globalization;

namespace HealthDashboard.Hl7;

/// <summary>What a time without a zone means.</summary>
/// <param name="Sender">The offset of the message's own MSH-7; null where that has none.</param>
/// <param name="Zone">The hospital's time zone, where the sender says nothing.</param>
/// <param name="Now">The time it is: of two moments that a clock shows when it is set back, the nearer is meant.</param>
internal readonly record struct ZoneRule(TimeSpan? Sender, TimeZoneInfo Zone, DateTimeOffset Now)
{
    /// <summary>The rule for a message.</summary>
    public static ZoneRule Of(Hl7Message message, TimeProvider time)
    {
        var text = message.Header.Segment.Text(7).AsSpan();
        var sign = text.LastIndexOfAny('+', '-');
        return new(sign >= 0 && Hl7Time.TryOffset(text[sign..], out var offset) ? offset : null, time.LocalTimeZone, time.GetUtcNow());
    }
}

/// <summary>Reads DTM and TS: YYYYMMDDHHMM[SS[.S[S[S[S]]]]][+ZZZZ|-ZZZZ].</summary>
internal static class Hl7Time
{
    private static readonly string[] Formats = ["yyyyMMddHHmmss", "yyyyMMddHHmm"];

    /// <summary>Reads a moment, to the minute at least.</summary>
    /// <param name="text">What the field says.</param>
    /// <param name="rule">What it means without a zone.</param>
    /// <param name="milliseconds">Since 1970-01-01 UTC; finer digits are cut off.</param>
    /// <returns>Null, or why it is none.</returns>
    public static string? Read(ReadOnlySpan<char> text, ZoneRule rule, out long milliseconds)
    {
        milliseconds = 0;
        var sign = text.LastIndexOfAny('+', '-');
        var clock = sign < 0 ? text : text[..sign];
        var zone = sign < 0 ? [] : text[sign..];
        var point = clock.IndexOf('.');
        var fraction = point < 0 ? [] : clock[(point + 1)..];
        clock = point < 0 ? clock : clock[..point];
        if ((point >= 0 && (clock.Length != 14 || fraction.Length is 0 or > 9 || fraction.ContainsAnyExceptInRange('0', '9')))
            || clock.ContainsAnyExceptInRange('0', '9')
            || !DateTime.TryParseExact(clock, Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
            return "is no time as YYYYMMDDHHMM[SS[.S]][+ZZZZ], to the minute at least";
        for (var i = 0; i < 3; i++)
            local = local.AddMilliseconds((i < fraction.Length ? fraction[i] - '0' : 0) * (i == 0 ? 100 : i == 1 ? 10 : 1));
        TimeSpan? offset = sign >= 0 ? (TryOffset(zone, out var own) ? own : null) : rule.Sender ?? OffsetAt(local, rule);
        if (offset is null)
            return sign >= 0 ? "has a zone that is none" : "is no time in the hospital's zone: its clocks were set forward then";
        // The first and the last day of the calendar have no moment in every zone.
        if (local.Year is < 1900 or > 9998)
            return "is not of this time";
        milliseconds = new DateTimeOffset(local, offset.Value).ToUnixTimeMilliseconds();
        return null;
    }

    /// <summary>Reads +ZZZZ or -ZZZZ.</summary>
    public static bool TryOffset(ReadOnlySpan<char> text, out TimeSpan offset)
    {
        offset = default;
        if (text.Length != 5 || text[0] is not ('+' or '-') || text[1..].ContainsAnyExceptInRange('0', '9'))
            return false;
        var (hours, minutes) = (int.Parse(text[1..3], CultureInfo.InvariantCulture), int.Parse(text[3..], CultureInfo.InvariantCulture));
        offset = new TimeSpan(hours, minutes, 0) * (text[0] == '-' ? -1 : 1);
        return hours <= 14 && minutes <= 59 && offset.Duration() <= TimeSpan.FromHours(14);
    }

    private static TimeSpan? OffsetAt(DateTime local, ZoneRule rule)
    {
        if (rule.Zone.IsInvalidTime(local))
            return null;
        return rule.Zone.IsAmbiguousTime(local)
            ? rule.Zone.GetAmbiguousTimeOffsets(local).MinBy(offset => (new DateTimeOffset(local, offset) - rule.Now).Duration())
            : rule.Zone.GetUtcOffset(local);
    }
}
