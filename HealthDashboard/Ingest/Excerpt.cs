using System.Text;

namespace HealthDashboard.Ingest;

/// <summary>A sender's text as messages quote it: short, and nothing in it that a terminal would act on.</summary>
internal static class Excerpt
{
    private const int Longest = 40;

    /// <summary>Quotes text.</summary>
    public static string Of(ReadOnlySpan<char> text)
    {
        var builder = new StringBuilder(Longest + 1);
        foreach (var c in text[..Math.Min(text.Length, Longest)])
            builder.Append(char.IsControl(c) || char.IsSurrogate(c) ? '?' : c);
        return text.Length > Longest ? builder.Append('…').ToString() : builder.ToString();
    }

    /// <summary>Quotes UTF-8 text; what is no UTF-8 shows as the replacement character.</summary>
    public static string Of(ReadOnlySpan<byte> utf8) => Of(Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, 4 * Longest)]));
}
