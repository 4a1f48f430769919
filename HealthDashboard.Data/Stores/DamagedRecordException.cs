namespace HealthDashboard.Data.Stores;

/// <summary>A stored record that cannot be read as what it should be. Says where it is, and never what is in it.</summary>
/// <param name="Place">The collection or table.</param>
/// <param name="Id">The record's key; for limits their patient's, or their region and ward.</param>
/// <param name="Fields">The names of the fields that cannot be read.</param>
public sealed record Damage(string Place, string Id, IReadOnlyList<string> Fields)
{
    /// <summary>The fields in one line.</summary>
    public string FieldNames => string.Join(", ", Fields);

    /// <inheritdoc/>
    public override string ToString() => $"{Place} {Id} ({FieldNames})";
}

/// <summary>One record is damaged; the store and its other records are not. It cannot be changed until it is mended in the store.</summary>
/// <param name="store">The store's name for people.</param>
/// <param name="damage">Which record, and what of it cannot be read.</param>
/// <param name="readable">The record with a stand-in for each field that cannot be read; null when too little of it can.</param>
public sealed class DamagedRecordException(string store, Damage damage, object? readable)
    : StoreException(store, $"the record {damage.Id} of {damage.Place} is damaged: cannot be read: {damage.FieldNames}.")
{
    /// <summary>Which record, and what of it cannot be read.</summary>
    public Damage Damage { get; } = damage;

    /// <summary>
    /// The record with a stand-in for each field that cannot be read; null when too little of it can. A text's stand-in says so itself, and
    /// none makes an alarm rarer.
    /// </summary>
    public object? Readable { get; } = readable;
}
