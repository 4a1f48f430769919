using HealthDashboard.Data.MongoDb.Wire.Bson;

namespace HealthDashboard.Data.MongoDb.Wire;

/// <summary>A command for a database, as the manual's "database commands" describe it.</summary>
/// <param name="Database">The database.</param>
/// <param name="Body">The command; its first element is the command's name.</param>
internal sealed record MongoCommand(string Database, BsonDocument Body)
{
    /// <summary>The name of the body's array that travels beside it, for example <c>documents</c>; null for none.</summary>
    public string? SequenceName { get; init; }

    /// <summary>The documents of that array, one behind the other as bytes.</summary>
    public ReadOnlyMemory<byte> Sequence { get; init; }

    /// <summary>The command's name.</summary>
    public string Name => Body.First().Key;

    /// <summary>The command with more in its body.</summary>
    public MongoCommand With(params ReadOnlySpan<(string Name, BsonValue Value)> more)
    {
        var body = new BsonDocument(Body);
        foreach (var (name, value) in more)
            body[name] = value;
        return this with { Body = body };
    }
}
