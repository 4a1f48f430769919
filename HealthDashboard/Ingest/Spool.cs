using System.Buffers;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Ingest;

/// <summary>What the spool holds.</summary>
/// <param name="Readings">How many readings.</param>
/// <param name="Bytes">Their bytes on disk.</param>
/// <param name="Oldest">The time of the oldest batch's first reading; null when empty.</param>
internal sealed record SpoolStatistics(long Readings, long Bytes, DateTimeOffset? Oldest);

/// <summary>
/// Readings that were acknowledged while the vital store was unavailable: appended to files, synced to disk before the answer, taken out in
/// the order in which they came. Survives a crash at any moment. Loss policy: none; when it is full, more are refused.
/// </summary>
internal sealed partial class Spool : IDisposable
{
    private const string StoreName = "Spool";
    private const int SegmentBytes = 32 * 1024 * 1024;

    private readonly ISpoolDisk disk;
    private readonly long maxBytes;
    private readonly DeviceNames devices;
    private readonly LinkedList<SpoolSegment> segments = new();
    private readonly Lock gate = new();
    private readonly SemaphoreSlim files = new(1, 1);
    private readonly SemaphoreSlim arrived = new(0);
    private Group group = new();
    private long nextNumber = 1;
    private long readings;
    private long bytes;
    private long oldest;

    /// <summary>Opens the spool's files as the last run left them.</summary>
    /// <param name="disk">Where they are.</param>
    /// <param name="maxBytes">How many bytes they may have together.</param>
    /// <param name="devices">The names of devices.</param>
    /// <param name="log">Logs what was found.</param>
    /// <exception cref="IOException">They cannot be read.</exception>
    public Spool(ISpoolDisk disk, long maxBytes, DeviceNames devices, ILogger<Spool> log)
    {
        (this.disk, this.maxBytes, this.devices) = (disk, maxBytes, devices);
        foreach (var file in disk.Files())
        {
            var segment = SpoolSegment.Open(disk, file, out var cut);
            if (cut > 0)
                LogCut(log, file, cut);
            nextNumber = long.Parse(Path.GetFileNameWithoutExtension(file)["readings-v1-".Length..]) + 1;
            readings += segment.Readings;
            bytes += segment.Length;
            if (segment.Length > 0)
                segments.AddLast(segment);
            else
                segment.Delete();
        }
        if (readings == 0)
            return;
        LogFound(log, readings);
        List<Reading> first = [];
        segments.First!.Value.Read(0, segments.First.Value.Length, 1, devices, first);
        oldest = first[0].Time;
        arrived.Release();
    }

    /// <summary>How many readings it holds, those being written included.</summary>
    public long Readings => Volatile.Read(ref readings);

    /// <summary>What it holds now.</summary>
    public SpoolStatistics Statistics
    {
        get
        {
            lock (gate)
                return new(readings, bytes, readings == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(oldest));
        }
    }

    /// <summary>Adds a batch; it is on disk when the task ends. Calls at the same time share one write.</summary>
    /// <exception cref="StoreUnavailableException">The spool is full, or its disk is; nothing was kept.</exception>
    public async Task AppendAsync(IReadOnlyList<Reading> batch)
    {
        var mine = Join(batch);
        await files.WaitAsync();
        try
        {
            // Whoever comes first writes for all who joined meanwhile.
            if (!mine.Written.Task.IsCompleted)
                await Task.Run(WriteGroup);
        }
        finally
        {
            files.Release();
        }
        await mine.Written.Task;
    }

    /// <summary>Waits until there may be something to take out.</summary>
    public Task WaitAsync(CancellationToken cancel) => arrived.WaitAsync(cancel);

    /// <summary>Reads the next readings and leaves them in; <see cref="RemoveAsync"/> takes them out. One caller at a time does both.</summary>
    /// <returns>Null when there are none.</returns>
    /// <exception cref="InvalidDataException">The disk has changed a file.</exception>
    public async Task<SpoolChunk?> PeekAsync(int about, CancellationToken cancel)
    {
        SpoolSegment first;
        long end;
        await files.WaitAsync(cancel);
        try
        {
            if (segments.First is null)
                return null;
            first = segments.First.Value;
            end = first.Length;
        }
        finally
        {
            files.Release();
        }
        // What is whole in a file stays as it is until it is taken out, so nobody who adds more needs to wait for this.
        List<Reading> read = [];
        end = first.Read(first.ReadFrom, end, about, devices, read);
        if (read.Count > 0)
            Interlocked.Exchange(ref oldest, read[0].Time);
        return new SpoolChunk(read, end);
    }

