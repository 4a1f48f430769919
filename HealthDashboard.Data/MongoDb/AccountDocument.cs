using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using MongoDB.Bson;

namespace HealthDashboard.Data.MongoDb;

/// <summary>How accounts and documents become each other.</summary>
internal static class AccountDocument
{
    public static BsonDocument Of(Account account) => new()
    {
        ["_id"] = account.Id.ToValue(),
        ["userName"] = account.UserName,
        ["userKey"] = SearchWords.Fold(account.UserName),
        ["displayName"] = account.DisplayName,
        ["role"] = account.Role,
        ["passwordHash"] = account.PasswordHash,
        ["securityStamp"] = account.SecurityStamp,
        ["credentials"] = account.Credentials,
        ["lockedUntil"] = account.LockedUntil.ToValue(),
        ["version"] = account.Version,
        ["wards"] = account.Wards,
    };

    /// <summary>What a change sets, so that fields that this program does not know stay.</summary>
    public static BsonDocument Change(Account account) => Of(account).SetAllBut("_id");

    /// <summary>Reads an account. Of a damaged one nothing counts: whoever was locked out must not come in by it.</summary>
    /// <exception cref="DamagedRecordException">It is damaged.</exception>
    public static Account Read(BsonDocument document, DamagedRecords damaged)
    {
        var fields = new RecordReader<BsonDocument>(damaged, PatientSchema.Accounts, document);
        var account = new Account
        {
            Id = fields.Need("_id", static from => from["_id"].ToId()),
            UserName = fields.Need("userName", static from => from["userName"].AsString),
            DisplayName = fields.Need("displayName", static from => from["displayName"].AsString),
            Role = fields.Need("role", static from => from["role"].AsString),
            PasswordHash = fields.Need("passwordHash", static from => from["passwordHash"].AsString),
            SecurityStamp = fields.Need("securityStamp", static from => from["securityStamp"].AsString),
            Credentials = fields.Need("credentials", static from => from.GetValue("credentials", "").AsString),
            LockedUntil = fields.Need("lockedUntil", static from => from["lockedUntil"] is { IsBsonNull: false } until ? until.ToTime() : (DateTimeOffset?)null),
            Version = fields.Need("version", static from => from["version"].ToWhole()),
            // Accounts of before wards have the whole hospital.
            Wards = fields.Need("wards", static from => from.Get("wards") is { IsBsonNull: false } wards ? wards.AsString : "*"),
        };
        return fields.Whole(PatientDocument.IdOf(document), account);
    }
}
