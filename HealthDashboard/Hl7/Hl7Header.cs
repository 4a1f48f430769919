using System.Text;

namespace HealthDashboard.Hl7;

/// <summary>What an answer needs of a message's MSH, and reads of it whatever else is wrong with the message.</summary>
/// <param name="By">What divides the message, and its answer.</param>
/// <param name="Encoding">What it is written in, and its answer.</param>
/// <param name="Segment">MSH.</param>
internal sealed record Hl7Header(Delimiters By, Encoding Encoding, Hl7Segment Segment)
{
    /// <summary>What became of UTF-8 that is none is never a name or a value.</summary>
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly Encoding StrictAscii = Encoding.GetEncoding("us-ascii", new EncoderReplacementFallback("?"), DecoderFallback.ExceptionFallback);

    /// <summary>Of a text that has no MSH.</summary>
    public static readonly Hl7Header None = new(Delimiters.Usual, StrictUtf8, new Hl7Segment("MSH|", Delimiters.Usual, StrictUtf8));

    /// <summary>MSH-9.1.</summary>
    public string Type => Segment.Text(9);

    /// <summary>MSH-9.2.</summary>
    public string Event => Segment.Text(9, 2);

    /// <summary>MSH-10.</summary>
    public string ControlId => Segment.Text(10);

    /// <summary>MSH-12.</summary>
    public string Version => Segment.Text(12);

    /// <summary>Who sends: MSH-3.</summary>
    public string Application => Segment.Text(3);

    /// <summary>The header of a line, each byte of which is one character; <see cref="None"/> where it is none.</summary>
    public static Hl7Header Of(string line)
    {
        if (!line.StartsWith("MSH", StringComparison.Ordinal) || Delimiters.Read(line) is not { } by)
            return None;
        var encoding = EncodingOf(new Hl7Segment(line, by, Encoding.Latin1).Text(18)) ?? StrictUtf8;
        return new Hl7Header(by, encoding, new Hl7Segment(Text(line, encoding) ?? Text(line, Encoding.Latin1)!, by, encoding));
    }

    /// <summary>
    /// The encoding that MSH-18 names; null when it is none that is known here. Where it names none, it is ASCII by the standard; what is
    /// more than that is read as UTF-8, in which a wrong guess shows.
    /// </summary>
    public static Encoding? EncodingOf(string name) => name.ToUpperInvariant() switch
    {
        "" or "UNICODE UTF-8" or "UTF-8" => StrictUtf8,
        "ASCII" => StrictAscii,
        "8859/1" => Encoding.Latin1,
        _ => null,
    };

    /// <summary>A line, each byte of which is one character, in its encoding; null when it is not in that.</summary>
    public static string? Text(string line, Encoding encoding)
    {
        try
        {
            return ReferenceEquals(encoding, Encoding.Latin1) || Ascii.IsValid(line) ? line : encoding.GetString(Encoding.Latin1.GetBytes(line));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
