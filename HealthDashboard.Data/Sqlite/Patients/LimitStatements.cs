using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Nodes;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.Sqlite.Patients;

/// <summary>The statements on alarm limits, and how limits and a row become each other.</summary>
internal static class LimitStatements
{
    private const string Columns = "region, ward, patient_id, signs, set_by, set_at, version, score_threshold, reason";
    private const string Values = "@Region, @Ward, @PatientId, @Signs, @SetBy, @SetAt, @Version, @ScoreThreshold, @Reason";
    private const string OfScope = "WHERE region = @Region AND ward = @Ward AND patient_id = @PatientId";

    public const string Find = $"SELECT {Columns} FROM alarm_limits {OfScope}";
    public const string All = $"SELECT {Columns} FROM alarm_limits";

    public const string Insert = $"""
        INSERT INTO alarm_limits ({Columns}) VALUES ({Values}) ON CONFLICT DO NOTHING
        """;

    public const string Update = $"""
        UPDATE alarm_limits
        SET signs = @Signs, set_by = @SetBy, set_at = @SetAt, version = @Version, score_threshold = @ScoreThreshold, reason = @Reason
        {OfScope} AND version = @Version - 1
        """;

    public const string Keep = $"INSERT INTO limit_history ({Columns}) VALUES ({Values})";
    public const string History = $"SELECT {Columns} FROM limit_history {OfScope} ORDER BY version DESC LIMIT @Limit";

    public static object Key(LimitScope scope, int limit = 1) => new
    {
        Region = scope.Region ?? "",
        Ward = scope.Ward ?? "",
        PatientId = scope.PatientId?.ToByteArray() ?? [],
        Limit = limit,
    };

    public static object Parameters(LimitScope scope, AlarmLimits limits) => new
    {
        Region = scope.Region ?? "",
        Ward = scope.Ward ?? "",
        PatientId = scope.PatientId?.ToByteArray() ?? [],
        Signs = JsonSerializer.Serialize(limits.Signs, StoredJson.Columns.IReadOnlyDictionaryVitalSignSignLimits),
        limits.SetBy,
        limits.SetAt,
        limits.Version,
        limits.ScoreThreshold,
        limits.Reason,
    };

    /// <summary>Reads limits and their scope. A sign that cannot be read takes the limits of the next wider scope meanwhile.</summary>
    /// <exception cref="DamagedRecordException">They are damaged.</exception>
    public static KeyValuePair<LimitScope, AlarmLimits> Map(DbDataReader row, DamagedRecords damaged, string place = "alarm_limits")
    {
        var fields = new RecordReader<DbDataReader>(damaged, place, row);
        var scope = fields.Need(
            "patient_id",
            static from => from.GetFieldValue<byte[]>(2).Length > 0 ? LimitScope.OfPatient(from.GetId(2)) : LimitScope.OfWard(from.GetString(0), from.GetString(1)));
        var limits = new AlarmLimits
        {
            Signs = ReadSigns(fields),
            SetBy = fields.Text("set_by", static from => from.GetString(4)),
            SetAt = fields.Read("set_at", static from => from.GetTime(5), default),
            Version = fields.Read("version", static from => from.GetInt64(6), 0),
            ScoreThreshold = fields.Read("score_threshold", static from => from.IsDBNull(7) ? (int?)null : from.GetInt32(7), null),
            Reason = fields.Read("reason", static from => from.GetStringOrNull(8), null),
        };
        return fields.Whole(scope.ToString(), KeyValuePair.Create(scope, limits));
    }

    private static Dictionary<VitalSign, SignLimits> ReadSigns(RecordReader<DbDataReader> fields)
    {
        var read = new Dictionary<VitalSign, SignLimits>();
        foreach (var (name, value) in fields.Read<JsonObject>("signs", static from => JsonNode.Parse(from.GetString(3))!.AsObject(), []))
        {
            var field = VitalSigns.Find(name) is null ? "signs (one that is not known)" : $"signs.{name}";
            if (fields.Read(field, _ => (VitalSigns.Find(name)!.Sign, value.Deserialize(StoredJson.Columns.SignLimits)!), default) is (var sign, { } limits))
                read[sign] = limits;
        }
        return read;
    }
}
