using System.Buffers.Binary;
using System.Numerics;

namespace HealthDashboard.Data.Cql;

/// <summary>
/// Where a partition key is on the ring, as Murmur3Partitioner has it: the first half of MurmurHash3 x64 128 with seed 0, but with the bytes
/// after the last whole block of 16 taken as signed, which Cassandra once got wrong and has to keep.
/// </summary>
internal static class Murmur3
{
    private const ulong C1 = 0x87c37b91114253d5;
    private const ulong C2 = 0x4cf5ad432745937f;

    public static long TokenOf(ReadOnlySpan<byte> key)
    {
        if (key.IsEmpty)
            return long.MinValue;
        ulong h1 = 0, h2 = 0;
        var left = key;
        for (; left.Length >= 16; left = left[16..])
        {
            h1 ^= Mix1(BinaryPrimitives.ReadUInt64LittleEndian(left));
            h1 = ((BitOperations.RotateLeft(h1, 27) + h2) * 5) + 0x52dce729;
            h2 ^= Mix2(BinaryPrimitives.ReadUInt64LittleEndian(left[8..]));
            h2 = ((BitOperations.RotateLeft(h2, 31) + h1) * 5) + 0x38495ab5;
        }
        h2 ^= Mix2(Tail(left.Length > 8 ? left[8..] : []));
        h1 ^= Mix1(Tail(left.Length > 8 ? left[..8] : left));
        h1 ^= (ulong)key.Length;
        h2 ^= (ulong)key.Length;
        h1 += h2;
        h2 += h1;
        var token = unchecked((long)(Finish(h1) + Finish(h2)));
        // The smallest number is where the ring begins, and no key's.
        return token == long.MinValue ? long.MaxValue : token;
    }

    private static ulong Tail(ReadOnlySpan<byte> bytes)
    {
        ulong tail = 0;
        for (var i = 0; i < bytes.Length; i++)
            tail ^= unchecked((ulong)(sbyte)bytes[i]) << (8 * i);
        return tail;
    }

    private static ulong Mix1(ulong k) => BitOperations.RotateLeft(k * C1, 31) * C2;

    private static ulong Mix2(ulong k) => BitOperations.RotateLeft(k * C2, 33) * C1;

    private static ulong Finish(ulong k)
    {
        k = (k ^ (k >> 33)) * 0xff51afd7ed558ccd;
        k = (k ^ (k >> 33)) * 0xc4ceb9fe1a85ec53;
        return k ^ (k >> 33);
    }
}
