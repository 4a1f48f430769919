using System.Globalization;
using System.Text;

namespace HealthDashboard.Hl7;

/// <summary>Escapes within a field [HL7 v2.8.2, 2.7].</summary>
internal static class Hl7Escapes
{
    // \Xdd..\ with the bytes of a long text.
    private const int LongestSequence = 1024;

    /// <summary>The text that is meant. What is no escape, or none that is known, stays as it is written.</summary>
    public static string Decode(string raw, Delimiters by, Encoding encoding)
    {
        if (!raw.Contains(by.Escape, StringComparison.Ordinal))
            return raw;
        var text = new StringBuilder(raw.Length);
        for (var at = 0; at < raw.Length; at++)
        {
            if (raw[at] != by.Escape)
            {
                text.Append(raw[at]);
                continue;
            }
            var end = raw.IndexOf(by.Escape, at + 1);
            if (end < 0 || end - at > LongestSequence || Meant(raw.AsSpan(at + 1, end - at - 1), by, encoding) is not { } meant)
            {
                text.Append(raw[at]);
                continue;
            }
            text.Append(meant);
            at = end;
        }
        return text.ToString();
    }

    /// <summary>A text as a field has it.</summary>
    public static string Encode(string text, Delimiters by)
    {
        var field = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            var letter = c == by.Field ? 'F' : c == by.Component ? 'S' : c == by.Subcomponent ? 'T' : c == by.Repetition ? 'R' : c == by.Escape ? 'E' : '\0';
            if (letter != '\0')
                field.Append(by.Escape).Append(letter).Append(by.Escape);
            else
                field.Append(char.IsControl(c) ? ' ' : c);
        }
        return field.ToString();
    }

    private static string? Meant(ReadOnlySpan<char> sequence, Delimiters by, Encoding encoding) => sequence switch
    {
        "F" => by.Field.ToString(),
        "S" => by.Component.ToString(),
        "T" => by.Subcomponent.ToString(),
        "R" => by.Repetition.ToString(),
        "E" => by.Escape.ToString(),
        "P" => by.Truncation.ToString(),
        ".br" => "\n",
        // Highlighting, which a value has no use for.
        "H" or "N" => "",
        ['X', .. var hex] => Bytes(hex, encoding),
        _ => null,
    };

    private static string? Bytes(ReadOnlySpan<char> hex, Encoding encoding)
    {
        if (hex.Length is 0 || hex.Length % 2 != 0)
            return null;
        var bytes = new byte[hex.Length / 2];
        for (var i = 0; i < bytes.Length; i++)
        {
            if (!byte.TryParse(hex.Slice(2 * i, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out bytes[i]))
                return null;
        }
        try
        {
            return encoding.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
