using System.Data.Common;

namespace HealthDashboard.Data.Stores;

/// <summary>Reads one record field by field, so that one that is damaged is named and costs nothing but itself.</summary>
/// <typeparam name="TSource">The document or row.</typeparam>
/// <param name="damaged">Where it is noted whether the record is damaged.</param>
/// <param name="place">The collection or table.</param>
/// <param name="source">The document or row.</param>
internal sealed class RecordReader<TSource>(DamagedRecords damaged, string place, TSource source)
{
    private List<string>? fields;
    private bool lacksNeeded;

    /// <summary>A field; the stand-in where it cannot be read.</summary>
    public T Read<T>(string field, Func<TSource, T> read, T standIn)
    {
        try
        {
            return read(source);
        }
        catch (Exception error) when (error is not (DbException or OperationCanceledException or OutOfMemoryException))
        {
            (fields ??= []).Add(field);
            return standIn;
        }
    }

    /// <summary>A text; where it cannot be read, one that says so.</summary>
    public string Text(string field, Func<TSource, string> read) => Read(field, read, RecordReader.Unreadable);

    /// <summary>A field without which nothing of the record can be used.</summary>
    public T Need<T>(string field, Func<TSource, T> read)
    {
        var before = fields?.Count ?? 0;
        var value = Read(field, read, default!);
        lacksNeeded |= fields?.Count > before;
        return value;
    }

    /// <summary>The record if all of it was read.</summary>
    /// <exception cref="DamagedRecordException">It is damaged.</exception>
    public TRecord Whole<TRecord>(string id, TRecord record)
    {
        if (fields is null)
        {
            damaged.Forget(place, id);
            return record;
        }
        var damage = new Damage(place, id, fields);
        damaged.Note(damage);
        throw new DamagedRecordException(damaged.Store, damage, lacksNeeded ? null : record);
    }
}

/// <summary>What stands for what cannot be read.</summary>
internal static class RecordReader
{
    /// <summary>A text that says so to whoever sees it.</summary>
    public const string Unreadable = "(cannot be read)";
}

/// <summary>Enums that are stored by their names.</summary>
internal static class StoredNames
{
    /// <summary>The value of a name exactly as it is written; a number is no name, although .NET would take it for one.</summary>
    /// <exception cref="FormatException">It has no such name.</exception>
    public static T Read<T>(string name)
        where T : struct, Enum =>
        Enum.TryParse<T>(name, out var value) && Enum.IsDefined(value) && value.ToString() == name ? value : throw new FormatException($"No name of {typeof(T).Name}.");
}
