using System.Text.Json;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Patients;

/// <summary>What a <see cref="PatientDirectory"/> has.</summary>
/// <param name="Patients">The records.</param>
/// <param name="Limits">The limits that someone set.</param>
internal sealed record DirectoryContent(IReadOnlyList<Patient> Patients, IReadOnlyList<ScopedLimits> Limits);

/// <summary>Limits and what they were set for: a ward of a region, or a patient.</summary>
/// <param name="Region">The region; null for a patient's limits.</param>
/// <param name="Ward">The ward; null for a patient's limits.</param>
/// <param name="PatientId">The patient; null for a ward's limits.</param>
/// <param name="Limits">The limits.</param>
internal sealed record ScopedLimits(string? Region, string? Ward, ObjectId? PatientId, AlarmLimits Limits);

/// <summary>
/// The directory as it was, in a file that only this program's account may read: a node that starts while the store of records is away
/// knows its patients all the same, takes their readings and watches over them.
/// </summary>
/// <param name="path">The file.</param>
internal sealed class DirectoryCopy(string path)
{
    /// <summary>Reads the file; null when there is none.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="JsonException">It is not what this program writes.</exception>
    public DirectoryContent? Read()
    {
        if (!File.Exists(path))
            return null;
        using var file = File.OpenRead(path);
        return JsonSerializer.Deserialize<DirectoryContent>(file, JsonSerializerOptions.Web);
    }

    /// <summary>Replaces the file, all of it or nothing.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public async Task WriteAsync(DirectoryContent content, CancellationToken cancel)
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
