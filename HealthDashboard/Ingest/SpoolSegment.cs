using HealthDashboard.Data.Model;
using Microsoft.Win32.SafeHandles;

namespace HealthDashboard.Ingest;

/// <summary>One file of the spool: frames are added at its end, each synced to disk, and read from its front. Its caller takes turns.</summary>
internal sealed class SpoolSegment : IDisposable
{
    private readonly string path;
    private readonly SafeFileHandle handle;

    private SpoolSegment(string path)
    {
        this.path = path;
        handle = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
    }

    /// <summary>How many bytes of whole frames it has.</summary>
    public long Length { get; private set; }

    /// <summary>Where the first frame begins that was not taken out yet.</summary>
    public long ReadFrom { get; set; }

    /// <summary>How many readings are in the frames that were not taken out yet.</summary>
    public long Readings { get; set; }

    /// <summary>
    /// Opens a file. What follows its last whole frame was never acknowledged (a crash came in between) and is cut off; but when
    /// it is a whole frame that does not fit its checksum, the disk has changed it, and a copy of the file is kept.
    /// </summary>
    /// <param name="path">The file, made when missing.</param>
    /// <param name="cut">How many bytes were cut off.</param>
    public static SpoolSegment Open(string path, out long cut)
    {
        var segment = new SpoolSegment(path);
        var bytes = File.ReadAllBytes(path);
        var end = 0;
        while (SpoolCodec.FrameLength(bytes.AsSpan(end)) is > 0 and var frame)
        {
            segment.Readings += SpoolCodec.Count(bytes.AsSpan(end));
            end += frame;
        }
        cut = bytes.Length - end;
        segment.Length = end;
        if (cut > 0)
        {
            if (bytes.AsSpan(end).ContainsAnyExcept((byte)0) && cut > SpoolCodec.HeaderBytes && BitConverter.ToInt32(bytes, end) + SpoolCodec.HeaderBytes < cut)
                File.Copy(path, path + ".damaged", overwrite: true);
            RandomAccess.SetLength(segment.handle, end);
        }
        return segment;
    }

    /// <summary>Adds frames; they are on disk when it returns, and not there at all when it throws.</summary>
    /// <exception cref="IOException">The disk is full or broken.</exception>
    public void Append(ReadOnlySpan<byte> frames, int readings)
    {
        try
        {
            RandomAccess.Write(handle, frames, Length);
            RandomAccess.FlushToDisk(handle);
        }
        catch (IOException)
        {
            // Half a frame must not stand before the next one.
            RandomAccess.SetLength(handle, Length);
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
        // Most frames have thousands of readings, of about 35 bytes.
        var buffer = new byte[Math.Min(to - from, Math.Clamp(enough * 40L, 64 * 1024, 2 * 1024 * 1024))];
        while (from < to && readings.Count < enough)
        {
            var read = RandomAccess.Read(handle, buffer.AsSpan(0, (int)Math.Min(buffer.Length, to - from)), from);
            var used = 0;
            while (readings.Count < enough && SpoolCodec.FrameLength(buffer.AsSpan(used, read - used)) is > 0 and var frame)
            {
                SpoolCodec.Read(buffer.AsSpan(used, frame), devices, readings);
                used += frame;
            }
            if (used == 0 && buffer.Length >= to - from)
                throw new InvalidDataException($"The spool file {Path.GetFileName(path)} has changed on disk.");
            if (used == 0)
                buffer = new byte[Math.Min(to - from, buffer.Length * 4L)];
            from += used;
        }
        return from;
    }

    /// <summary>Removes the file.</summary>
    public void Delete()
    {
        Dispose();
        File.Delete(path);
    }

    public void Dispose() => handle.Dispose();
}
