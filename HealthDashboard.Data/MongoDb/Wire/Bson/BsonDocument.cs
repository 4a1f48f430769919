using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace HealthDashboard.Data.MongoDb.Wire.Bson;

/// <summary>Named values in order. Written as <c>new BsonDocument { ["find"] = "patients", ["limit"] = 1 }</c>.</summary>
internal sealed class BsonDocument : IEnumerable<KeyValuePair<string, BsonValue>>, IEquatable<BsonDocument>
{
    private readonly List<KeyValuePair<string, BsonValue>> elements;

    /// <summary>An empty document.</summary>
    /// <param name="capacity">How many values are expected, so that none have to be moved.</param>
    public BsonDocument(int capacity = 0) => elements = new(capacity);

    /// <summary>Another document with the same values.</summary>
    public BsonDocument(BsonDocument other) => elements = [.. other.elements];

    public int Count => elements.Count;

    /// <summary>The value of a name. Setting replaces it, or adds it at the end.</summary>
    /// <exception cref="BsonException">Nothing has this name.</exception>
    public BsonValue this[string name]
    {
        get => TryGet(name, out var value) ? value : throw new BsonException($"Nothing is called '{name}'.");
        set
        {
            var element = KeyValuePair.Create(name, value);
            var at = IndexOf(name);
            if (at < 0)
                elements.Add(element);
            else
                elements[at] = element;
        }
    }

    /// <summary>Reads exactly one document.</summary>
    /// <exception cref="BsonException">The bytes are none.</exception>
    public static BsonDocument Read(ReadOnlySpan<byte> bytes)
    {
        var values = BsonLimits.Values;
        return Read(bytes, 1, ref values);
    }

    internal static BsonDocument Read(ReadOnlySpan<byte> bytes, int depth, ref int values)
    {
        BsonArray.CheckDepth(depth);
        var reader = new BsonReader(bytes);
        var document = new BsonDocument();
        while (reader.Next())
            document.elements.Add(KeyValuePair.Create(reader.Name, BsonValue.Read(ref reader, depth, ref values)));
        return document;
    }

    public bool TryGet(string name, out BsonValue value)
    {
        var at = IndexOf(name);
        value = at < 0 ? default : elements[at].Value;
        return at >= 0;
    }

    /// <summary>The value of a name; null when nothing has it.</summary>
    public BsonValue Get(string name) => TryGet(name, out var value) ? value : default;

    /// <summary>The document as bytes.</summary>
    /// <exception cref="BsonException">It is too large, too deep, or has a text that cannot be written.</exception>
    public byte[] ToBytes()
    {
        using var buffer = new BsonBuffer();
        WriteTo(buffer);
        return buffer.WrittenSpan.ToArray();
    }

    /// <inheritdoc cref="ToBytes"/>
    public void WriteTo(BsonBuffer buffer, int depth = 1)
    {
        BsonArray.CheckDepth(depth);
        var writer = new BsonWriter(buffer);
        var start = writer.Begin();
        foreach (var (name, value) in elements)
        {
            writer.Name(value.Type, name);
            value.WriteTo(buffer, depth);
        }
        writer.End(start);
    }

    public IEnumerator<KeyValuePair<string, BsonValue>> GetEnumerator() => elements.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public bool Equals([NotNullWhen(true)] BsonDocument? other) => other is not null && elements.SequenceEqual(other.elements);

    public override bool Equals(object? obj) => Equals(obj as BsonDocument);

    /// <summary>The names only: values are patient data, and this is what ends up in a log.</summary>
    public override string ToString() => string.Join(", ", elements.Select(element => element.Key));

    public override int GetHashCode() => elements.Count == 0 ? 0 : HashCode.Combine(elements.Count, elements[0].Key, elements[0].Value);

    // A loop and no dictionary: documents are short, and no predicate is made for each look.
    private int IndexOf(string name)
    {
        for (var at = 0; at < elements.Count; at++)
        {
            if (elements[at].Key == name)
                return at;
        }
        return -1;
    }
}
