using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Data.Sqlite.Vitals;

/// <summary>
/// The readings of one append, packed for the journal, and who waits for them. A packet is a count and then, a reading, a byte
/// of flags (the value's scale, whether the device differs from the one before), the differences of series and time, the device
/// where it differs, and the value: about six bytes.
/// </summary>
internal sealed class JournalPacket : IDisposable
{
    private const byte NewDevice = 8;

    // Flags, series, time, value and the length of a device's name.
    private const int MaxPerReading = 1 + (4 * ByteWriter.MaxVarint);

    private readonly ReadOnlyMemory<Reading> readings;
    private readonly Series[] series;
    private byte[] buffer;

    /// <summary>Packs readings. The list must not change before <see cref="Done"/> has ended.</summary>
    /// <exception cref="ArgumentException">A value is not finite, or a time is before 1970 or after 9999.</exception>
    public JournalPacket(IReadOnlyList<Reading> readings, SeriesCatalog catalog)
    {
        this.readings = readings.AsMemory();
        Count = readings.Count;
        series = ArrayPool<Series>.Shared.Rent(Count);
        buffer = ArrayPool<byte>.Shared.Rent((Count * 16) + 64);
        try
        {
            Pack(catalog);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>How many readings.</summary>
    public int Count { get; }

    /// <summary>Bytes packed.</summary>
    public int Length { get; private set; }

    /// <summary>Ends when the readings are durable and visible, or with the error that kept them from it.</summary>
    public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ReadOnlySpan<byte> Bytes => buffer.AsSpan(0, Length);

    /// <summary>Hands over each reading with its series, in order.</summary>
    public void Publish(Head head)
    {
        var all = readings.Span;
        for (var i = 0; i < all.Length; i++)
            head.Add(series[i], all[i]);
    }

    public void Dispose()
    {
        ArrayPool<Series>.Shared.Return(series, clearArray: true);
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private void Pack(SeriesCatalog catalog)
    {
        var writer = new ByteWriter(buffer);
        writer.Unsigned((ulong)Count);
        var lastSeries = 0;
        long lastTime = 0;
        string? lastDevice = null;
        PatientSeries? known = null;
        ObjectId knownPatient = default;
        var all = readings.Span;
        for (var i = 0; i < all.Length; i++)
        {
            ref readonly var reading = ref all[i];
            StoredTime.Check(reading.Time, reading.Value);
            var device = ReferenceEquals(reading.Device, lastDevice) || reading.Device == lastDevice ? null : reading.Device ?? "";
            EnsureRoom(ref writer, MaxPerReading + Encoding.UTF8.GetMaxByteCount(device?.Length ?? 0));

            // Readings of one patient mostly stand together.
            if (known is null || knownPatient != reading.PatientId)
                (known, knownPatient) = (catalog.Of(reading.PatientId), reading.PatientId);
            var owner = series[i] = known[reading.Sign] ?? catalog.Add(reading.PatientId, reading.Sign);
            var scale = DecimalScale.Of(reading.Value);
            writer.Byte((byte)(scale | (device is null ? 0 : NewDevice)));
            writer.Signed(owner.Id - lastSeries);
            writer.Signed(reading.Time - lastTime);
            if (device is not null)
                WriteDevice(ref writer, reading.Device);
            if (scale == DecimalScale.Raw)
                writer.Double(reading.Value);
            else
                writer.Signed(DecimalScale.ToWhole(reading.Value, scale));
            (lastSeries, lastTime, lastDevice) = (owner.Id, reading.Time, reading.Device);
        }
        Length = writer.Length;
    }

    private void EnsureRoom(ref ByteWriter writer, int bytes)
    {
        if (writer.Rest.Length >= bytes)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(2 * buffer.Length, writer.Length + bytes));
        buffer.AsSpan(0, writer.Length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
        var moved = new ByteWriter(buffer);
        moved.Advance(writer.Length);
        writer = moved;
    }

    // Length + 1, so that 0 is "no device" and an empty name stays one.
    private static void WriteDevice(ref ByteWriter writer, string? device)
    {
        if (device is null)
        {
            writer.Unsigned(0);
            return;
        }
        writer.Unsigned((ulong)Encoding.UTF8.GetByteCount(device) + 1);
        writer.Advance(Encoding.UTF8.GetBytes(device, writer.Rest));
    }

    /// <summary>Reads a journal row: packets one after another. Devices that repeat share one string.</summary>
    /// <exception cref="InvalidDataException">The bytes are no journal row.</exception>
    public static void Unpack(ReadOnlySpan<byte> row, SeriesCatalog catalog, Action<Series, Reading> each)
    {
        var reader = new ByteReader(row);
        var devices = new Dictionary<string, string>(StringComparer.Ordinal);
        while (!reader.AtEnd)
        {
            long id = 0, time = 0;
            string? device = null;
            for (var left = reader.Unsigned(); left > 0; left--)
            {
                var flags = reader.Byte();
                id += reader.Signed();
                time += reader.Signed();
                if ((flags & NewDevice) != 0)
                    device = ReadDevice(ref reader, devices);
                var scale = flags & ~NewDevice;
                if (scale > DecimalScale.Raw || time is < 0 or > StoredTime.Last)
                    throw new InvalidDataException("A reading is not right.");
                var value = scale == DecimalScale.Raw ? reader.Double() : DecimalScale.FromWhole(reader.Signed(), scale);
                var owner = (id is > 0 and <= int.MaxValue ? catalog.Find((int)id) : null)
                    ?? throw new InvalidDataException("A reading names a series that is not there.");
                each(owner, new Reading(owner.Patient, owner.Sign, time, value, device));
            }
        }
    }

    private static string? ReadDevice(ref ByteReader reader, Dictionary<string, string> devices)
    {
        var length = reader.Unsigned();
        if (length == 0)
            return null;
        var name = Encoding.UTF8.GetString(reader.Bytes(length - 1));
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(devices, name, out _);
        return known ??= name;
    }
}
