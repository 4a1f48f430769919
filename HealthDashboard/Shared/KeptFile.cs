using System.Text.Json;

namespace HealthDashboard.Shared;

/// <summary>Something that this node remembers while a server is unavailable, as JSON in a file that only this program's account may read.</summary>
/// <typeparam name="T">What it is.</typeparam>
/// <param name="path">The file.</param>
internal sealed class KeptFile<T>(string path)
    where T : class
{
    /// <summary>Reads the file; null when there is none.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="JsonException">It is not what this program writes.</exception>
    public T? Read()
    {
        if (!File.Exists(path))
            return null;
        using var file = File.OpenRead(path);
        return JsonSerializer.Deserialize<T>(file, JsonSerializerOptions.Web);
    }

    /// <summary>Replaces the file, all of it or nothing.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public async Task WriteAsync(T content, CancellationToken cancel)
    {
        var draft = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using (var file = new FileStream(draft, options))
        {
            await JsonSerializer.SerializeAsync(file, content, JsonSerializerOptions.Web, cancel);
            file.Flush(flushToDisk: true);
        }
        File.Move(draft, path, overwrite: true);
    }
}
