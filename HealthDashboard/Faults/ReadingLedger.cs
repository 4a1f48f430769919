using System.Buffers.Binary;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Ingest;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Faults;

/// <summary>What was sent and acknowledged since the count began.</summary>
/// <param name="Since">When the count began; null when nothing is counted.</param>
/// <param name="Sent">How many readings that passed every rule were sent, each as often as it was sent.</param>
/// <param name="Acknowledged">How many of them were acknowledged as durable.</param>
/// <param name="IsFull">Whether the ledger took no more because it holds <see cref="ReadingLedger.Most"/>.</param>
internal sealed record LedgerCount(DateTimeOffset? Since, long Sent, long Acknowledged, bool IsFull);

/// <summary>
/// Writes down what devices send and what is acknowledged to them, as a device's own log would, apart from everything that the program does
/// with the readings. Kept in a file, so that a node that is killed in the middle can be queried afterwards. Bounded: when it is full it says
/// so and counts no further.
/// </summary>
internal sealed class ReadingLedger : IReadingReceipts, IDisposable
{
    /// <summary>How many different readings it holds at most: an hour of 77 beds.</summary>
    public const int Most = 2_000_000;

    // What an earlier run counted long ago is no part of what is going on now.
    private static readonly TimeSpan GoesOnFor = TimeSpan.FromHours(1);

    // A record is the patient, the sign and the time; for what was sent, no patient and how many.
    private const int RecordBytes = ObjectId.Size + 1 + 8;
    private const byte SentMark = byte.MaxValue;

    private readonly string path;
    private readonly TimeProvider time;
    private readonly Lock gate = new();
    private readonly Dictionary<(ObjectId Patient, VitalSign Sign), HashSet<long>> acknowledged = [];
    private FileStream? file;
    private DateTimeOffset? since;
    private long sent;
    private long accepted;
    private int held;
    private long number;

    public ReadingLedger(IOptions<StoreOptions> options, TimeProvider time)
    {
        (path, this.time) = (Path.Combine(options.Value.DataDirectory, "fault-ledger.bin"), time);
        if (File.Exists(path))
            GoOnOrForget();
    }

    /// <summary>What is counted so far.</summary>
    public LedgerCount Count
    {
        get
        {
            lock (gate)
                return new(since, sent, accepted, held >= Most);
        }
    }

    /// <summary>Begins to count from nothing.</summary>
    public void Begin()
    {
        lock (gate)
        {
            End();
            number++;
            since = time.GetUtcNow();
            file = Open(FileMode.Create);
            Span<byte> head = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(head, since.Value.ToUnixTimeMilliseconds());
            file.Write(head);
            file.Flush();
        }
    }

    /// <inheritdoc/>
    public long Send(int readings)
    {
        lock (gate)
        {
            if (file is null || held >= Most)
                return 0;
            sent += readings;
            Span<byte> record = stackalloc byte[RecordBytes];
            record.Clear();
            record[ObjectId.Size] = SentMark;
            BinaryPrimitives.WriteInt64LittleEndian(record[(ObjectId.Size + 1)..], readings);
            file.Write(record);
            return number;
        }
    }

    /// <inheritdoc/>
    public void Acknowledge(long count, IReadOnlyList<Reading> readings)
    {
        lock (gate)
        {
            // What was sent before this count began belongs to the one before.
            if (file is null || count != number)
                return;
            Span<byte> record = stackalloc byte[RecordBytes];
            foreach (var reading in readings)
            {
                reading.PatientId.ToByteArray().CopyTo(record);
                record[ObjectId.Size] = (byte)reading.Sign;
                BinaryPrimitives.WriteInt64LittleEndian(record[(ObjectId.Size + 1)..], reading.Time);
                file.Write(record);
                Hold(reading.PatientId, reading.Sign, reading.Time);
            }
            // With the operating system, which outlives this program.
            file.Flush();
        }
    }

    /// <summary>The times of every acknowledged reading, in order, by patient and sign.</summary>
    public IReadOnlyList<(ObjectId Patient, VitalSign Sign, long[] Times)> Acknowledged()
    {
        lock (gate)
            return [.. acknowledged.Select(series => (series.Key.Patient, series.Key.Sign, series.Value.Order().ToArray()))];
    }

    public void Dispose()
    {
        lock (gate)
            file?.Dispose();
    }

    private void GoOnOrForget()
    {
        Span<byte> head = stackalloc byte[8];
        bool isHere;
        using (var found = File.OpenRead(path))
            isHere = found.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length;
        var began = isHere ? DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(head)) : default;
        if (time.GetUtcNow() - began > GoesOnFor)
        {
            File.Delete(path);
            return;
        }
        (since, number) = (began, 1);
        var bytes = File.ReadAllBytes(path);
        var whole = (bytes.Length - 8) / RecordBytes;
        for (var i = 0; i < whole; i++)
        {
            var record = bytes.AsSpan(8 + (i * RecordBytes), RecordBytes);
            var value = BinaryPrimitives.ReadInt64LittleEndian(record[(ObjectId.Size + 1)..]);
            if (record[ObjectId.Size] == SentMark)
                sent += value;
            else
                Hold(new ObjectId(record[..ObjectId.Size]), (VitalSign)record[ObjectId.Size], value);
        }
        file = Open(FileMode.Open);
        // Half a record is what the kill cut.
        file.SetLength(8 + ((long)whole * RecordBytes));
        file.Seek(0, SeekOrigin.End);
    }

    private void Hold(ObjectId patient, VitalSign sign, long at)
    {
        accepted++;
        if (!acknowledged.TryGetValue((patient, sign), out var times))
            acknowledged[(patient, sign)] = times = [];
        if (times.Add(at))
            held++;
    }

    private void End()
    {
        file?.Dispose();
        (file, since, sent, accepted, held) = (null, null, 0, 0, 0);
        acknowledged.Clear();
    }

    private FileStream Open(FileMode mode)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.Read };
        if (!OperatingSystem.IsWindows() && mode == FileMode.Create)
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }
}
