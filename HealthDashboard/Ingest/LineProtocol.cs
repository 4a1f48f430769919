namespace HealthDashboard.Ingest;

/// <summary>
/// InfluxDB line protocol, cut into its parts: <c>measurement[,tag=value...] field=value[,field=value...] [timestamp]</c>
/// [InfluxDB, "Line protocol reference"]. Parts are handed out as they were sent; <see cref="Unescape"/> undoes the escapes of a key or tag.
/// Each call goes on where the one before stopped.
/// </summary>
internal ref struct LineProtocol(ReadOnlySpan<byte> text)
{
    private const int MostDigits = 15;

    private readonly ReadOnlySpan<byte> text = text;

    private static ReadOnlySpan<double> PowersOfTen => [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

    /// <summary>Where the next call begins.</summary>
    public int Position { get; private set; }

    /// <summary>The line, counted from 1, in which the next call begins.</summary>
    public int Line { get; private set; } = 1;

    /// <summary>Goes to the next line that has something to say; false at the end.</summary>
    public bool NextLine()
    {
        while (Position < text.Length)
        {
            switch (text[Position])
            {
                case (byte)'#':
                    SkipLine(Position, Line);
                    break;
                case (byte)'\n':
                    Line++;
                    Position++;
                    break;
                case (byte)' ' or (byte)'\t' or (byte)'\r':
                    Position++;
                    break;
                default:
                    return true;
            }
        }
        return false;
    }

    /// <summary>Goes to the end of a line that began here: how reading goes on after a bad one.</summary>
    public void SkipLine(int start, int line)
    {
        var end = text[start..].IndexOf((byte)'\n');
        Position = end < 0 ? text.Length : start + end + 1;
        Line = end < 0 ? line : line + 1;
    }

    /// <summary>Measurement and tags, up to the space after them.</summary>
    public string? Series(out ReadOnlySpan<byte> series)
    {
        series = Take(Until(Position, ' ', '\n', '\n', '\n'));
        return At(' ') ? null : "there are no fields";
    }

    /// <summary>One field; then <see cref="MoreFields"/> tells whether another follows.</summary>
    public string? Field(out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        SkipSpaces();
        value = default;
        key = Take(Until(Position, '=', ',', ' ', '\n'));
        if (key.IsEmpty || !At('='))
            return "a field must be key=value";
        Position++;
        if (At('"'))
            return Quoted(out value);
        value = Take(Until(Position, ',', ' ', '\n', '\r'));
        return value.IsEmpty ? $"the field '{Excerpt.Of(key)}' has no value" : null;
    }

    /// <summary>
    /// One field of which the key is known and the value is a plain number such as 72 or 36.6. False for any other field, which is then still
    /// there for <see cref="Field"/>.
    /// </summary>
    /// <param name="key">The key with its equals sign.</param>
    /// <param name="value">The value.</param>
    public bool TryPlainField(ReadOnlySpan<byte> key, out double value)
    {
        value = 0;
        SkipSpaces();
        var rest = text[Position..];
        if (!rest.StartsWith(key))
            return false;
        rest = rest[key.Length..];
        var (whole, digits, point) = (0L, 0, -1);
        var length = 0;
        for (; length < rest.Length; length++)
        {
            var c = rest[length];
            if (c is >= (byte)'0' and <= (byte)'9')
                (whole, digits) = ((whole * 10) + (c - '0'), digits + 1);
            else if (c == '.' && point < 0)
                point = digits;
            else
                break;
            // Below 2^53, and divided by a power of ten that is exact too, the nearest number comes out [Clinger 1990].
            if (digits > MostDigits)
                return false;
        }
        if (digits == 0 || point == digits || length == rest.Length || rest[length] is not ((byte)',' or (byte)' '))
            return false;
        value = point < 0 ? whole : whole / PowersOfTen[digits - point];
        Position += key.Length + length;
        return true;
    }

    /// <summary>Whether another field follows, and goes to it.</summary>
    public bool MoreFields()
    {
        if (!At(','))
            return false;
        Position++;
        return true;
    }

    /// <summary>The timestamp, empty when there is none, and the end of the line.</summary>
    public string? Timestamp(out ReadOnlySpan<byte> timestamp)
    {
        SkipSpaces();
        var rest = text[Position..];
        var end = rest.IndexOf((byte)'\n');
        timestamp = (end < 0 ? rest : rest[..end]).TrimEnd(" \t\r"u8);
        if (timestamp.IndexOfAnyExcept("-0123456789"u8) >= 0)
            return $"'{Excerpt.Of(timestamp)}' is no timestamp";
        Position += end < 0 ? rest.Length : end + 1;
        Line += end < 0 ? 0 : 1;
        return null;
    }

    /// <summary>Cuts a comma-separated part off the front of measurement and tags, escapes left as they are.</summary>
    public static ReadOnlySpan<byte> CutPart(ref ReadOnlySpan<byte> series)
    {
        var end = new LineProtocol(series).Until(0, ',', ',', ',', ',');
        var part = series[..end];
        series = end < series.Length ? series[(end + 1)..] : default;
        return part;
    }

    /// <summary>Cuts a tag into key and value; false when either is missing.</summary>
    public static bool CutTag(ReadOnlySpan<byte> tag, out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        var equals = new LineProtocol(tag).Until(0, '=', '=', '=', '=');
        key = tag[..equals];
        value = equals < tag.Length ? tag[(equals + 1)..] : default;
        return !key.IsEmpty && !value.IsEmpty;
    }

    /// <summary>Undoes the escapes of a key or tag value: a backslash counts only before a comma, an equals sign or a space.</summary>
    /// <returns>The length in the buffer; -1 when it is longer.</returns>
    public static int Unescape(ReadOnlySpan<byte> escaped, Span<byte> buffer)
    {
        var length = 0;
        for (var i = 0; i < escaped.Length; i++)
        {
            if (escaped[i] == '\\' && i + 1 < escaped.Length && escaped[i + 1] is (byte)',' or (byte)'=' or (byte)' ')
                i++;
            if (length == buffer.Length)
                return -1;
            buffer[length++] = escaped[i];
        }
        return length;
    }

    private readonly bool At(char c) => Position < text.Length && text[Position] == c;

    private void SkipSpaces()
    {
        while (At(' ') || At('\t'))
            Position++;
    }

    private ReadOnlySpan<byte> Take(int end)
    {
        var part = text[Position..end];
        Position = end;
        return part;
    }

    // The next of the four that no backslash escapes, or the end.
    private readonly int Until(int from, char a, char b, char c, char d)
    {
        ReadOnlySpan<byte> stops = [(byte)a, (byte)b, (byte)c, (byte)d, (byte)'\\'];
        while (true)
        {
            var found = text[from..].IndexOfAny(stops);
            if (found < 0)
                return text.Length;
            from += found;
            if (text[from] != '\\')
                return from;
            // An escaped line end is none: lines end where they end.
            from += from + 1 < text.Length && text[from + 1] != '\n' ? 2 : 1;
        }
    }

    private string? Quoted(out ReadOnlySpan<byte> value)
    {
        for (var end = Position + 1; end < text.Length; end++)
        {
            if (text[end] == '\\')
            {
                end++;
            }
            else if (text[end] == '"')
            {
                value = Take(end + 1);
                // A string may run over several lines.
                Line += value.Count((byte)'\n');
                return null;
            }
        }
        value = default;
        return "a quoted text does not end";
    }
}
