namespace HealthDashboard.Data.MongoDb.Wire.Bson;

/// <summary>What a document may be at most: MongoDB's own limits, so that nothing that a server sends can ask for more memory than these.</summary>
internal static class BsonLimits
{
    /// <summary>The bytes of a document: 16 MiB, and 16 KiB for what a command adds around a stored one.</summary>
    public const int Document = (16 * 1024 * 1024) + (16 * 1024);

    /// <summary>The bytes of a message: <c>maxMessageSizeBytes</c> of every server since 3.6.</summary>
    public const int Message = 48_000_000;

    /// <summary>How deep documents may be within each other.</summary>
    public const int Depth = 100;

    /// <summary>The values of a document with all that is in it. An empty value takes 2 bytes there and 32 in memory.</summary>
    public const int Values = 1 << 20;
}

/// <summary>Bytes that are no BSON, or not of the type that is asked for.</summary>
/// <param name="message">What is wrong, without any value.</param>
internal sealed class BsonException(string message) : MongoException(message);
