using HealthDashboard.Data.Model;
using HealthDashboard.Data.MongoDb.Wire.Bson;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.MongoDb;

/// <summary>How alarm limits and a document become each other. The scope is the <c>_id</c>, so it is unique by itself.</summary>
internal static class LimitDocument
{
    public static BsonDocument Key(LimitScope scope) => new() { ["_id"] = Id(scope) };

    public static BsonDocument Of(LimitScope scope, AlarmLimits limits)
    {
        var signs = new BsonDocument();
        foreach (var (sign, limit) in limits.Signs)
        {
            signs[sign.Info().Name] = new BsonDocument
            {
                ["low"] = Number(limit.Low),
                ["high"] = Number(limit.High),
                ["extremeLow"] = Number(limit.ExtremeLow),
                ["extremeHigh"] = Number(limit.ExtremeHigh),
            };
        }
        return new()
        {
            ["_id"] = Id(scope),
            ["signs"] = signs,
            ["setBy"] = limits.SetBy,
            ["setAt"] = limits.SetAt,
            ["version"] = limits.Version,
        };
    }

    /// <summary>Reads limits and their scope.</summary>
    /// <exception cref="BsonException">The document is none.</exception>
    public static KeyValuePair<LimitScope, AlarmLimits> Read(BsonDocument document)
    {
        var id = document["_id"].AsDocument;
        return new(
            id.TryGet("patientId", out var patient)
                ? LimitScope.OfPatient(patient.AsObjectId)
                : LimitScope.OfWard(id["region"].AsString, id["ward"].AsString),
            new AlarmLimits
            {
                Signs = document["signs"].AsDocument.ToDictionary(sign => Sign(sign.Key), sign => Limits(sign.Value.AsDocument)),
                SetBy = document["setBy"].AsString,
                SetAt = document["setAt"].AsTime,
                Version = document["version"].AsInt64,
            });
    }

    private static BsonDocument Id(LimitScope scope) => scope.PatientId is { } patient
        ? new() { ["patientId"] = patient }
        : new() { ["region"] = scope.Region, ["ward"] = scope.Ward };

    private static VitalSign Sign(string name) => VitalSigns.Find(name)?.Sign ?? throw new BsonException("No name of a vital sign.");

    private static SignLimits Limits(BsonDocument limits) =>
        new(Number(limits["low"]), Number(limits["high"]), Number(limits["extremeLow"]), Number(limits["extremeHigh"]));

    private static BsonValue Number(double? number) => number is { } value ? value : BsonValue.Null;

    private static double? Number(BsonValue value) => value.IsNull ? null : value.AsDouble;
}
