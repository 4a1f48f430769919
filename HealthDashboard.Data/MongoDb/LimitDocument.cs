using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using MongoDB.Bson;

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
                ["offUntil"] = limit.OffUntil.ToValue(),
            };
        }
        return new()
        {
            ["_id"] = Id(scope),
            ["signs"] = signs,
            ["setBy"] = limits.SetBy,
            ["setAt"] = limits.SetAt.ToValue(),
            ["version"] = limits.Version,
            ["scoreThreshold"] = limits.ScoreThreshold is { } threshold ? threshold : BsonNull.Value,
            ["reason"] = limits.Reason.ToValue(),
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

    /// <summary>What a change sets, so that fields that this program does not know stay.</summary>
    public static BsonDocument Change(LimitScope scope, AlarmLimits limits) => Of(scope, limits).SetAllBut("_id");

    /// <summary>Reads limits and their scope. A sign that cannot be read takes the limits of the next wider scope meanwhile.</summary>
    /// <exception cref="DamagedRecordException">They are damaged.</exception>
    public static KeyValuePair<LimitScope, AlarmLimits> Read(BsonDocument document, DamagedRecords damaged)
    {
        var fields = new RecordReader<BsonDocument>(damaged, PatientSchema.AlarmLimits, document);
        var scope = fields.Need("_id", static from => ScopeOf(from["_id"].AsBsonDocument));
        return fields.Whole(scope.ToString(), KeyValuePair.Create(scope, ReadLimits(fields)));
    }

    /// <summary>Reads limits of the history.</summary>
    /// <exception cref="DamagedRecordException">They are damaged.</exception>
    public static AlarmLimits ReadKept(BsonDocument document, DamagedRecords damaged)
    {
        var fields = new RecordReader<BsonDocument>(damaged, PatientSchema.LimitHistory, document);
        var scope = fields.Need("scope", static from => ScopeOf(from["scope"].AsBsonDocument));
        var limits = ReadLimits(fields);
        return fields.Whole($"{scope} version {limits.Version}", limits);
    }

    private static AlarmLimits ReadLimits(RecordReader<BsonDocument> fields) => new()
    {
        Signs = ReadSigns(fields, fields.Read<BsonDocument>("signs", static from => from["signs"].AsBsonDocument, [])),
        SetBy = fields.Text("setBy", static from => from["setBy"].AsString),
        SetAt = fields.Read("setAt", static from => from["setAt"].ToTime(), default),
        Version = fields.Read("version", static from => from["version"].ToWhole(), 0),
        // Documents of an older program have neither.
        ScoreThreshold = fields.Read("scoreThreshold", static from => from.Get("scoreThreshold") is { IsBsonNull: false } threshold ? threshold.ToWhole32() : (int?)null, null),
        Reason = fields.Read("reason", static from => from.Get("reason").OrNull(), null),
    };

    private static Dictionary<VitalSign, SignLimits> ReadSigns(RecordReader<BsonDocument> fields, BsonDocument signs)
    {
        var read = new Dictionary<VitalSign, SignLimits>();
        foreach (var (name, value) in signs.Select(field => (field.Name, field.Value)))
        {
            var field = VitalSigns.Find(name) is null ? "signs (one that is not known)" : $"signs.{name}";
            if (fields.Read<(VitalSign, SignLimits)?>(field, _ => (Sign(name), Limits(value.AsBsonDocument)), null) is { } sign)
                read[sign.Item1] = sign.Item2;
        }
        return read;
    }

    private static LimitScope ScopeOf(BsonDocument id) => id.TryGetValue("patientId", out var patient)
        ? LimitScope.OfPatient(patient.ToId())
        : LimitScope.OfWard(id["region"].AsString, id["ward"].AsString);

    private static BsonDocument Id(LimitScope scope) => scope.PatientId is { } patient
        ? new() { ["patientId"] = patient.ToValue() }
        : new() { ["region"] = scope.Region.ToValue(), ["ward"] = scope.Ward.ToValue() };

    private static VitalSign Sign(string name) => VitalSigns.Find(name)?.Sign ?? throw new FormatException("No name of a vital sign.");

    private static SignLimits Limits(BsonDocument limits) =>
        new(Number(limits["low"]), Number(limits["high"]), Number(limits["extremeLow"]), Number(limits["extremeHigh"]))
        {
            OffUntil = limits.Get("offUntil") is { IsBsonNull: false } until ? until.ToTime() : null,
        };

    private static BsonValue Number(double? number) => number is { } value ? value : BsonNull.Value;

    private static double? Number(BsonValue value) => value.IsBsonNull ? null : value.ToNumber();
}
