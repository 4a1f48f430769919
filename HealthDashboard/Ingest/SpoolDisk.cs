using Microsoft.Win32.SafeHandles;

namespace HealthDashboard.Ingest;

/// <summary>The few calls by which the spool uses its directory, so that a test can let each of them fail.</summary>
internal interface ISpoolDisk
{
    /// <summary>The names of the spool's files, in order. Makes the directory when it is missing.</summary>
    /// <exception cref="IOException">It cannot be read, as with all calls here.</exception>
    IReadOnlyList<string> Files();

    /// <summary>Opens a file, made when missing.</summary>
    ISpoolFile Open(string name);

    /// <summary>Copies a file over what has the copy's name.</summary>
    void Copy(string name, string copy);

    /// <summary>Removes a file, open or not.</summary>
    void Delete(string name);
}

/// <summary>The few calls by which the spool uses one of its files.</summary>
internal interface ISpoolFile : IDisposable
{
    /// <summary>How many bytes it has.</summary>
    long Length { get; }

    /// <summary>Fills a buffer from a place in the file; gives how many bytes there were.</summary>
    int Read(Span<byte> buffer, long from);

    /// <summary>Writes bytes at a place. When it throws, any part of them may be there.</summary>
    void Write(ReadOnlySpan<byte> bytes, long at);

    /// <summary>Returns when everything written is on the disk itself.</summary>
    void Flush();

    /// <summary>Cuts off what follows a length.</summary>
    void Cut(long length);
}

/// <summary>The spool's directory on a disk.</summary>
internal sealed class SpoolDisk(string directory) : ISpoolDisk
{
    public IReadOnlyList<string> Files()
    {
        Directory.CreateDirectory(directory);
        return [.. Directory.EnumerateFiles(directory, "readings-v1-*.spool").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
    }

    public ISpoolFile Open(string name) => new SpoolFile(
        File.OpenHandle(Path.Combine(directory, name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete));

    public void Copy(string name, string copy) => File.Copy(Path.Combine(directory, name), Path.Combine(directory, copy), overwrite: true);

    public void Delete(string name) => File.Delete(Path.Combine(directory, name));

    private sealed class SpoolFile(SafeFileHandle handle) : ISpoolFile
    {
        public long Length => RandomAccess.GetLength(handle);

        public int Read(Span<byte> buffer, long from)
        {
            var count = 0;
            while (count < buffer.Length && RandomAccess.Read(handle, buffer[count..], from + count) is > 0 and var read)
                count += read;
            return count;
        }

        public void Write(ReadOnlySpan<byte> bytes, long at) => RandomAccess.Write(handle, bytes, at);

        public void Flush() => RandomAccess.FlushToDisk(handle);

        public void Cut(long length) => RandomAccess.SetLength(handle, length);

        public void Dispose() => handle.Dispose();
    }
}
