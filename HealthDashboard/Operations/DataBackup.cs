using System.Security.Cryptography;
using System.Text.Json;
using HealthDashboard.Data.Sqlite;
using HealthDashboard.Hosting;

namespace HealthDashboard.Operations;

/// <summary>What a backup is: written last, so that one without it is not whole.</summary>
/// <param name="CreatedAt">When it was begun: all that was acknowledged before is in it.</param>
/// <param name="Files">Its files.</param>
internal sealed record BackupContent(DateTimeOffset CreatedAt, IReadOnlyList<BackupFile> Files);

/// <summary>One file of a backup.</summary>
/// <param name="Path">Relative to the backup, with slashes.</param>
/// <param name="Bytes">How long it is.</param>
/// <param name="Sha256">Its SHA-256 in hex.</param>
internal sealed record BackupFile(string Path, long Bytes, string Sha256);

/// <summary>
/// Everything under <c>Data:Directory</c>, copied while the program runs and put back while it does not: databases, spool, keys, what waits
/// for a store, the audit. The spool goes first: what leaves it meanwhile is in the databases, which come after.
/// </summary>
internal static class DataBackup
{
    public const string ContentFile = "backup.json";

    private const string Database = ".db";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Makes a backup.</summary>
    /// <exception cref="IOException">It cannot be made; the message says why. Nothing is left behind under the backup's name.</exception>
    public static BackupContent Create(string data, string target, DateTimeOffset now)
    {
        if (!Directory.Exists(data))
            throw new IOException($"Data:Directory '{data}' is not there.");
        if (Path.Exists(target) && (File.Exists(target) || Directory.EnumerateFileSystemEntries(target).Any()))
            throw new IOException($"'{target}' is there and not empty. Name a directory that is new.");
        if (IsWithin(target, data))
            throw new IOException($"'{target}' is in Data:Directory, where the next backup would copy it too.");
        var draft = $"{Path.TrimEndingDirectorySeparator(Path.GetFullPath(target))}.part";
        if (Directory.Exists(draft))
            Directory.Delete(draft, recursive: true);
        PrivateFiles.CreateDirectory(draft);
        var files = new List<BackupFile>();
        foreach (var path in Kept(data).OrderBy(path => Path.GetExtension(path) == Database).ThenBy(path => path, StringComparer.Ordinal))
        {
            var copy = Path.Combine(draft, path);
            PrivateFiles.CreateDirectory(Path.GetDirectoryName(copy)!);
            if (Copy(Path.Combine(data, path), copy))
                files.Add(Describe(draft, path));
        }
        var content = new BackupContent(now, files);
        using (var file = PrivateFiles.Create(Path.Combine(draft, ContentFile)))
        {
            JsonSerializer.Serialize(file, content, Json);
            file.Flush(flushToDisk: true);
        }
        if (Directory.Exists(target))
            Directory.Delete(target);
        Directory.Move(draft, target);
        return content;
    }

    /// <summary>Puts a backup back.</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="data">The directory, which no program uses.</param>
    /// <param name="overwrite">Whether what is there may be put aside; nothing is deleted.</param>
    /// <param name="now">Names what is put aside.</param>
    /// <returns>Where what was there lies now; null when there was nothing.</returns>
    /// <exception cref="IOException">It is refused, and nothing is changed; the message says why.</exception>
    public static string? Restore(string backup, string data, bool overwrite, DateTimeOffset now)
    {
        var content = ReadContent(backup);
        foreach (var file in content.Files)
        {
            if (!IsWithin(Path.Combine(backup, file.Path), backup) || !File.Exists(Path.Combine(backup, file.Path)) || Describe(backup, file.Path) != file)
                throw new IOException($"'{file.Path}' in the backup is missing or not as it was written.");
        }
        PrivateFiles.CreateDirectory(data);
        using var owner = new DataLock();
        if (!owner.TryTake(data))
            throw new IOException($"Data:Directory '{data}' is in use: stop the program first.");
        var before = Directory.EnumerateFileSystemEntries(data).Where(path => Path.GetFileName(path) != DataLock.FileName).ToList();
        if (before.Count > 0 && !overwrite)
            throw new IOException($"Data:Directory '{data}' has data already. With --overwrite it is put aside, into a directory beside it.");
        string? aside = null;
        if (before.Count > 0)
        {
            aside = $"{Path.TrimEndingDirectorySeparator(Path.GetFullPath(data))}.before-{now:yyyyMMdd'T'HHmmss'Z'}";
            PrivateFiles.CreateDirectory(aside);
            foreach (var path in before)
                Directory.Move(path, Path.Combine(aside, Path.GetFileName(path)));
        }
        foreach (var file in content.Files)
        {
            var target = Path.Combine(data, file.Path);
            PrivateFiles.CreateDirectory(Path.GetDirectoryName(target)!);
            Copy(Path.Combine(backup, file.Path), target, isDatabase: false);
        }
        return aside;
    }

    private static BackupContent ReadContent(string backup)
    {
        try
        {
            using var file = File.OpenRead(Path.Combine(backup, ContentFile));
            return JsonSerializer.Deserialize<BackupContent>(file, Json) ?? throw new IOException($"'{backup}' is no backup.");
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            throw new IOException($"'{backup}' is no backup of this program, or one that was not finished: it has no readable {ContentFile}.", error);
        }
    }

    // A database's log goes with it; locks, drafts and the reserve are nobody's data.
    private static IEnumerable<string> Kept(string data) =>
        from path in Directory.EnumerateFiles(data, "*", SearchOption.AllDirectories)
        let name = Path.GetFileName(path)
        where !name.EndsWith("-wal", StringComparison.Ordinal) && !name.EndsWith("-shm", StringComparison.Ordinal) && !name.EndsWith(".lock", StringComparison.Ordinal)
            && !name.EndsWith(".new", StringComparison.Ordinal) && !name.StartsWith(".write-", StringComparison.Ordinal) && name != DiskReserve.FileName
        select Path.GetRelativePath(data, path);

    private static bool Copy(string from, string to, bool? isDatabase = null)
    {
        try
        {
            if (isDatabase ?? Path.GetExtension(from) == Database)
            {
                SqliteCopy.Create(from, to);
                PrivateFiles.Protect(to);
            }
            else
            {
                using var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                using var copy = PrivateFiles.Create(to);
                source.CopyTo(copy);
                copy.Flush(flushToDisk: true);
            }
            return true;
        }
        catch (FileNotFoundException) when (isDatabase is null)
        {
            // A file of the spool that has been drained meanwhile.
            return false;
        }
    }

    private static BackupFile Describe(string directory, string path)
    {
        using var file = File.OpenRead(Path.Combine(directory, path));
        return new(path.Replace('\\', '/'), file.Length, Convert.ToHexStringLower(SHA256.HashData(file)));
    }

    private static bool IsWithin(string path, string directory) =>
        Path.GetFullPath(path).StartsWith(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
