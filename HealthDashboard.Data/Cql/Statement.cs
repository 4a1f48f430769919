namespace HealthDashboard.Data.Cql;

/// <summary>
/// A statement that is prepared on each node when it is first needed there. Running it twice must do no more than running it once:
/// it is repeated on another node when the first does not answer.
/// </summary>
internal sealed class Statement(string cql, Consistency consistency)
{
    public string Cql { get; } = cql;

    public Consistency Consistency { get; } = consistency;

    /// <summary>Which of its values say where its rows are; null until it was prepared somewhere, and when its values do not say it.</summary>
    public PartitionKey? Key { get; set; }

    public override string ToString() => Cql;
}

/// <summary>A statement as one node knows it (section 4.2.5.4).</summary>
/// <param name="Id">The node's name for it.</param>
/// <param name="Markers">What it wants values for.</param>
/// <param name="Columns">What it returns; null when the node does not say.</param>
/// <param name="Key">Which markers say where its rows are; null when they do not.</param>
internal sealed record Prepared(byte[] Id, IReadOnlyList<Column> Markers, IReadOnlyList<Column>? Columns, PartitionKey? Key = null)
{
    public static Prepared Read(ref FrameReader reader)
    {
        var id = reader.ShortBytes().ToArray();
        var sameTable = (reader.Int() & 0x1) != 0;
        var count = reader.Count(atLeastBytesEach: 4);
        var key = new int[reader.Count(atLeastBytesEach: 2)];
        for (var i = 0; i < key.Length; i++)
            key[i] = reader.Short();
        if (Array.Exists(key, marker => marker >= count))
            throw new ProtocolException($"a partition key beyond the {count} markers");
        var markers = Column.ReadAll(ref reader, count, sameTable, out var keyspace);
        var result = ResultMetadata.Read(ref reader);
        return new Prepared(id, markers, result.ColumnCount == 0 ? null : result.Columns, key.Length == 0 ? null : new PartitionKey(keyspace, key));
    }

    /// <summary>Checks that values fit the markers, so that a table made otherwise is reported by name and not by a wrong number of bytes.</summary>
    /// <exception cref="RequestException">Their number does not.</exception>
    /// <exception cref="SetupException">A column is of another type.</exception>
    public void Check(ReadOnlySpan<CqlValue> values)
    {
        if (values.Length != Markers.Count)
            throw new RequestException($"{values.Length} values for {Markers.Count} markers");
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i].Type != Markers[i].Type)
                throw new SetupException($"column {Markers[i].Name} is {Markers[i].Type}, not {values[i].Type}");
        }
    }
}
