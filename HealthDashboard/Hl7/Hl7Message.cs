using System.Text;
using HealthDashboard.Ingest;

namespace HealthDashboard.Hl7;

/// <summary>A message, read and not yet judged.</summary>
/// <param name="Header">Its MSH.</param>
/// <param name="Segments">All its segments, MSH first.</param>
internal sealed record Hl7Message(Hl7Header Header, IReadOnlyList<Hl7Segment> Segments)
{
    /// <summary>The first segment of a name; null when there is none.</summary>
    public Hl7Segment? First(string name) => Segments.FirstOrDefault(segment => segment.Name == name);

    /// <summary>Reads a message.</summary>
    /// <param name="lines">Its segments; each byte of them is one character.</param>
    /// <exception cref="Hl7RefusedException">It is none, or not in the encoding that it names.</exception>
    public static Hl7Message Parse(IReadOnlyList<string> lines)
    {
        var header = Hl7Header.Of(lines[0]);
        if (ReferenceEquals(header, Hl7Header.None))
            throw Hl7RefusedException.Rejected("MSH", 2, ErrorCodes.DataType, "MSH-1 and MSH-2 must be five or six different characters that are neither letters nor digits.");
        var named = header.Segment.Text(18);
        if (Hl7Header.EncodingOf(named) is not { } encoding)
            throw Hl7RefusedException.Rejected("MSH", 18, ErrorCodes.TableValue, $"The encoding '{Excerpt.Of(named)}' is not known here: allowed are ASCII, UNICODE UTF-8 and 8859/1.");
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var segments = new List<Hl7Segment>(lines.Count);
        foreach (var line in lines)
        {
            if (!IsSegment(line, header.By))
                throw Hl7RefusedException.Rejected("MSH", 0, ErrorCodes.SegmentSequence, $"Line {segments.Count + 1} is no segment: its name is '{Excerpt.Of(line.AsSpan(0, Math.Min(3, line.Length)))}'.");
            var text = Hl7Header.Text(line, encoding)
                ?? throw Hl7RefusedException.Rejected(line[..3], 0, ErrorCodes.DataType, $"It is not in the encoding {(named.Length > 0 ? named : "ASCII or UTF-8, and MSH-18 names no other")}.");
            var number = counts[line[..3]] = counts.GetValueOrDefault(line[..3]) + 1;
            segments.Add(new Hl7Segment(text, header.By, encoding, number));
        }
        return new Hl7Message(header, segments);
    }

    private static bool IsSegment(string line, Delimiters by) =>
        line.Length >= 3 && char.IsAsciiLetterUpper(line[0]) && IsOfName(line[1]) && IsOfName(line[2]) && (line.Length == 3 || line[3] == by.Field);

    private static bool IsOfName(char c) => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c);
}

/// <summary>What a frame holds: a message, several, or a batch of them.</summary>
/// <param name="Messages">The segments of each message; each byte of them is one character.</param>
/// <param name="FileHeader">FHS; null when there is none.</param>
/// <param name="BatchHeader">BHS; null when there is none.</param>
internal sealed record Hl7Content(IReadOnlyList<IReadOnlyList<string>> Messages, string? FileHeader, string? BatchHeader)
{
    private const int MostMessages = 10_000;

    /// <summary>Whether its answers are a batch as well.</summary>
    public bool IsBatch => FileHeader is not null || BatchHeader is not null;

    /// <summary>Divides a frame into messages. A segment ends with CR; CR LF and LF are accepted too.</summary>
    /// <exception cref="Hl7RefusedException">There is no message, or something before the first.</exception>
    public static Hl7Content Read(ReadOnlySpan<byte> frame)
    {
        List<List<string>> messages = [];
        string? file = null, batch = null;
        foreach (var range in frame.SplitAny("\r\n"u8))
        {
            if (frame[range].IsEmpty)
                continue;
            var line = Encoding.Latin1.GetString(frame[range]);
            switch (line.Length >= 3 ? line[..3] : line)
            {
                case "MSH":
                    if (messages.Count == MostMessages)
                        throw Hl7RefusedException.Rejected("MSH", 0, ErrorCodes.TooLong, $"A batch may have {MostMessages} messages.");
                    messages.Add([line]);
                    break;
                case "FHS" when messages.Count == 0:
                    file = line;
                    break;
                case "BHS":
                    batch ??= line;
                    break;
                case "BTS" or "FTS":
                    break;
                default:
                    if (messages.Count == 0)
                        throw Hl7RefusedException.Rejected("MSH", 0, ErrorCodes.SegmentSequence, "The first segment is not MSH.");
                    messages[^1].Add(line);
                    break;
            }
        }
        return messages.Count > 0 ? new Hl7Content(messages, file, batch) : throw Hl7RefusedException.Rejected("MSH", 0, ErrorCodes.SegmentSequence, "There is no message.");
    }
}
