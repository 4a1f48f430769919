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
                ["offUntil"] = limit.OffUntil is { } until ? until : BsonValue.Null,
            };
        }
        return new()
        {
            ["_id"] = Id(scope),
            ["signs"] = signs,
            ["setBy"] = limits.SetBy,
            ["setAt"] = limits.SetAt,
            ["version"] = limits.Version,
            ["scoreThreshold"] = limits.ScoreThreshold is { } threshold ? threshold : BsonValue.Null,
            ["reason"] = limits.Reason,
        };
    }

    /// <summary>A version of limits as the history keeps it. Scope and version are the <c>_id</c>, so each is there once.</summary>
    public static BsonDocument Kept(LimitScope scope, AlarmLimits limits)
    {
        var document = Of(scope, limits);
        document["_id"] = new BsonDocument { ["scope"] = Id(scope), ["version"] = limits.Version };
        document["scope"] = Id(scope);
        return document;
    }

    /// <summary>What the history has of a scope.</summary>
    public static BsonDocument KeptOf(LimitScope scope) => new() { ["scope"] = Id(scope) };

    /// <summary>Reads limits and their scope.</summary>
    /// <exception cref="BsonException">The document is none.</exception>
    public static KeyValuePair<LimitScope, AlarmLimits> Read(BsonDocument document)
    {
        var id = document["_id"].AsDocument;
        return new(
            id.TryGet("patientId", out var patient)
                ? LimitScope.OfPatient(patient.AsObjectId)
                : LimitScope.OfWard(id["region"].AsString, id["ward"].AsString),
            ReadLimits(document));
    }

    /// <summary>Reads limits, those of now or of the history.</summary>
    /// <exception cref="BsonException">The document is none.</exception>
    public static AlarmLimits ReadLimits(BsonDocument document) => new()
    {
        Signs = document["signs"].AsDocument.ToDictionary(sign => Sign(sign.Key), sign => Limits(sign.Value.AsDocument)),
        SetBy = document["setBy"].AsString,
        SetAt = document["setAt"].AsTime,
        Version = document["version"].AsInt64,
        // Documents of an older program have neither.
        ScoreThreshold = document.Get("scoreThreshold") is { IsNull: false } threshold ? threshold.AsInt32 : null,
        Reason = document.Get("reason").OrNull(),
    };

    private static BsonDocument Id(LimitScope scope) => scope.PatientId is { } patient
        ? new() { ["patientId"] = patient }
        : new() { ["region"] = scope.Region, ["ward"] = scope.Ward };

    private static VitalSign Sign(string name) => VitalSigns.Find(name)?.Sign ?? throw new BsonException("No name of a vital sign.");

    private static SignLimits Limits(BsonDocument limits) =>
        new(Number(limits["low"]), Number(limits["high"]), Number(limits["extremeLow"]), Number(limits["extremeHigh"]))
        {
            OffUntil = limits.Get("offUntil") is { IsNull: false } until ? until.AsTime : null,
        };

    private static BsonValue Number(double? number) => number is { } value ? value : BsonValue.Null;

    private static double? Number(BsonValue value) => value.IsNull ? null : value.AsDouble;
}
