using System.Buffers.Text;

namespace HealthDashboard.Ingest;

/// <summary>Reads a time as RFC 3339 writes it, zone included: a time without one would be a guess.</summary>
internal static class IsoTime
{
    private const long MillisecondsPerDay = 86_400_000;
    private static readonly DateOnly Epoch = new(1970, 1, 1);

    /// <summary>Reads <c>yyyy-MM-ddTHH:mm:ss[.fraction](Z|+hh:mm|-hh:mm)</c>; digits finer than the millisecond are cut off.</summary>
    /// <param name="text">The text, all of it.</param>
    /// <param name="time">Milliseconds since 1970-01-01 UTC.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, out long time)
    {
        time = 0;
        if (text.Length < 20 || text[4] != '-' || text[7] != '-' || (text[10] | 0x20) != 't' || text[13] != ':' || text[16] != ':')
            return false;
        if (!Number(text[..4], 9999, out var year) || !Number(text[5..7], 12, out var month) || !Number(text[8..10], 31, out var day)
            || !Number(text[11..13], 23, out var hour) || !Number(text[14..16], 59, out var minute) || !Number(text[17..19], 59, out var second))
            return false;
        if (year == 0 || month == 0 || day == 0 || day > DateTime.DaysInMonth(year, month))
            return false;
        if (!Fraction(text[19..], out var milliseconds, out var zone) || !Zone(zone, out var offset))
            return false;
        var days = new DateOnly(year, month, day).DayNumber - Epoch.DayNumber;
        time = (days * MillisecondsPerDay) + (((((hour * 60L) + minute - offset) * 60) + second) * 1000) + milliseconds;
        return true;
    }

    private static bool Fraction(ReadOnlySpan<byte> text, out int milliseconds, out ReadOnlySpan<byte> rest)
    {
        milliseconds = 0;
        rest = text;
        if (text[0] != '.')
            return true;
        var digits = text[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (digits is < 1 or > 9)
            return false;
        for (var i = 0; i < 3; i++)
            milliseconds = (10 * milliseconds) + (i < digits ? text[1 + i] - '0' : 0);
        rest = text[(1 + digits)..];
        return true;
    }

    private static bool Zone(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        if (text is [(byte)'Z' or (byte)'z'])
            return true;
        if (text is not [(byte)'+' or (byte)'-', _, _, (byte)':', _, _]
            || !Number(text[1..3], 23, out var hours) || !Number(text[4..], 59, out var rest))
            return false;
        minutes = ((hours * 60) + rest) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool Number(ReadOnlySpan<byte> digits, int most, out int number) =>
        Utf8Parser.TryParse(digits, out number, out var read) && read == digits.Length
        && digits[0] is >= (byte)'0' and <= (byte)'9' && number <= most;
}
