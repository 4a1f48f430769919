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
/// patientVersions  {_id: {id, version}, region, patientId, version, record}             shard key {region, _id}, zones by region; only ever added to
/// patientNotes     {_id, region, patientId, at, by, text, observations, corrects}       shard key {region, _id}, zones by region; only ever added to
/// patientKeys      {_id: mrn, patientId, region} and {_id: id, region}                  shard key {_id}; see <see cref="MongoDb.PatientKeys"/>
/// alarmLimits      {_id: {region, ward} or {patientId}, signs, setBy, setAt, version}   not spread: a few hundred
/// limitHistory     {_id: {scope, version}, scope, ...}                                  not spread; only ever added to
/// accounts         {_id, userName, userKey unique, ..., version}                        not spread: a few hundred
/// grants           {_id: hash, kind, accountId, name, detail, ...}                      not spread: sessions, keys, invitations
/// auditLog         {_id: "chain:number", chain, sequence, previous, hash, time, ...}    shard key {_id}; only ever added to
/// auditSeals       {_id: "chain:number", chain, number, sequence, hash, time, key, signature}   not spread; only ever added to
/// health           {_id: "probe", at}                                                   what the health check writes
/// </remarks>
internal static class PatientSchema
{
    public const string Patients = "patients";
    public const string DeletedPatients = "deletedPatients";
    public const string PatientVersions = "patientVersions";
    public const string PatientNotes = "patientNotes";
    public const string PatientKeys = "patientKeys";
    public const string AlarmLimits = "alarmLimits";
    public const string LimitHistory = "limitHistory";
    public const string Accounts = "accounts";
    public const string Grants = "grants";
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
            Index("byChange", "changedAt"),
            Index("byRegionAndWord", "region", "words"),
            Index("byWord", "words"),
        ]),
        (DeletedPatients, [Index("byKey", "region", "_id"), Index("byRecord", "record._id")]),
        (PatientVersions, [Index("byKey", "region", "_id"), Index("byPatient", "patientId", "version")]),
        (PatientNotes, [Index("byKey", "region", "_id"), Index("byPatient", "patientId", "at", "_id")]),
        (PatientKeys, []),
        (AlarmLimits, []),
        (LimitHistory, [Index("byScope", "scope", "version")]),
        (Accounts, [new(Ascending("userKey"), new CreateIndexOptions { Name = "byUser", Unique = true })]),
        (Grants, [Index("byAccount", "kind", "accountId")]),
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

    /// <summary>Creates what is missing, all at once: a server takes its time for each. Several programs may do so at the same time.</summary>
    public static Task CreateAsync(IMongoDatabase database) => Task.WhenAll(Collections.Select(async collection =>
    {
        try
        {
            await database.CreateCollectionAsync(collection.Name);
        }
        catch (MongoCommandException error) when (error.Code == NamespaceExists)
        {
            // As on every start but the first.
        }
        if (collection.Indexes.Length > 0)
            await database.GetCollection<BsonDocument>(collection.Name).Indexes.CreateManyAsync(collection.Indexes);
    }));

    private static CreateIndexModel<BsonDocument> Index(string name, params string[] fields) => new(Ascending(fields), new CreateIndexOptions { Name = name });

    private static BsonDocument Ascending(params string[] fields) => new(fields.Select(field => new BsonElement(field, 1)));
}
