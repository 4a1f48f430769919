using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Data.Stores;

/// <summary>
/// The damaged records that a store has come across: each is logged once, counted by the health check, and forgotten once it is read whole
/// or found to be gone.
/// </summary>
/// <param name="store">The store's name for people.</param>
public sealed partial class DamagedRecords(string store)
{
    private const int MostNamed = 3;

    private readonly ConcurrentDictionary<(string Place, string Id), Damage> known = new();
    private ILogger log = NullLogger.Instance;

    /// <summary>The store's name for people.</summary>
    public string Store { get; } = store;

    /// <summary>Where damage is reported; nowhere until it is set.</summary>
    public ILogger Log
    {
        get => log;
        set => log = value;
    }

    /// <summary>How many are known.</summary>
    public int Count => known.Count;

    /// <summary>What is known to be damaged of one id: a patient's record, and limits.</summary>
    public IReadOnlyList<Damage> Of(string id) => known.IsEmpty ? [] : [.. known.Values.Where(damage => damage.Id == id)];

    /// <summary>All of them in a sentence for operators; null when there are none.</summary>
    public string? Words()
    {
        var all = known.Values.OrderBy(damage => damage.ToString(), StringComparer.Ordinal).ToArray();
        if (all.Length == 0)
            return null;
        var rest = all.Length > MostNamed ? $"; and {all.Length - MostNamed} more" : "";
        var subject = all.Length == 1 ? "1 record is damaged" : $"{all.Length} records are damaged";
        return $"{subject}: {string.Join("; ", all.Take(MostNamed))}{rest}.";
    }

    /// <summary>Notes a damaged record.</summary>
    public void Note(Damage damage)
    {
        if (known.TryGetValue((damage.Place, damage.Id), out var before) && before.Fields.SequenceEqual(damage.Fields))
            return;
        known[(damage.Place, damage.Id)] = damage;
        LogDamaged(Store, damage.Id, damage.Place, damage.FieldNames);
    }

    /// <summary>Forgets a record that was read whole, or is gone.</summary>
    public void Forget(string place, string id)
    {
        if (!known.IsEmpty && known.TryRemove((place, id), out _))
            LogMended(Store, id, place);
    }

    /// <summary>Reads one of many records.</summary>
    /// <param name="source">What it is read from.</param>
    /// <param name="read">Reads it.</param>
    /// <param name="record">The record; of a damaged one what can be read, if that was asked for.</param>
    /// <param name="orReadable">Whether a damaged one counts if enough of it can be read.</param>
    /// <returns>Whether there is a record.</returns>
    public static bool TryRead<TSource, TRecord>(TSource source, Func<TSource, TRecord> read, out TRecord record, bool orReadable = false)
    {
        try
        {
            record = read(source);
            return true;
        }
        catch (DamagedRecordException error)
        {
            record = orReadable && error.Readable is TRecord readable ? readable : default!;
            return orReadable && error.Readable is TRecord;
        }
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "{Store}: the record {Id} of {Place} is damaged and left out of lists until it is mended; cannot be read: {Fields}. This is said once")]
    private partial void LogDamaged(string store, string id, string place, string fields);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Store}: the record {Id} of {Place} is not damaged any more")]
    private partial void LogMended(string store, string id, string place);
}
