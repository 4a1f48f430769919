namespace HealthDashboard.Hl7;

/// <summary>The characters that divide a message, as its own MSH-1 and MSH-2 say.</summary>
internal readonly record struct Delimiters(char Field, char Component, char Repetition, char Escape, char Subcomponent, char Truncation)
{
    /// <summary>Those of nearly every message.</summary>
    public static readonly Delimiters Usual = new('|', '^', '~', '\\', '&', '#');

    /// <summary>MSH-2 of a message with these.</summary>
    public string Encoding => string.Concat(Component, Repetition, Escape, Subcomponent);

    /// <summary>Reads them from a header segment (MSH, BHS or FHS); null where it has none that could divide anything.</summary>
    public static Delimiters? Read(string header)
    {
        if (header.Length < 8)
            return null;
        var end = header.IndexOf(header[3], 4);
        var encoding = header.AsSpan(4, (end < 0 ? header.Length : end) - 4);
        if (encoding.Length is not (4 or 5))
            return null;
        var all = string.Concat(header.AsSpan(3, 1), encoding);
        for (var i = 0; i < all.Length; i++)
        {
            if (all[i] is <= ' ' or > '~' || char.IsAsciiLetterOrDigit(all[i]) || all.AsSpan(0, i).Contains(all[i]))
                return null;
        }
        return new Delimiters(all[0], all[1], all[2], all[3], all[4], all.Length > 5 ? all[5] : Usual.Truncation);
    }
}
