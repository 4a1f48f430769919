using System.Buffers.Binary;
using HealthDashboard.Data.Cql;

namespace HealthDashboard.Tests.Servers.Cassandra;

/// <summary>A table of the scripted servers: each cell keeps the write with the greatest timestamp, as Cassandra's do.</summary>
internal sealed class MemoryTable(string keyspace, string name, IReadOnlyList<Column> columns, IReadOnlyList<string> partition, IReadOnlyList<string> clustering)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Dictionary<string, Cell>> rows = [];

    public string Keyspace => keyspace;

    public string Name => name;

    public IReadOnlyList<Column> Columns => columns;

    public IReadOnlyList<string> Partition => partition;

    public Column Column(string column) => columns.Single(c => c.Name == column);

    public void Put(IReadOnlyDictionary<string, byte[]?> values, long timestamp)
    {
        var key = string.Join('/', partition.Concat(clustering).Select(column => Convert.ToHexString(values[column]!)));
        lock (gate)
        {
            var row = rows.TryGetValue(key, out var there) ? there : rows[key] = [];
            foreach (var (column, value) in values)
            {
                // At the same timestamp the greater value wins, and nothing is greater than a removal.
                if (!row.TryGetValue(column, out var before) || timestamp > before.Timestamp
                    || (timestamp == before.Timestamp && before.Value is not null && (value is null || value.AsSpan().SequenceCompareTo(before.Value) > 0)))
                    row[column] = new Cell(timestamp, value);
            }
        }
    }

    /// <summary>The rows that meet all conditions, in the order of the key.</summary>
    public List<Dictionary<string, byte[]?>> Select(IReadOnlyList<(string Column, string Operator, byte[] Value)> conditions)
    {
        lock (gate)
        {
            return
            [
                .. rows.Values
                    .Select(row => row.ToDictionary(cell => cell.Key, cell => cell.Value.Value))
                    .Where(row => conditions.All(c => Meets(Compare(Column(c.Column).Type, row[c.Column]!, c.Value), c.Operator)))
                    .Order(Comparer<Dictionary<string, byte[]?>>.Create(InOrder)),
            ];
        }
    }

    private int InOrder(Dictionary<string, byte[]?> a, Dictionary<string, byte[]?> b) => partition.Concat(clustering)
        .Select(column => Compare(Column(column).Type, a[column]!, b[column]!)).FirstOrDefault(order => order != 0);

    private static bool Meets(int order, string comparison) => comparison switch
    {
        "=" => order == 0,
        ">=" => order >= 0,
        "<=" => order <= 0,
        ">" => order > 0,
        "<" => order < 0,
        _ => throw new ArgumentOutOfRangeException(nameof(comparison)),
    };

    private static int Compare(CqlTypeCode type, byte[] a, byte[] b) => type switch
    {
        CqlTypeCode.Int => BinaryPrimitives.ReadInt32BigEndian(a).CompareTo(BinaryPrimitives.ReadInt32BigEndian(b)),
        CqlTypeCode.Bigint or CqlTypeCode.Timestamp => BinaryPrimitives.ReadInt64BigEndian(a).CompareTo(BinaryPrimitives.ReadInt64BigEndian(b)),
        _ => a.AsSpan().SequenceCompareTo(b),
    };

    private sealed record Cell(long Timestamp, byte[]? Value);
}
