using System.Buffers.Binary;
using System.Text;
using HealthDashboard.Data.Cql;

namespace HealthDashboard.Tests.Servers.Cassandra;

/// <summary>A request as a scripted node read it.</summary>
/// <param name="Header">The nine bytes of its header.</param>
/// <param name="Body">Its body.</param>
/// <param name="Recall">Gives a prepared statement by its name.</param>
internal sealed record ScriptedRequest(byte[] Header, byte[] Body, Func<byte[], string?> Recall)
{
    public byte Version => Header[0];

    public short Stream => BinaryPrimitives.ReadInt16BigEndian(Header.AsSpan(2));

    public Opcode Opcode => (Opcode)Header[4];

    /// <summary>The header and the body.</summary>
    public byte[] Bytes => [.. Header, .. Body];

    /// <summary>The statements that it is about; unknown ones are empty.</summary>
    public string[] Statements => Opcode switch
    {
        Opcode.Query or Opcode.Prepare => [Encoding.UTF8.GetString(Body, 4, BinaryPrimitives.ReadInt32BigEndian(Body))],
        Opcode.Execute => [Recall(Body[2..(2 + Id.Length)]) ?? ""],
        Opcode.Batch => [.. BatchRows().Select(row => Recall(row.Id) ?? "")],
        _ => [],
    };

    /// <summary>The name of the prepared statement that EXECUTE runs.</summary>
    public byte[] Id => Body[2..(2 + BinaryPrimitives.ReadUInt16BigEndian(Body))];

    public bool IsAbout(string words) => Statements.Any(statement => statement.Contains(words, StringComparison.Ordinal));

    /// <summary>What QUERY and EXECUTE say after the statement (section 4.1.4).</summary>
    public ScriptedParameters Parameters()
    {
        var at = Opcode == Opcode.Query ? 4 + BinaryPrimitives.ReadInt32BigEndian(Body) : 2 + Id.Length;
        var consistency = (Consistency)BinaryPrimitives.ReadUInt16BigEndian(Body.AsSpan(at));
        var flags = Body[at + 2];
        at += 3;
        var values = (flags & 0x01) != 0 ? ReadValues(ref at) : [];
        var pageSize = int.MaxValue;
        if ((flags & 0x04) != 0)
        {
            pageSize = BinaryPrimitives.ReadInt32BigEndian(Body.AsSpan(at));
            at += 4;
        }
        return new ScriptedParameters(consistency, values, (flags & 0x02) != 0, pageSize, (flags & 0x08) != 0 ? ReadValue(ref at) : null);
    }

    /// <summary>The rows of a batch (section 4.1.7).</summary>
    public List<(byte[] Id, List<byte[]?> Values)> BatchRows()
    {
        var rows = new List<(byte[], List<byte[]?>)>();
        var at = 3;
        for (var count = BinaryPrimitives.ReadUInt16BigEndian(Body.AsSpan(1)); count > 0; count--)
        {
            Assert.Equal(1, Body[at++]);
            var length = BinaryPrimitives.ReadUInt16BigEndian(Body.AsSpan(at));
            var id = Body[(at + 2)..(at + 2 + length)];
            at += 2 + length;
            rows.Add((id, ReadValues(ref at)));
        }
        return rows;
    }

    private List<byte[]?> ReadValues(ref int at)
    {
        var values = new List<byte[]?>();
        var count = BinaryPrimitives.ReadUInt16BigEndian(Body.AsSpan(at));
        at += 2;
        while (values.Count < count)
            values.Add(ReadValue(ref at));
        return values;
    }

    private byte[]? ReadValue(ref int at)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(Body.AsSpan(at));
        at += 4;
        if (length < 0)
            return null;
        at += length;
        return Body[(at - length)..at];
    }
}

/// <summary>What a query asks for besides its statement.</summary>
internal sealed record ScriptedParameters(Consistency Consistency, List<byte[]?> Values, bool SkipMetadata, int PageSize, byte[]? PagingState);
