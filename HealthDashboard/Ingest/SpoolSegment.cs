using HealthDashboard.Data.Model;

namespace HealthDashboard.Ingest;

/// <summary>One file of the spool: frames are added at its end, each synced to disk, and read from its front. Its caller takes turns.</summary>
internal sealed class SpoolSegment : IDisposable
{
    private readonly ISpoolDisk disk;
    private readonly string name;
    private readonly ISpoolFile file;

    private SpoolSegment(ISpoolDisk disk, string name) => (this.disk, this.name, file) = (disk, name, disk.Open(name));

    /// <summary>How many bytes of whole frames it has.</summary>
    public long Length { get; private set; }

    /// <summary>Where the first frame begins that was not taken out yet.</summary>
    public long ReadFrom { get; set; }

    /// <summary>How many readings are in the frames that were not taken out yet.</summary>
    public long Readings { get; set; }

    /// <summary>Whether bytes that were never acknowledged may stand at its end and cannot be cut off: nothing may be added.</summary>
    public bool IsSpoiled { get; private set; }

    /// <summary>
    /// Opens a file. What follows its last whole frame was never acknowledged (a crash came in between) and is cut off; but when
    /// it is a whole frame that does not fit its checksum, the disk has changed it, and a copy of the file is kept.
    /// </summary>
    /// <param name="disk">Where it is.</param>
    /// <param name="name">The file, made when missing.</param>
    /// <param name="cut">How many bytes were cut off.</param>
    /// <exception cref="IOException">It cannot be read, or not be cut.</exception>
    public static SpoolSegment Open(ISpoolDisk disk, string name, out long cut)
    {
        var segment = new SpoolSegment(disk, name);
        try
        {
            cut = segment.Find();
            return segment;
        }
        catch
        {
            segment.Dispose();
            throw;
        }
    }

    /// <summary>Adds frames; they are on disk when it returns, and not there at all when it throws, unless it <see cref="IsSpoiled"/> then.</summary>
    /// <exception cref="IOException">The disk is full or broken.</exception>
    public void Append(ReadOnlySpan<byte> frames, int readings)
    {
        try
        {
            file.Write(frames, Length);
            file.Flush();
        }
        catch
        {
            // Half a frame must not stay behind: it takes room on a full disk, and looks like damage at the next start. Whole ones
            // must not stand behind what is added next: at the next start they would count as newer.
            IsSpoiled = true;
            file.Cut(Length);
            IsSpoiled = false;
            throw;
        }
        Length += frames.Length;
        Readings += readings;
    }

    /// <summary>Reads frames from one place to another, until there are enough readings.</summary>
    /// <returns>Where the frame after the last one read begins.</returns>
    /// <exception cref="InvalidDataException">The disk has changed the file.</exception>
    public long Read(long from, long to, int enough, DeviceNames devices, List<Reading> readings)
    {
        // Most frames have thousands of readings, of about 43 bytes.
        var buffer = new byte[Math.Min(to - from, Math.Clamp(enough * 48L, 64 * 1024, 2 * 1024 * 1024))];
        while (from < to && readings.Count < enough)
        {
            var read = file.Read(buffer.AsSpan(0, (int)Math.Min(buffer.Length, to - from)), from);
            var used = 0;
            while (readings.Count < enough && SpoolCodec.FrameLength(buffer.AsSpan(used, read - used)) is > 0 and var frame)
            {
                SpoolCodec.Read(buffer.AsSpan(used, frame), devices, readings);
                used += frame;
            }
            if (used == 0 && buffer.Length >= to - from)
                throw new InvalidDataException($"The spool file {name} has changed on disk.");
            if (used == 0)
                buffer = new byte[Math.Min(to - from, buffer.Length * 4L)];
            from += used;
        }
        return from;
    }

    /// <summary>Removes the file; the segment is of no use after that, and as it was when this throws.</summary>
    /// <exception cref="IOException">It cannot be removed now.</exception>
    public void Delete()
    {
        disk.Delete(name);
        Dispose();
    }

    public void Dispose() => file.Dispose();

    private long Find()
    {
        var bytes = new byte[file.Length];
        if (file.Read(bytes, 0) < bytes.Length)
            throw new IOException($"The spool file {name} has become shorter while it was read.");
        var end = 0;
        while (SpoolCodec.FrameLength(bytes.AsSpan(end)) is > 0 and var frame)
        {
            Readings += SpoolCodec.Count(bytes.AsSpan(end));
            end += frame;
        }
        Length = end;
        var cut = bytes.Length - end;
        if (cut > 0)
        {
            if (bytes.AsSpan(end).ContainsAnyExcept((byte)0) && cut > SpoolCodec.HeaderBytes && BitConverter.ToInt32(bytes, end) + SpoolCodec.HeaderBytes < cut)
                disk.Copy(name, name + ".damaged");
            file.Cut(end);
        }
        return cut;
    }
}
