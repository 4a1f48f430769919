using System.Buffers.Binary;

namespace HealthDashboard.Data.Cql;

/// <summary>One page of rows (section 4.2.5.2). The rows look into the bytes as they came.</summary>
internal sealed class RowSet
{
    /// <summary>No rows: what a request that returns none answers.</summary>
    public static readonly RowSet Empty = new([], [], [], null, 0);

    private readonly byte[] body;
    private readonly int[] starts;

    private RowSet(byte[] body, int[] starts, IReadOnlyList<Column> columns, byte[]? pagingState, int count) =>
        (this.body, this.starts, Columns, PagingState, Count) = (body, starts, columns, pagingState, count);

    public IReadOnlyList<Column> Columns { get; }

    public int Count { get; }

    /// <summary>What the next page is asked for with; null on the last.</summary>
    public byte[]? PagingState { get; }

    public Row this[int index] => new(this, index);

    /// <summary>Reads a page.</summary>
    /// <param name="body">The whole body, which the rows keep.</param>
    /// <param name="reader">Reads <paramref name="body"/>, and stands after the kind of result.</param>
    /// <param name="known">The columns, where the server was asked to leave them out; null otherwise.</param>
    public static RowSet Read(byte[] body, ref FrameReader reader, IReadOnlyList<Column>? known)
    {
        var metadata = ResultMetadata.Read(ref reader);
        var columns = metadata.Columns ?? known ?? throw new ProtocolException("rows come without their columns");
        if (columns.Count != metadata.ColumnCount)
            throw new ProtocolException($"rows of {metadata.ColumnCount} columns where {columns.Count} were announced");
        // A row without columns takes no bytes, so no number of them could be checked.
        var count = reader.Count(atLeastBytesEach: columns.Count == 0 ? int.MaxValue : 4 * columns.Count);
        var positions = new int[count * columns.Count];
        for (var i = 0; i < positions.Length; i++)
        {
            positions[i] = reader.Position;
            reader.TryBytes(out _);
        }
        return new RowSet(body, positions, columns, metadata.PagingState, count);
    }

    /// <summary>The bytes of a value; false when it is null.</summary>
    public bool TryGet(int row, int column, out ReadOnlySpan<byte> bytes)
    {
        var start = starts[(row * Columns.Count) + column];
        var length = BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(start));
        bytes = length < 0 ? default : body.AsSpan(start + 4, length);
        return length >= 0;
    }
}

/// <summary>What a result says about itself (section 4.2.5.2).</summary>
/// <param name="ColumnCount">How many columns.</param>
/// <param name="Columns">The columns; null when they were left out.</param>
/// <param name="PagingState">What the next page is asked for with; null when there is none.</param>
internal readonly record struct ResultMetadata(int ColumnCount, Column[]? Columns, byte[]? PagingState)
{
    private const int GlobalTable = 0x1;
    private const int HasMorePages = 0x2;
    private const int NoMetadata = 0x4;

    public static ResultMetadata Read(ref FrameReader reader)
    {
        var flags = reader.Int();
        var left = (flags & NoMetadata) != 0;
        // Each column has at least the length of its name and its type; without them each value of a first row has its length,
        // but there may be no row.
        var count = reader.Count(atLeastBytesEach: left ? 0 : 4);
        byte[]? state = null;
        if ((flags & HasMorePages) != 0 && reader.TryBytes(out var bytes))
            state = bytes.ToArray();
        return new ResultMetadata(count, left ? null : Column.ReadAll(ref reader, count, (flags & GlobalTable) != 0, out _), state);
    }
}
