using System.Text;

namespace HealthDashboard.Data.MongoDb.Wire.Bson;

/// <summary>
/// Remembers the names of elements, which are the same few in every document, so that reading a thousand records does not make them
/// a thousand times. It holds at most 512 short names; a name that falls on another's place replaces it.
/// </summary>
internal static class BsonNames
{
    private const int Places = 512;
    private const int Longest = 32;

    private static readonly string?[] Known = new string?[Places];

    public static string Of(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > Longest)
            return BsonReader.Decode(utf8);
        var hash = 17u;
        foreach (var unit in utf8)
            hash = (hash * 31) + unit;
        // Two threads may write one place at once: either string is right.
        ref var place = ref Known[hash % Places];
        if (place is { } known && Ascii.Equals(utf8, known))
            return known;
        return place = BsonReader.Decode(utf8);
    }
}
