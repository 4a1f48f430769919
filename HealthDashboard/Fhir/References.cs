using HealthDashboard.Data.Model;
using R4 = Hl7.Fhir.Model;

namespace HealthDashboard.Fhir;

/// <summary>What the entries of a bundle refer to each other by: full URLs, <c>Type/id</c>, and <c>Type?identifier=system|value</c>.</summary>
internal sealed class References
{
    private readonly Dictionary<string, Entry?> byAddress = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Type, string System, string Value), Entry> byIdentifier = [];

    private readonly Func<string, ObjectId?>? before;

    /// <summary>Notes every entry; one whose full URL another has before it is refused. What two different resources are called means neither.</summary>
    /// <param name="entries">The entries.</param>
    /// <param name="before">The key that a resource of an earlier part was given, by <c>Type/id</c> as it is called there; null where this is the first part.</param>
    public References(IReadOnlyList<Entry> entries, Func<string, ObjectId?>? before = null)
    {
        this.before = before;
        foreach (var entry in entries)
        {
            if (entry.FullUrl is { Length: > 0 } url && !byAddress.TryAdd(url, entry))
                entry.Refuse(StatusCodes.Status400BadRequest, "Another entry has the same fullUrl.");
            if (entry.Id is { } id && entry.Type.Length > 0)
                Note($"{entry.Type}/{id}", entry);
            foreach (var identifier in IdentifiersOf(entry.Resource))
            {
                if (identifier.Value is { Length: > 0 } value)
                    byIdentifier.TryAdd((entry.Type, identifier.System ?? "", value), entry);
            }
        }
    }

    /// <summary>The entry that a reference means; null when it means none of this bundle.</summary>
    public Entry? Find(R4.ResourceReference? reference)
    {
        if (reference?.Reference is not { Length: > 0 } address)
            return null;
        if (byAddress.TryGetValue(address, out var found))
            return found;
        if (Conditional(address) is var (type, system, value) && byIdentifier.TryGetValue((type, system, value), out found))
            return found;
        // An absolute address of a resource that the bundle has by its relative one.
        var parts = address.Split('/');
        return parts.Length > 2 && byAddress.TryGetValue($"{parts[^2]}/{parts[^1]}", out found) ? found : null;
    }

    /// <summary>The resource that a reference means; null when it is not in this bundle, or of another type.</summary>
    public (Entry Entry, T Resource)? Find<T>(R4.ResourceReference? reference)
        where T : R4.Resource => Find(reference) is { Resource: T resource } entry ? (entry, resource) : null;

    /// <summary>The key that a resource of an earlier part was given; null when there was none.</summary>
    public ObjectId? KnownBefore(R4.ResourceReference? reference) =>
        before is not null && (reference?.Reference ?? "").Split('/') is [.., var type, var id] ? before($"{type}/{id}") : null;

    /// <summary>The parts of <c>Type?identifier=system|value</c>; null when it is another address.</summary>
    public static (string Type, string System, string Value)? Conditional(string address)
    {
        const string by = "?identifier=";
        var at = address.IndexOf(by, StringComparison.Ordinal);
        if (at <= 0)
            return null;
        var token = Uri.UnescapeDataString(address[(at + by.Length)..]);
        var bar = token.IndexOf('|', StringComparison.Ordinal);
        return (address[..at], bar < 0 ? "" : token[..bar], token[(bar + 1)..]);
    }

    /// <summary>The id of <c>Type/id</c>, absolute or not; null when the reference is no such address.</summary>
    public static string? IdOf(R4.ResourceReference? reference, string type)
    {
        var parts = (reference?.Reference ?? "").Split('/');
        return parts.Length >= 2 && parts[^2] == type ? parts[^1] : null;
    }

    // Two files that were put together may each count from 1.
    private void Note(string name, Entry entry)
    {
        if (!byAddress.TryAdd(name, entry) && byAddress[name] is { } other && other != entry
            && !(other.Resource is { } resource && entry.Resource is { } same && R4.PocoEqualityComparisons.IsExactly(resource, same)))
            byAddress[name] = null;
    }

    private static IEnumerable<R4.Identifier> IdentifiersOf(R4.Resource? resource) => resource switch
    {
        R4.Patient patient => patient.Identifier,
        R4.Practitioner practitioner => practitioner.Identifier,
        R4.Location location => location.Identifier,
        R4.Device device => device.Identifier,
        _ => [],
    };
}
