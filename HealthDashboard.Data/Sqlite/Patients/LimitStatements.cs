using System.Data.Common;
using System.Text.Json;
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

    public static KeyValuePair<LimitScope, AlarmLimits> Map(DbDataReader row)
    {
        var ofPatient = row.GetFieldValue<byte[]>(2).Length > 0;
        return new(
            ofPatient ? LimitScope.OfPatient(row.GetId(2)) : LimitScope.OfWard(row.GetString(0), row.GetString(1)),
            new AlarmLimits
            {
                Signs = JsonSerializer.Deserialize(row.GetString(3), StoredJson.Columns.IReadOnlyDictionaryVitalSignSignLimits)!,
                SetBy = row.GetString(4),
                SetAt = row.GetTime(5),
                Version = row.GetInt64(6),
                ScoreThreshold = row.IsDBNull(7) ? null : row.GetInt32(7),
                Reason = row.GetStringOrNull(8),
            });
    }
}
