namespace HealthDashboard.Data.Cql;

/// <summary>Which of a statement's values say where its rows are.</summary>
/// <param name="Keyspace">The keyspace of its table.</param>
/// <param name="Markers">The markers that are the partition key, in the key's order.</param>
internal sealed record PartitionKey(string Keyspace, IReadOnlyList<int> Markers)
{
    /// <summary>The token of a row's partition; null when a part of the key is missing.</summary>
    public long? TokenOf(ReadOnlySpan<CqlValue> values)
    {
        using var key = new FrameWriter(Opcode.Execute);
        foreach (var marker in Markers)
        {
            if (marker >= values.Length || values[marker].IsNull)
                return null;
            // A key of one column is its bytes; of several, each has its length before it and a zero after it.
            if (Markers.Count > 1)
            {
                if (values[marker].Length > ushort.MaxValue)
                    return null;
                key.Short(values[marker].Length);
            }
            values[marker].WriteBytesTo(key);
            if (Markers.Count > 1)
                key.Byte(0);
        }
        return Murmur3.TokenOf(key.Body);
    }
}