    /// <summary>Takes out what the last <see cref="PeekAsync"/> returned.</summary>
    /// <exception cref="IOException">Its file cannot be removed now: nothing is taken out.</exception>
    public async Task RemoveAsync(SpoolChunk chunk)
    {
        await files.WaitAsync();
        try
        {
            var segment = segments.First!.Value;
            var size = chunk.End - segment.ReadFrom;
            // The file goes before the count: while readings are counted here, new ones queue behind them, and after a crash
            // in between none of these could be sent again and overwrite a newer value.
            if (chunk.End == segment.Length)
            {
                segment.Delete();
                segments.RemoveFirst();
            }
            segment.ReadFrom = chunk.End;
            segment.Readings -= chunk.Readings.Count;
            lock (gate)
            {
                readings -= chunk.Readings.Count;
                bytes -= size;
            }
        }
        finally
        {
            files.Release();
        }
    }

    /// <summary>Reads those of its readings whose effective time is not before this one, in order, and leaves all in.</summary>
    public async Task<IReadOnlyList<Reading>> ReadSinceAsync(DateTimeOffset time, CancellationToken cancel)
    {
        await files.WaitAsync(cancel);
        try
        {
            var since = time.ToUnixTimeMilliseconds();
            List<Reading> found = [];
            foreach (var segment in segments)
            {
                for (var at = segment.ReadFrom; at < segment.Length;)
                {
                    List<Reading> read = [];
                    at = segment.Read(at, segment.Length, 10_000, devices, read);
                    found.AddRange(read.Where(reading => reading.Effective >= since));
                }
            }
            return found;
        }
        finally
        {
            files.Release();
        }
    }

    public void Dispose()
    {
        foreach (var segment in segments)
            segment.Dispose();
        files.Dispose();
        arrived.Dispose();
    }

    private Group Join(IReadOnlyList<Reading> batch)
    {
        lock (gate)
        {
            var before = group.Frames.WrittenCount;
            if (bytes + SpoolCodec.LargestFrame(batch.Count) > maxBytes)
                throw new StoreUnavailableException(StoreName, $"it is full: {bytes} of {maxBytes} bytes are taken.");
            SpoolCodec.Write(batch, group.Frames);
            if (readings == 0)
                oldest = batch[0].Time;
            group.Readings += batch.Count;
            readings += batch.Count;
            bytes += group.Frames.WrittenCount - before;
            return group;
        }
    }

    private void WriteGroup()
    {
        Group mine;
        lock (gate)
            (mine, group) = (group, new Group());
        try
        {
            if (segments.Last is not { Value: { Length: < SegmentBytes, IsSpoiled: false } })
                segments.AddLast(SpoolSegment.Open(disk, $"readings-v1-{nextNumber++:D12}.spool", out _));
            segments.Last!.Value.Append(mine.Frames.WrittenSpan, mine.Readings);
            mine.Written.SetResult();
            arrived.Release();
        }
#pragma warning disable CA1031 // Whatever it fails with, everybody who waits for this write must hear of it.
        catch (Exception error)
#pragma warning restore CA1031
        {
            lock (gate)
            {
                readings -= mine.Readings;
                bytes -= mine.Frames.WrittenCount;
            }
            mine.Written.SetException(new StoreUnavailableException(StoreName, "its file cannot be written now.", error));
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The spool's file {File} ended in {Bytes} bytes that were never acknowledged; they were cut off")]
    private static partial void LogCut(ILogger log, string file, long bytes);

    [LoggerMessage(Level = LogLevel.Information, Message = "The spool holds {Readings} readings of the last run; they go to the store now")]
    private static partial void LogFound(ILogger log, long readings);

    // What is written and synced at once.
    private sealed class Group
    {
        public ArrayBufferWriter<byte> Frames { get; } = new();

        public int Readings { get; set; }

        public TaskCompletionSource Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>Readings at the front of the spool.</summary>
/// <param name="Readings">The readings, in the order in which they came.</param>
/// <param name="End">Where what follows begins.</param>
internal sealed record SpoolChunk(IReadOnlyList<Reading> Readings, long End);
