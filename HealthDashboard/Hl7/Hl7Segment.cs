using System.Text;

namespace HealthDashboard.Hl7;

/// <summary>A segment, whose fields are numbered from 1 as the standard does.</summary>
internal sealed class Hl7Segment
{
    private readonly string[] fields;
    private readonly Delimiters by;
    private readonly Encoding encoding;

    /// <param name="text">The whole segment.</param>
    /// <param name="by">What divides it.</param>
    /// <param name="encoding">What bytes in escapes are written in.</param>
    /// <param name="number">Which one of its name, from 1.</param>
    public Hl7Segment(string text, Delimiters by, Encoding encoding, int number = 1)
    {
        (this.by, this.encoding, Number) = (by, encoding, number);
        Name = text.Length >= 3 ? text[..3] : text;
        // In a header the character that divides fields is itself the first field.
        fields = Name is "MSH" or "BHS" or "FHS" ? [Name, by.Field.ToString(), .. text[Math.Min(4, text.Length)..].Split(by.Field)] : text.Split(by.Field);
    }

    /// <summary>Three characters.</summary>
    public string Name { get; }

    /// <summary>Which one of its name in the message, from 1.</summary>
    public int Number { get; }

    /// <summary>A field as it is written; empty when it is not there.</summary>
    public string Raw(int field) => field < fields.Length ? fields[field] : "";

    /// <summary>Whether a field says that there is no value any more (two quotation marks), which empty does not.</summary>
    public bool IsDeleted(int field) => Raw(field) == "\"\"";

    /// <summary>How often a field is repeated; 0 when it is empty.</summary>
    public int Repetitions(int field) => Raw(field) is { Length: > 0 } raw ? raw.Split(by.Repetition).Length : 0;

    /// <summary>What a part of a field says, without escapes and blanks around it; empty when it is not there.</summary>
    /// <param name="field">The field, from 1.</param>
    /// <param name="component">The component, from 1.</param>
    /// <param name="repetition">The repetition, from 1.</param>
    /// <param name="subcomponent">The subcomponent, from 1.</param>
    public string Text(int field, int component = 1, int repetition = 1, int subcomponent = 1)
    {
        var part = Part(Part(Part(Raw(field), by.Repetition, repetition), by.Component, component), by.Subcomponent, subcomponent).Trim();
        return part is "\"\"" ? "" : Hl7Escapes.Decode(part.ToString(), by, encoding);
    }

    private static ReadOnlySpan<char> Part(ReadOnlySpan<char> text, char divider, int number)
    {
        foreach (var range in text.Split(divider))
        {
            if (--number == 0)
                return text[range];
        }
        return [];
    }
}
