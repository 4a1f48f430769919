using System.Buffers.Binary;
using System.Text;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Data.Redis;

/// <summary>
/// Readings as one message, big-endian: format (1 byte), sender (8 bytes), number (8), then for each patient the id (12), a count (1) and so
/// many readings: sign (1), milliseconds since 1970 (8), when it arrived likewise (8), value as IEEE 754 (8), how many bytes the device's
/// name has (1), and these in UTF-8.
/// </summary>
internal static class LiveBatch
{
    private const byte Format = 2;
    private const int Header = 17;
    private const int Group = ObjectId.Size + 1;
    private const int Item = 26;

    /// <summary>Writes readings; those of one patient that follow each other share the id.</summary>
    public static byte[] Encode(ulong sender, long number, IReadOnlyList<Reading> readings)
    {
        var buffer = new byte[Header + (readings.Count * (Group + Item)) + readings.Sum(reading => DeviceBytes(reading.Device))];
        buffer[0] = Format;
        BinaryPrimitives.WriteUInt64BigEndian(buffer.AsSpan(1), sender);
        BinaryPrimitives.WriteInt64BigEndian(buffer.AsSpan(9), number);
        var (at, count) = (Header, 0);
        for (var i = 0; i < readings.Count; i++)
        {
            var reading = readings[i];
            if (i == 0 || reading.PatientId != readings[i - 1].PatientId || buffer[count] == byte.MaxValue)
            {
                reading.PatientId.CopyTo(buffer.AsSpan(at));
                count = at + ObjectId.Size;
                at += Group;
            }
            buffer[count]++;
            at += Encode(reading, buffer.AsSpan(at));
        }
        return buffer[..at];
    }

    /// <summary>Who has sent a message; null when it is none, or one of another format.</summary>
    public static ulong? SenderOf(ReadOnlySpan<byte> message) =>
        message.Length < Header || message[0] != Format ? null : BinaryPrimitives.ReadUInt64BigEndian(message[1..]);

    /// <summary>Reads a message.</summary>
    /// <returns>False when it is none, or one of another format.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> message, out long number, out List<Reading> readings)
    {
        (number, readings) = (0, []);
        if (SenderOf(message) is null)
            return false;
        number = BinaryPrimitives.ReadInt64BigEndian(message[9..]);
        string? device = null;
        for (var rest = message[Header..]; !rest.IsEmpty;)
        {
            if (rest.Length < Group)
                return false;
            var (patient, count) = (new ObjectId(rest[..ObjectId.Size]), rest[ObjectId.Size]);
            rest = rest[Group..];
            for (; count > 0; count--)
            {
                if (!TryDecode(patient, ref rest, ref device, out var reading))
                    return false;
                readings.Add(reading);
            }
        }
        return true;
    }

    private static int Encode(in Reading reading, Span<byte> into)
    {
        into[0] = (byte)reading.Sign;
        BinaryPrimitives.WriteInt64BigEndian(into[1..], reading.Time);
        BinaryPrimitives.WriteInt64BigEndian(into[9..], reading.Arrived);
        BinaryPrimitives.WriteDoubleBigEndian(into[17..], reading.Value);
        var bytes = DeviceBytes(reading.Device);
        into[25] = (byte)bytes;
        if (bytes > 0)
            Encoding.UTF8.GetBytes(reading.Device, into[Item..]);
        return Item + bytes;
    }

    private static bool TryDecode(ObjectId patient, ref ReadOnlySpan<byte> rest, ref string? device, out Reading reading)
    {
        reading = default;
        if (rest.Length < Item || rest.Length < Item + rest[25])
            return false;
        var sign = (VitalSign)rest[0];
        var value = BinaryPrimitives.ReadDoubleBigEndian(rest[17..]);
        if (!Enum.IsDefined(sign) || !double.IsFinite(value))
            return false;
        var name = rest.Slice(Item, rest[25]);
        // Readings of one device follow each other: one string for all of them.
        if (name.IsEmpty)
            device = null;
        else if (device is null || !IsCalled(device, name))
            device = Encoding.UTF8.GetString(name);
        reading = new Reading(patient, sign, BinaryPrimitives.ReadInt64BigEndian(rest[1..]), value, device, BinaryPrimitives.ReadInt64BigEndian(rest[9..]));
        rest = rest[(Item + name.Length)..];
        return true;
    }

    private static bool IsCalled(string device, ReadOnlySpan<byte> name)
    {
        Span<byte> known = stackalloc byte[byte.MaxValue];
        return Encoding.UTF8.TryGetBytes(device, known, out var length) && known[..length].SequenceEqual(name);
    }

    // Ingest takes no longer names than 64 bytes; a longer one would be carried as none.
    private static int DeviceBytes(string? device) =>
        device is null ? 0 : Encoding.UTF8.GetByteCount(device) is var bytes and <= byte.MaxValue ? bytes : 0;
}
