using System.Buffers;
using System.Buffers.Text;
using System.IO.Compression;
using System.Text;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.InfluxDb;

/// <summary>
/// Writes line protocol into gzip [InfluxDB 1.x, "Line protocol reference"]. One at a time; made once and used again, so that its
/// buffers are not made anew for every batch.
/// </summary>
internal sealed class InfluxLines : IDisposable
{
    private const int FlushAt = 64 * 1024;
    private const int ShortPart = 128;

    private readonly ArrayBufferWriter<byte> text = new(2 * FlushAt);
    private readonly MemoryStream packed = new();
    private GZipStream? gzip;

    /// <summary>How many lines since <see cref="Finish"/>.</summary>
    public int Count { get; private set; }

    /// <summary>A reading. A device that was not told is written as empty, so that it replaces the device of the value before.</summary>
    public void Add(in Reading reading)
    {
        AddSeries(InfluxSchema.Vitals, reading.PatientId, reading.Sign);
        Put("value="u8);
        Put(reading.Value);
        Put(",device=\""u8);
        if (reading.Device is { } device)
            PutQuoted(device);
        Put("\" "u8);
        End(reading.Time);
    }

    /// <summary>A roll-up. An empty one is a count of 0, because that is what can replace another.</summary>
    /// <param name="level">Its width.</param>
    /// <param name="key">Which one.</param>
    /// <param name="rollUp">What it comes to.</param>
    /// <param name="check">Its check; null for the right one.</param>
    public void Add(RollUpLevel level, in RollUpKey key, in Aggregate rollUp, long? check = null)
    {
        AddSeries(InfluxSchema.Of(level), key.Patient, key.Sign);
        Put("count="u8);
        Put(rollUp.Count);
        Put("i"u8);
        if (rollUp.Count > 0)
        {
            Put(",min="u8);
            Put(rollUp.Min);
            Put(",max="u8);
            Put(rollUp.Max);
            Put(",sum="u8);
            Put(rollUp.Sum);
            Put(",check="u8);
            Put(check ?? RollUpCheck.Of(rollUp));
            Put("i"u8);
        }
        Put(" "u8);
        End(key.Time);
    }

    /// <summary>Up to when the roll-ups are made.</summary>
    public void AddSettled(long until)
    {
        PutText(InfluxSchema.Settled);
        Put(" until="u8);
        Put(until);
        Put("i "u8);
        End(until);
    }

    /// <summary>That somebody looked whether readings can be written.</summary>
    public void AddProbe(long time)
    {
        PutText(InfluxSchema.Probe);
        Put(" ok=true "u8);
        End(time);
    }

    /// <summary>What has been added, packed. Valid until the next line is added.</summary>
    public ReadOnlyMemory<byte> Finish()
    {
        Flush();
        gzip?.Dispose();
        gzip = null;
        Count = 0;
        return packed.GetBuffer().AsMemory(0, (int)packed.Length);
    }

    public void Dispose()
    {
        gzip?.Dispose();
        packed.Dispose();
    }

    private void AddSeries(string measurement, ObjectId patient, VitalSign sign)
    {
        PutText(measurement);
        Put(",patient="u8);
        Span<byte> id = stackalloc byte[ObjectId.Size];
        patient.CopyTo(id);
        Convert.TryToHexStringLower(id, text.GetSpan(2 * ObjectId.Size), out var length);
        text.Advance(length);
        Put(",sign="u8);
        PutText(sign.Info().Name);
        Put(" "u8);
    }

    private void End(long time)
    {
        Put(time);
        Put("\n"u8);
        Count++;
        if (text.WrittenCount >= FlushAt)
            Flush();
    }

    private void Flush()
    {
        if (gzip is null)
        {
            packed.SetLength(0);
            gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true);
        }
        gzip.Write(text.WrittenSpan);
        text.ResetWrittenCount();
    }

    private void Put(ReadOnlySpan<byte> bytes) => text.Write(bytes);

    private void PutText(string characters) => Encoding.UTF8.GetBytes(characters, text);

    private void Put(long number)
    {
        Utf8Formatter.TryFormat(number, text.GetSpan(ShortPart), out var length);
        text.Advance(length);
    }

    // The shortest text that reads back as exactly this number.
    private void Put(double number)
    {
        number.TryFormat(text.GetSpan(ShortPart), out var length);
        text.Advance(length);
    }

    // In a quoted text only the quotation mark and the backslash are escaped.
    private void PutQuoted(string value) => PutText(value.AsSpan().IndexOfAny('"', '\\') < 0
        ? value
        : value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal));
}
