namespace HealthDashboard.Data.Cassandra.Wire;

/// <summary>
/// A statement that is prepared on each node when it is first needed there. Running it twice must do no more than running it once:
/// it is repeated on another node when the first does not answer.
/// </summary>
internal sealed class Statement(string cql, Consistency consistency)
{
    public string Cql { get; } = cql;

    public Consistency Consistency { get; } = consistency;

    public override string ToString() => Cql;
}

/// <summary>A statement as one node knows it (section 4.2.5.4).</summary>
/// <param name="Id">The node's name for it.</param>
/// <param name="Markers">What it wants values for.</param>
/// <param name="Columns">What it returns; null when the node does not say.</param>
internal sealed record Prepared(byte[] Id, IReadOnlyList<Column> Markers, IReadOnlyList<Column>? Columns)
{
    public static Prepared Read(ref FrameReader reader)
    {
        var id = reader.ShortBytes().ToArray();
        var sameTable = (reader.Int() & 0x1) != 0;
        var count = reader.Count(atLeastBytesEach: 4);
        // Which markers make up the partition key: requests are not sent by token, so nobody asks.
        reader.Skip(2 * reader.Count(atLeastBytesEach: 2));
        var markers = Column.ReadAll(ref reader, count, sameTable);
        var result = ResultMetadata.Read(ref reader);
        return new Prepared(id, markers, result.ColumnCount == 0 ? null : result.Columns);
    }

    /// <summary>Checks that values fit the markers, so that a table made otherwise is told by name and not by a wrong number of bytes.</summary>
    /// <exception cref="RequestException">They do not.</exception>
    public void Check(ReadOnlySpan<CqlValue> values)
    {
        if (values.Length != Markers.Count)
            throw new RequestException($"{values.Length} values for {Markers.Count} markers");
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i].Type != Markers[i].Type)
                throw new RequestException($"column {Markers[i].Name} is {Markers[i].Type}, not {values[i].Type}");
        }
    }
}
