using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace HealthDashboard.Data.MongoDb.Wire.Bson;

/// <summary>Values in order. In BSON it is a document whose names are 0, 1 and so on; when reading, only the order counts.</summary>
internal sealed class BsonArray : IReadOnlyList<BsonValue>, IEquatable<BsonArray>
{
    private readonly List<BsonValue> values = [];

    public BsonArray()
    {
    }

    public BsonArray(IEnumerable<BsonValue> values) => this.values.AddRange(values);

    public int Count => values.Count;

    public BsonValue this[int index] => values[index];

    public static BsonArray Of<T>(IEnumerable<T> items, Func<T, BsonValue> toValue) => new(items.Select(toValue));

    internal static BsonArray Read(ReadOnlySpan<byte> bytes, int depth, ref int most)
    {
        CheckDepth(depth);
        var reader = new BsonReader(bytes);
        var array = new BsonArray();
        while (reader.Next())
            array.values.Add(BsonValue.Read(ref reader, depth, ref most));
        return array;
    }

    internal static void CheckDepth(int depth)
    {
        if (depth > BsonLimits.Depth)
            throw new BsonException($"More than {BsonLimits.Depth} documents within each other.");
    }

    public void Add(BsonValue value) => values.Add(value);

    public void WriteTo(BsonBuffer buffer, int depth)
    {
        CheckDepth(depth);
        var writer = new BsonWriter(buffer);
        var start = writer.Begin();
        for (var index = 0; index < values.Count; index++)
        {
            writer.Name(values[index].Type, index);
            values[index].WriteTo(buffer, depth);
        }
        writer.End(start);
    }

    public IEnumerator<BsonValue> GetEnumerator() => values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public bool Equals([NotNullWhen(true)] BsonArray? other) => other is not null && values.SequenceEqual(other.values);

    public override bool Equals(object? obj) => Equals(obj as BsonArray);

    /// <summary>The count only: values are patient data, and this is what ends up in a log.</summary>
    public override string ToString() => $"{values.Count} values";

    public override int GetHashCode() => values.Count == 0 ? 0 : HashCode.Combine(values.Count, values[0]);
}
