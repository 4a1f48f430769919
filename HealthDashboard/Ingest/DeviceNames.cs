using System.Collections.Concurrent;
using System.Text;

namespace HealthDashboard.Ingest;

/// <summary>The names of devices, so that the same few names do not become a new string with every reading.</summary>
internal sealed class DeviceNames
{
    /// <summary>The longest name in bytes of UTF-8.</summary>
    public const int LongestName = 64;

    // More than the largest hospital has devices: one name too many costs all the others.
    private const int Capacity = 200_000;

    private readonly ConcurrentDictionary<string, string> names = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> lookup;

    // About; the dictionary's own count takes all of its locks.
    private int count;

    public DeviceNames() => lookup = names.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The name as a string; null when it is empty, too long, no UTF-8 or has control characters.</summary>
    public string? Find(ReadOnlySpan<byte> utf8)
    {
        Span<char> buffer = stackalloc char[LongestName];
        if (utf8.Length is 0 or > LongestName || !Encoding.UTF8.TryGetChars(utf8, buffer, out var length))
            return null;
        ReadOnlySpan<char> name = buffer[..length];
        if (lookup.TryGetValue(name, out var known))
            return known;
        foreach (var c in name)
        {
            if (char.IsControl(c) || c == '\uFFFD')
                return null;
        }
        // Full of names that were made up, or of a hospital's worth of old devices: those in use are back at once.
        if (Interlocked.Increment(ref count) > Capacity)
        {
            names.Clear();
            count = 1;
        }
        var made = name.ToString();
        return names.GetOrAdd(made, made);
    }
}
