using System.Diagnostics;

namespace HealthDashboard.Tests.Support;

/// <summary>A disk of a few megabytes that a test can fill: a file system in memory, which only root may mount.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TempDirectory directory = new();

    /// <summary>Mounts it; the test skips, with the reason, where that is not allowed.</summary>
    public SmallDisk(int megabytes)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess || Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", directory.Path) != 0)
        {
            directory.Dispose();
            Assert.Skip("A small disk that can be filled needs root and the right to mount one.");
        }
    }

    /// <summary>Where it is.</summary>
    public string Path => directory.Path;

    private string Filler => directory["filler"];

    /// <summary>Leaves no byte free.</summary>
    public void Fill()
    {
        using var file = File.OpenHandle(Filler, FileMode.Create, FileAccess.Write);
        var (piece, at) = (new byte[4096], 0L);
        try
        {
            for (; ; at += piece.Length)
                RandomAccess.Write(file, piece, at);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    /// <summary>Makes room again.</summary>
    public void Free() => File.Delete(Filler);

    public void Dispose()
    {
        Run("umount", "-l", directory.Path);
        directory.Dispose();
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
