using System.Security.Cryptography;

namespace HealthDashboard.Shared;

/// <summary>A secret of this program in a file that only its account may read, made by chance when it is needed first.</summary>
internal static class KeyFile
{
    /// <summary>Reads the file; makes it when there is none.</summary>
    /// <param name="path">The file.</param>
    /// <param name="length">How many bytes it has.</param>
    /// <exception cref="IOException">It cannot be read or written, or is shorter.</exception>
    public static byte[] Read(string path, int length)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (!File.Exists(path))
        {
            // Whole or not at all: half a secret would be none.
            var draft = path + ".new";
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var file = new FileStream(draft, options))
            {
                file.Write(RandomNumberGenerator.GetBytes(length));
                file.Flush(flushToDisk: true);
            }
            File.Move(draft, path);
        }
        var secret = File.ReadAllBytes(path);
        return secret.Length >= length ? secret : throw new IOException($"The secret in '{path}' has {secret.Length} bytes; it needs {length}.");
    }
}
