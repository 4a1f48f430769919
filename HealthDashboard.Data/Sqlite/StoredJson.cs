using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Data.Sqlite;

/// <summary>What is kept as JSON in a column: short, and readable with SQLite's own tools.</summary>
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(IReadOnlyList<MedicalCondition>))]
[JsonSerializable(typeof(IReadOnlyDictionary<VitalSign, SignLimits>))]
[JsonSerializable(typeof(SignLimits))]
[JsonSerializable(typeof(IReadOnlyDictionary<VitalSign, double>))]
[JsonSerializable(typeof(Standby))]
[JsonSerializable(typeof(Discharge))]
[JsonSerializable(typeof(Alert))]
internal sealed partial class StoredJson : JsonSerializerContext
{
    /// <summary>Reads a column that is never JSON's null.</summary>
    /// <exception cref="JsonException">It is not what it should be.</exception>
    public static T Of<T>(string json, JsonTypeInfo<T> type)
        where T : class => JsonSerializer.Deserialize(json, type) ?? throw new JsonException("Nothing.");

    public static StoredJson Columns { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // Letters of any script stay as they are: this is never written into HTML.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
