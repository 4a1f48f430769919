namespace HealthDashboard.Hosting;

/// <summary>
/// Room on the disk of <c>Data:Directory</c> that is kept for a start with a full disk: without any, no database opens, not even to be read.
/// Then the reserve is given up, so that alarms run and pages show, and the console says what to do.
/// </summary>
internal static class DiskReserve
{
    public const string FileName = "disk-reserve";

    private const long Wanted = 16 << 20;
    private const long ShareOfFree = 16;

    // What the stores need to open: a log and its index each.
    private const long Needed = 2 << 20;

    /// <summary>Gives the reserve up when the disk is full, takes it when there is room.</summary>
    /// <returns>What the console says; null when all is well.</returns>
    public static string? Prepare(string directory)
    {
        var path = Path.Combine(directory, FileName);
        var free = FreeBytes(directory);
        if (free >= Needed)
        {
            Take(path, Math.Min(Wanted, free / ShareOfFree));
            return null;
        }
        if (File.Exists(path))
            File.Delete(path);
        return Words(directory);
    }

    /// <summary>That the disk is full, where, and what to free; null when it is not.</summary>
    public static string? Words(string directory)
    {
        var free = FreeBytes(directory);
        return free >= Needed + Wanted ? null
            : $"The disk of Data:Directory '{directory}' is full: {free:N0} bytes are free. Free 100 MB or more on it: old backups, logs and other programs' files, "
                + "never the *.db files, keys/ or spool/ of this directory. Until then new readings and changes may be refused.";
    }

    private static void Take(string path, long bytes)
    {
        try
        {
            if (File.Exists(path))
                return;
            // Written, because a length alone takes no room.
            using var file = PrivateFiles.Create(path);
            var piece = new byte[1 << 16];
            for (long written = 0; written < bytes; written += piece.Length)
                file.Write(piece);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // No room after all, or nothing can be written, which the start reports itself.
            if (error is IOException)
                File.Delete(path);
        }
    }

    private static long FreeBytes(string directory) => new DriveInfo(directory).AvailableFreeSpace;
}
