namespace HealthDashboard.Fhir;

/// <summary>Files with patients in them, which only this program's account may read.</summary>
internal static class BulkFiles
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Creates a file, or goes on with one.</summary>
    public static FileStream Open(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.Read, Options = FileOptions.Asynchronous, BufferSize = 64 * 1024 };
        if (!OperatingSystem.IsWindows() && mode != FileMode.Open)
            options.UnixCreateMode = Owner;
        return new FileStream(path, options);
    }

    /// <summary>How many bytes lie in a folder and those below it; 0 when there is none.</summary>
    public static long SizeOf(string folder)
    {
        try
        {
            // Each by itself: of one that vanishes meanwhile nothing counts, of the others all.
            var within = new DirectoryInfo(folder);
            return within.EnumerateFiles().Sum(static file => file.Exists ? file.Length : 0) + within.EnumerateDirectories().Sum(static below => SizeOf(below.FullName));
        }
        catch (DirectoryNotFoundException)
        {
            return 0;
        }
    }

    /// <summary>Copies a stream into a file, within a bound.</summary>
    /// <param name="from">The stream.</param>
    /// <param name="to">The file.</param>
    /// <param name="most">How many bytes there may be.</param>
    /// <param name="copied">Is given how many more bytes are there.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>Whether it was within the bound.</returns>
    public static async Task<bool> CopyAsync(Stream from, FileStream to, long most, Action<int> copied, CancellationToken cancel)
    {
        var buffer = new byte[64 * 1024];
        for (var total = 0L; await from.ReadAsync(buffer, cancel) is > 0 and var count;)
        {
            total += count;
            if (total > most)
                return false;
            await to.WriteAsync(buffer.AsMemory(0, count), cancel);
            copied(count);
        }
        return true;
    }
}
