using MongoDB.Bson;
using MongoDB.Driver;

namespace HealthDashboard.Data.MongoDb;

/// <summary>
/// The collections of records, accounts and the audit with their indexes. Every index serves a query of the stores; docs/data-model.md says
/// which. deploy/mongodb/shard.js spreads the collections.
/// </summary>
/// <remarks>
/// patients         {_id, mrn, region, ward, ..., version, familyKey, givenKey, words}   shard key {region, _id}, zones by region
/// deletedPatients  {_id, region, deletedAt, record}                                     shard key {region, _id}, zones by region
/// patientKeys      {_id: mrn, patientId, region} and {_id: id, region}                  shard key {_id}; see <see cref="MongoDb.PatientKeys"/>
/// alarmLimits      {_id: {region, ward} or {patientId}, signs, setBy, setAt, version}   not spread: a few hundred
/// limitHistory     {_id: {scope, version}, scope, ...}                                  not spread; only ever added to
/// accounts         {_id, userName, userKey unique, ..., version}                        not spread: a few hundred
/// auditLog         {_id: "chain:number", chain, sequence, previous, hash, time, ...}    shard key {_id}; only ever added to
/// auditSeals       {_id: "chain:number", chain, number, sequence, hash, time, key, signature}   not spread; only ever added to
/// health           {_id: "probe", at}                                                   what the health check writes
/// </remarks>
internal static class PatientSchema
{
    public const string Patients = "patients";
    public const string DeletedPatients = "deletedPatients";
    public const string PatientKeys = "patientKeys";
    public const string AlarmLimits = "alarmLimits";
    public const string LimitHistory = "limitHistory";
    public const string Accounts = "accounts";
    public const string Audit = "auditLog";
    public const string AuditSeals = "auditSeals";
    public const string Health = "health";

    private const int NamespaceExists = 48;

    private static readonly (string Name, CreateIndexModel<BsonDocument>[] Indexes)[] Collections =
    [
        (Patients,
        [
            Index("byKey", "region", "_id"),
            Index("byWard", "region", "ward", "familyKey", "givenKey", "_id"),
            Index("byRegionAndName", "region", "familyKey", "givenKey", "_id"),
            Index("byName", "familyKey", "givenKey", "_id"),
            Index("byStatus", "status", "_id"),
            Index("byRegionAndWord", "region", "words"),
            Index("byWord", "words"),
        ]),
        (DeletedPatients, [Index("byKey", "region", "_id"), Index("byRecord", "record._id")]),
        (PatientKeys, []),
        (AlarmLimits, []),
        (LimitHistory, [Index("byScope", "scope", "version")]),
        (Accounts, [new(Ascending("userKey"), new CreateIndexOptions { Name = "byUser", Unique = true })]),
        (Audit,
        [
            Index("byTime", "time", "_id"),
            Index("byPatient", "patientId", "time", "_id"),
            Index("byActor", "actor", "time", "_id"),
            Index("byAction", "action", "time", "_id"),
        ]),
        (AuditSeals, []),
        (Health, []),
    ];

    /// <summary>Creates what is missing. Several programs may do so at once.</summary>
    public static async Task CreateAsync(IMongoDatabase database)
    {
        foreach (var (name, indexes) in Collections)
        {
            try
            {
                await database.CreateCollectionAsync(name);
            }
            catch (MongoCommandException error) when (error.Code == NamespaceExists)
            {
                // As on every start but the first.
            }
            if (indexes.Length > 0)
                await database.GetCollection<BsonDocument>(name).Indexes.CreateManyAsync(indexes);
        }
    }

    private static CreateIndexModel<BsonDocument> Index(string name, params string[] fields) => new(Ascending(fields), new CreateIndexOptions { Name = name });

    private static BsonDocument Ascending(params string[] fields) => new(fields.Select(field => new BsonElement(field, 1)));
}
