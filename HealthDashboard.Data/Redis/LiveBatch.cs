using System.Buffers.Binary;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Data.Redis;

/// <summary>
/// Readings as one message, big-endian: format (1 byte), sender (8 bytes), then for each patient the id (12), a count (1) and so many
/// readings: sign (1), milliseconds since 1970 (8), value as IEEE 754 (8).
/// </summary>
internal static class LiveBatch
{
    private const byte Format = 1;
    private const int Header = 9;
    private const int Group = ObjectId.Size + 1;
    private const int Item = 17;

    /// <summary>Writes readings; those of one patient that follow each other share the id.</summary>
    public static byte[] Encode(ulong sender, IReadOnlyList<Reading> readings)
    {
        var buffer = new byte[Header + (readings.Count * (Group + Item))];
        buffer[0] = Format;
        BinaryPrimitives.WriteUInt64BigEndian(buffer.AsSpan(1), sender);
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
            buffer[at] = (byte)reading.Sign;
            BinaryPrimitives.WriteInt64BigEndian(buffer.AsSpan(at + 1), reading.Time);
            BinaryPrimitives.WriteDoubleBigEndian(buffer.AsSpan(at + 9), reading.Value);
            at += Item;
        }
        return buffer[..at];
    }

    /// <summary>Reads a message.</summary>
    /// <returns>False when it is none, or one of a newer format.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> message, out ulong sender, out List<Reading> readings)
    {
        (sender, readings) = (0, []);
        if (message.Length < Header || message[0] != Format)
            return false;
        sender = BinaryPrimitives.ReadUInt64BigEndian(message[1..]);
        for (var rest = message[Header..]; !rest.IsEmpty;)
        {
            if (rest.Length < Group || rest.Length < Group + (rest[ObjectId.Size] * Item))
                return false;
            var (patient, count) = (new ObjectId(rest[..ObjectId.Size]), rest[ObjectId.Size]);
            rest = rest[Group..];
            for (; count > 0; count--)
            {
                var sign = (VitalSign)rest[0];
                var value = BinaryPrimitives.ReadDoubleBigEndian(rest[9..]);
                if (!Enum.IsDefined(sign) || !double.IsFinite(value))
                    return false;
                readings.Add(new Reading(patient, sign, BinaryPrimitives.ReadInt64BigEndian(rest[1..]), value));
                rest = rest[Item..];
            }
        }
        return true;
    }
}
