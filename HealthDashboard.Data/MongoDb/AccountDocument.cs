using HealthDashboard.Data.Model;
using HealthDashboard.Data.MongoDb.Wire.Bson;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.MongoDb;

/// <summary>How accounts, entries of the audit and documents become each other.</summary>
internal static class AccountDocument
{
    public static BsonDocument Of(Account account) => new()
    {
        ["_id"] = account.Id,
        ["userName"] = account.UserName,
        ["userKey"] = SearchWords.Fold(account.UserName),
        ["displayName"] = account.DisplayName,
        ["role"] = account.Role,
        ["passwordHash"] = account.PasswordHash,
        ["securityStamp"] = account.SecurityStamp,
        ["failedSignIns"] = account.FailedSignIns,
        ["lockedUntil"] = account.LockedUntil is { } until ? until : BsonValue.Null,
        ["version"] = account.Version,
    };

    /// <summary>Reads an account.</summary>
    /// <exception cref="BsonException">The document is none.</exception>
    public static Account Read(BsonDocument document) => new()
    {
        Id = document["_id"].AsObjectId,
        UserName = document["userName"].AsString,
        DisplayName = document["displayName"].AsString,
        Role = document["role"].AsString,
        PasswordHash = document["passwordHash"].AsString,
        SecurityStamp = document["securityStamp"].AsString,
        FailedSignIns = document["failedSignIns"].AsInt32,
        LockedUntil = document["lockedUntil"] is { IsNull: false } until ? until.AsTime : null,
        Version = document["version"].AsInt64,
    };

    public static BsonDocument Of(ObjectId id, AuditEntry entry) => new()
    {
        ["_id"] = id,
        ["time"] = entry.Time,
        ["actor"] = entry.Actor,
        ["action"] = entry.Action,
        ["patientId"] = entry.PatientId is { } patient ? patient : BsonValue.Null,
        ["detail"] = entry.Detail,
    };

    /// <summary>Reads an entry of the audit.</summary>
    /// <exception cref="BsonException">The document is none.</exception>
    public static AuditEntry ReadEntry(BsonDocument document) => new(
        document["time"].AsTime,
        document["actor"].AsString,
        document["action"].AsString,
        document["patientId"] is { IsNull: false } patient ? patient.AsObjectId : null,
        document["detail"].OrNull());
}
