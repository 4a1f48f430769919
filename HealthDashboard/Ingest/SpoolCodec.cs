using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Ingest;

/// <summary>
/// A batch of readings as a frame of the spool, little-endian: length of the payload (4 bytes), CRC-32C of the payload (4), payload.
/// The payload is the format (4, it is -2), the count (4), then for each reading its patient (12), sign (1), time (8), value (8),
/// arrival (8), length of the device's name (1) and the name in UTF-8. The first format, still read, has neither format nor arrival;
/// a count is never negative.
/// </summary>
internal static class SpoolCodec
{
    /// <summary>Length and checksum in front of a payload.</summary>
    public const int HeaderBytes = 8;

    private const int Format = -2;
    private const int CountBytes = 4;
    private const int FormatBytes = 4;

    // Patient, sign, time and value of a reading; the format tells what follows.
    private const int ValueEnd = ObjectId.Size + 1 + 8 + 8;
    private const int FixedBytes = ValueEnd + 8 + 1;

    /// <summary>The most that a frame of so many readings can take.</summary>
    public static long LargestFrame(int readings) => HeaderBytes + FormatBytes + CountBytes + ((long)readings * (FixedBytes + DeviceNames.LongestName));

    /// <summary>Writes a frame.</summary>
    public static void Write(IReadOnlyList<Reading> readings, ArrayBufferWriter<byte> output)
    {
        var frame = output.GetSpan((int)LargestFrame(readings.Count));
        BinaryPrimitives.WriteInt32LittleEndian(frame[HeaderBytes..], Format);
        BinaryPrimitives.WriteInt32LittleEndian(frame[(HeaderBytes + FormatBytes)..], readings.Count);
        var at = HeaderBytes + FormatBytes + CountBytes;
        for (var i = 0; i < readings.Count; i++)
        {
            var reading = readings[i];
            reading.PatientId.CopyTo(frame[at..]);
            frame[at + 12] = (byte)reading.Sign;
            BinaryPrimitives.WriteInt64LittleEndian(frame[(at + 13)..], reading.Time);
            BinaryPrimitives.WriteDoubleLittleEndian(frame[(at + 21)..], reading.Value);
            BinaryPrimitives.WriteInt64LittleEndian(frame[(at + ValueEnd)..], reading.Arrived);
            var name = Encoding.UTF8.GetBytes(reading.Device ?? "", frame[(at + FixedBytes)..][..DeviceNames.LongestName]);
            frame[at + FixedBytes - 1] = (byte)name;
            at += FixedBytes + name;
        }
        BinaryPrimitives.WriteInt32LittleEndian(frame, at - HeaderBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[4..], Checksum(frame[HeaderBytes..at]));
        output.Advance(at);
    }

    /// <summary>The length of the whole frame that begins here; 0 when none that is whole and right does.</summary>
    public static int FrameLength(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes)
            return 0;
        var payload = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (payload < CountBytes || payload > bytes.Length - HeaderBytes)
            return 0;
        var right = Checksum(bytes.Slice(HeaderBytes, payload)) == BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        return right ? HeaderBytes + payload : 0;
    }

    /// <summary>How many readings a whole frame has.</summary>
    public static int Count(ReadOnlySpan<byte> frame) => ReadCount(frame, out _);

    /// <summary>Reads a whole frame, adding its readings to a list.</summary>
    /// <exception cref="InvalidDataException">A newer program wrote it.</exception>
    public static void Read(ReadOnlySpan<byte> frame, DeviceNames devices, List<Reading> readings)
    {
        var left = ReadCount(frame, out var withArrival);
        for (var at = HeaderBytes + CountBytes + (withArrival ? FormatBytes : 0); left > 0; left--)
        {
            var nameAt = at + ValueEnd + (withArrival ? 8 : 0);
            int name = frame[nameAt];
            readings.Add(new Reading(
                new ObjectId(frame.Slice(at, ObjectId.Size)),
                (VitalSign)frame[at + 12],
                BinaryPrimitives.ReadInt64LittleEndian(frame[(at + 13)..]),
                BinaryPrimitives.ReadDoubleLittleEndian(frame[(at + 21)..]),
                name == 0 ? null : devices.Find(frame.Slice(nameAt + 1, name)),
                withArrival ? BinaryPrimitives.ReadInt64LittleEndian(frame[(at + ValueEnd)..]) : 0));
            at = nameAt + 1 + name;
        }
    }

    private static int ReadCount(ReadOnlySpan<byte> frame, out bool withArrival)
    {
        var first = BinaryPrimitives.ReadInt32LittleEndian(frame[HeaderBytes..]);
        withArrival = first == Format;
        return withArrival ? BinaryPrimitives.ReadInt32LittleEndian(frame[(HeaderBytes + FormatBytes)..])
            : first >= 0 ? first
            : throw new InvalidDataException($"The spool has a frame of format {first}: a newer program wrote it.");
    }

    private static uint Checksum(ReadOnlySpan<byte> payload)
    {
        var crc = ~0u;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(payload))
            crc = BitOperations.Crc32C(crc, word);
        foreach (var last in payload[(payload.Length & ~7)..])
            crc = BitOperations.Crc32C(crc, last);
        return ~crc;
    }
}
