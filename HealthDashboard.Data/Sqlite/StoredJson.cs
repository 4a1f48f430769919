using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Data.Sqlite;

/// <summary>What is kept as JSON in a column: short, and readable with SQLite's own tools.</summary>
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(IReadOnlyList<MedicalCondition>))]
[JsonSerializable(typeof(IReadOnlyDictionary<VitalSign, SignLimits>))]
[JsonSerializable(typeof(Standby))]
[JsonSerializable(typeof(Discharge))]
[JsonSerializable(typeof(Alert))]
internal sealed partial class StoredJson : JsonSerializerContext
{
    public static StoredJson Columns { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // Letters of any script stay as they are: this is never written into HTML.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
