using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using StackExchange.Redis;

namespace HealthDashboard.Data.Redis;

/// <summary>How a change becomes an entry of the log, and an entry a change.</summary>
internal static class AlertEntry
{
    /// <summary>A change as <see cref="AlertWriteScript"/> takes it.</summary>
    public static void Write(AlertChange change, Span<RedisValue> values)
    {
        values[0] = change.Alert.Version;
        values[1] = change.Kind.ToString();
        values[2] = change.Actor;
        values[3] = change.Time.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);
        values[4] = change.Alert.RaisedAt.ToUnixTimeMilliseconds();
        values[5] = change.Time.ToUnixTimeMilliseconds();
        // The number that the alert has now is that of its change before: the entry's own is the one that counts.
        values[6] = JsonSerializer.Serialize(change.Alert with { Sequence = 0 }, RedisJson.Entries.Alert);
    }

    /// <summary>An entry as XRANGE gives it: its id, and its fields and their values in the order in which they were written.</summary>
    public static AlertChange Read(RedisResult entry)
    {
        var fields = (RedisValue[])entry[1]!;
        var alert = JsonSerializer.Deserialize((byte[])fields[11]!, RedisJson.Entries.Alert)!;
        return new AlertChange(
            Enum.Parse<AlertChangeKind>((string)fields[5]!),
            alert with { Sequence = SequenceOf((string)entry[0]!), Version = (int)fields[3] },
            (string)fields[7]!,
            DateTimeOffset.ParseExact((string)fields[9]!, "O", CultureInfo.InvariantCulture));
    }

    /// <summary>The entries of a reply.</summary>
    public static IReadOnlyList<AlertChange> ReadAll(RedisResult entries) => Array.ConvertAll((RedisResult[])entries!, Read);

    // An id of the stream is the number and "-0".
    private static long SequenceOf(string id) => long.Parse(id.AsSpan(..^2), CultureInfo.InvariantCulture);
}

/// <summary>What is kept or asked as JSON: short, and readable in redis-cli.</summary>
[JsonSerializable(typeof(Alert))]
[JsonSerializable(typeof(AlertQuery))]
internal sealed partial class RedisJson : JsonSerializerContext
{
    public static RedisJson Entries { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
