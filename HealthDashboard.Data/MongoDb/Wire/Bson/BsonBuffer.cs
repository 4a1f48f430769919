using System.Buffers;
using System.Buffers.Binary;

namespace HealthDashboard.Data.MongoDb.Wire.Bson;

/// <summary>Pooled bytes that grow, and can be gone back to: in BSON a length stands before what it counts.</summary>
/// <param name="most">How long it may become.</param>
internal sealed class BsonBuffer(int most = BsonLimits.Message) : IBufferWriter<byte>, IDisposable
{
    private byte[] bytes = ArrayPool<byte>.Shared.Rent(1024);

    /// <summary>How many bytes are written.</summary>
    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => bytes.AsMemory(0, Length);

    public ReadOnlySpan<byte> WrittenSpan => bytes.AsSpan(0, Length);

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        var needed = (long)Length + Math.Max(sizeHint, 1);
        if (needed > most)
            throw new BsonException($"More than {most} bytes.");
        if (needed > bytes.Length)
            Grow((int)needed);
        return bytes.AsMemory(Length);
    }

    public void Advance(int count) => Length += count;

    public void WriteByte(byte value)
    {
        GetSpan(1)[0] = value;
        Length++;
    }

    public void WriteInt32(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(GetSpan(sizeof(int)), value);
        Length += sizeof(int);
    }

    public void WriteInt64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(GetSpan(sizeof(long)), value);
        Length += sizeof(long);
    }

    public void WriteBytes(ReadOnlySpan<byte> value)
    {
        value.CopyTo(GetSpan(value.Length));
        Length += value.Length;
    }

    /// <summary>Puts the number of bytes since a place at that place.</summary>
    public int PatchLength(int at)
    {
        var length = Length - at;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), length);
        return length;
    }

    /// <summary>What is written from a place on, to be changed.</summary>
    public Span<byte> At(int start) => bytes.AsSpan(start, Length - start);

    public void Clear() => Length = 0;

    /// <summary>Takes the first bytes out; the rest moves to the start.</summary>
    public void RemoveFirst(int count)
    {
        bytes.AsSpan(count, Length - count).CopyTo(bytes);
        Length -= count;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(bytes);
        bytes = [];
        Length = 0;
    }

    private void Grow(int needed)
    {
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(most, Math.Max(needed, 2L * bytes.Length)));
        WrittenSpan.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(bytes);
        bytes = larger;
    }
}
