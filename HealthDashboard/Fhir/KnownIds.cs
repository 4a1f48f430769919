using System.Text;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Fhir;

/// <summary>
/// The keys that patients and practitioners of a file were given, by the ids that the file calls them: about 60 bytes of memory each, and
/// a line each in a file beside it, for the next start.
/// </summary>
internal sealed class KnownIds : IAsyncDisposable
{
    private readonly Dictionary<(ulong, ulong), ObjectId?> keys = [];
    private readonly FileStream file;

    private KnownIds(FileStream file) => this.file = file;

    /// <summary>Opens the file, or creates it.</summary>
    public static async Task<KnownIds> OpenAsync(string path, CancellationToken cancel)
    {
        string[] lines = File.Exists(path) ? await File.ReadAllLinesAsync(path, cancel) : [];
        var known = new KnownIds(BulkFiles.Open(path, FileMode.Append));
        foreach (var line in lines)
        {
            // The last line may have been cut off.
            if (line.Split(' ') is [var key, var name] && ObjectId.TryParse(key, out var id))
                known.Note(name, id);
        }
        return known;
    }

    /// <summary>The key of <c>Type/id</c>; null when it has none, and when two are called so: nobody can say which is meant.</summary>
    public ObjectId? Find(string name) => keys.GetValueOrDefault(Hash(name));

    /// <summary>Notes a key.</summary>
    public async Task AddAsync(string name, ObjectId key)
    {
        if (Note(name, key))
            await file.WriteAsync(Encoding.UTF8.GetBytes($"{key} {name}\n"));
    }

    public Task FlushAsync() => file.FlushAsync();

    public ValueTask DisposeAsync() => file.DisposeAsync();

    // Whether it is new, or makes the name mean nobody.
    private bool Note(string name, ObjectId key)
    {
        if (keys.TryAdd(Hash(name), key))
            return true;
        if (keys[Hash(name)] is not { } other || other == key)
            return false;
        keys[Hash(name)] = null;
        return true;
    }

    private static (ulong, ulong) Hash(string name)
    {
        var hash = System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(name));
        return (BitConverter.ToUInt64(hash), BitConverter.ToUInt64(hash, 8));
    }
}
