using System.Runtime.InteropServices;

namespace HealthDashboard.Hosting;

/// <summary>Files that the program's own account alone may read: 600, and directories 700. On Windows the directory's rights hold.</summary>
internal static class PrivateFiles
{
    private const UnixFileMode OwnFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnDirectory = OwnFile | UnixFileMode.UserExecute;
    private const uint NothingForOthers = 0x3F;

    /// <summary>From now on whatever this process creates is its account's alone, whoever creates it.</summary>
    public static void CreateAllPrivate()
    {
        if (!OperatingSystem.IsWindows())
            _ = umask(NothingForOthers);
    }

    /// <summary>Makes what is there already private, with everything in it. What belongs to another account is left as it is.</summary>
    public static void Protect(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        if (!Directory.Exists(path))
        {
            TrySet(path, OwnFile);
            return;
        }
        TrySet(path, OwnDirectory);
        foreach (var directory in Directory.EnumerateDirectories(path, "*", SearchOption.AllDirectories))
            TrySet(directory, OwnDirectory);
        foreach (var file in Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories))
            TrySet(file, OwnFile);
    }

    public static void CreateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OwnDirectory);
    }

    public static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnFile;
        return new FileStream(path, options);
    }

    private static void TrySet(string path, UnixFileMode mode)
    {
        try
        {
            if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(path) is var now && (now & ~mode) != UnixFileMode.None)
                File.SetUnixFileMode(path, mode);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Another account's, which only it may change.
        }
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint umask(uint mask);
}
