using HealthDashboard.Data.Model;
using HealthDashboard.Data.MongoDb;
using HealthDashboard.Data.Stores;
using MongoDB.Bson;
using MongoDB.Driver;
using static HealthDashboard.Tests.Contracts.Samples;
using ObjectId = HealthDashboard.Data.Model.ObjectId;

namespace HealthDashboard.Tests.Servers.MongoDb;

/// <summary>Documents that somebody else wrote, damaged, or has added fields to, on the servers that <c>TEST_MONGODB</c> names.</summary>
public sealed class MongoDamagedRecordTests : IDisposable
{
    private readonly MongoStoreFactory<PatientDatabase> factory = MongoStoreFactory<PatientDatabase>.OverServer(database => database);
    private readonly PatientDatabase database;
    private readonly MongoPatientStore patients;
    private readonly MongoAccountStore accounts;
    private readonly IMongoDatabase shell;

    public MongoDamagedRecordTests()
    {
        database = factory.Open();
        (patients, accounts, shell) = (new(database), new(database), factory.Shell());
    }

    public void Dispose() => factory.Dispose();

    public static TheoryData<string> DamagedFields => ["bed", "version", "spo2Scale", "sex", "sex as a number", "sex as another number", "birthDate", "medications", "status"];

    [Theory]
    [MemberData(nameof(DamagedFields))]
    public async Task A_damaged_record_costs_nothing_but_itself(string how)
    {
        var field = how.Split(' ')[0];
        var added = await patients.AddAsync([Patient("M1"), Patient("M2")]);
        await DamageAsync(added[0].Id, how);

        Assert.Equal(["M2"], (await patients.SearchAsync(new PatientQuery())).Items.Select(patient => patient.Mrn));
        Assert.Equal(["M1", "M2"], (await patients.AdmittedAsync().ToListAsync()).Select(patient => patient.Mrn).Order());
        var error = await Assert.ThrowsAsync<DamagedRecordException>(() => patients.FindAsync(added[0].Id));
        Assert.Equal([field], error.Damage.Fields);
        Assert.Equal("M1", Assert.IsType<Patient>(error.Readable).Mrn);
        await Assert.ThrowsAsync<DamagedRecordException>(() => patients.FindByMrnAsync("M1"));
        await Assert.ThrowsAsync<DamagedRecordException>(() => patients.DeleteAsync(added[0].Id, 1));
        Assert.Equal($"1 record is damaged: patients {added[0].Id} ({field}).", patients.Damaged.Words());
        Assert.DoesNotContain("robot", error.ToString(), StringComparison.Ordinal);

        await SetAsync("patients", added[0].Id, PatientDocument.Of(added[0])[field], field);
        Assert.Equal(Json(added[0]), Json(await patients.FindAsync(added[0].Id)));
        Assert.Null(patients.Damaged.Words());
    }

    [Fact]
    public async Task A_record_that_does_not_say_who_it_is_about_is_counted_and_passed_over()
    {
        var added = await patients.AddAsync([Patient("M1"), Patient("M2")]);
        await SetAsync("patients", added[0].Id, 7, "ward");
        Assert.Equal(["M2"], await patients.AdmittedAsync().Select(patient => patient.Mrn).ToListAsync());
        Assert.Null((await Assert.ThrowsAsync<DamagedRecordException>(() => patients.FindAsync(added[0].Id))).Readable);
        Assert.Equal(1, patients.Damaged.Count);
    }

    [Fact]
    public async Task Fields_of_types_that_we_do_not_use_are_not_looked_at_and_stay()
    {
        var added = (await patients.AddAsync([Patient("M1")]))[0];
        foreach (var (name, value) in ForeignValues())
            await SetAsync("patients", added.Id, value, name);

        Assert.Equal(Json(added), Json(await patients.FindAsync(added.Id)));
        Assert.Single((await patients.SearchAsync(new PatientQuery())).Items);
        var moved = await patients.ReplaceAsync(await patients.ReplaceAsync(added with { Bed = "9" }) with { Region = "south" });
        var document = await FindAsync("patients", added.Id.ToValue());
        Assert.All(ForeignValues(), field => Assert.Equal(field.Value, document[field.Key]));
        await patients.DeleteAsync(added.Id, moved.Version);
        Assert.Equal(0, patients.Damaged.Count);
        await database.ProbeAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_field_that_we_do_not_know_survives_every_change()
    {
        var added = (await patients.AddAsync([Patient("M1")]))[0];
        await SetAsync("patients", added.Id, "X-1", "insuranceNo");
        var edited = await patients.ReplaceAsync(added with { Bed = "9" });
        edited = await patients.ReplaceAsync(edited with { Mrn = "M2" });
        edited = await patients.ReplaceAsync(edited with { Region = "south" });
        Assert.Equal("X-1", (await FindAsync("patients", added.Id.ToValue()))["insuranceNo"].AsString);
        Assert.Equal(Json(edited), Json(await patients.FindAsync(added.Id)));
        await patients.DeleteAsync(added.Id, edited.Version);
        var copy = await shell.GetCollection<BsonDocument>("deletedPatients").Find(new BsonDocument("record._id", added.Id.ToValue())).SingleAsync();
        Assert.Equal("X-1", copy["record"]["insuranceNo"].AsString);

        var account = await accounts.AddAsync(Account("nina"));
        await SetAsync("accounts", account.Id, "de", "language");
        await accounts.ReplaceAsync(account with { Credentials = "{}" });
        Assert.Equal("de", (await FindAsync("accounts", account.Id.ToValue()))["language"].AsString);

        var scope = LimitScope.OfPatient(added.Id);
        var limits = await patients.PutLimitsAsync(scope, new AlarmLimits { SetBy = "dora" });
        await SetAsync("alarmLimits", LimitDocument.Key(scope)["_id"], "rounds", "note");
        await patients.PutLimitsAsync(scope, limits);
        Assert.Equal("rounds", (await FindAsync("alarmLimits", LimitDocument.Key(scope)["_id"]))["note"].AsString);
    }

    [Fact]
    public async Task Limits_for_a_sign_that_is_not_known_let_the_others_hold()
    {
        var scope = LimitScope.OfPatient(Id());
        await patients.PutLimitsAsync(scope, new AlarmLimits { SetBy = "dora", Signs = new Dictionary<VitalSign, SignLimits> { [VitalSign.HeartRate] = new(50, 120) } });
        await SetAsync("alarmLimits", LimitDocument.Key(scope)["_id"], new BsonDocument { ["low"] = 1 }, "signs.etCO2");
        var (found, limits) = Assert.Single(await patients.AllLimitsAsync());
        Assert.Equal(scope, found);
        Assert.Equal([VitalSign.HeartRate], limits.Signs.Keys);
        await Assert.ThrowsAsync<DamagedRecordException>(() => patients.FindLimitsAsync(scope));
        Assert.Contains($"alarmLimits {scope}", patients.Damaged.Words(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_comes_in_by_a_damaged_account_and_everybody_else_does()
    {
        var nina = await accounts.AddAsync(Account("nina"));
        await accounts.AddAsync(Account("dora"));
        await SetAsync("accounts", nina.Id, "yesterday", "lockedUntil");
        await Assert.ThrowsAsync<DamagedRecordException>(() => accounts.FindByNameAsync("nina"));
        Assert.Equal(["dora"], (await accounts.AllAsync()).Select(account => account.UserName));
        Assert.Equal("dora", (await accounts.FindByNameAsync("dora"))!.UserName);
    }

    private static Dictionary<string, BsonValue> ForeignValues() => new()
    {
        ["price"] = new BsonDecimal128(1.5m),
        ["lowest"] = BsonMinKey.Value,
        ["code"] = new BsonJavaScript("x"),
    };

    private static Account Account(string name) => new() { Id = Id(), UserName = name, DisplayName = name, Role = "Nurse" };

    private Task DamageAsync(ObjectId id, string how) => how switch
    {
        "bed" => SetAsync("patients", id, 7, "bed"),
        "version" => ChangeAsync("patients", id.ToValue(), new() { ["$unset"] = new BsonDocument { ["version"] = "" } }),
        "spo2Scale" => SetAsync("patients", id, 1.5, "spo2Scale"),
        "sex" => SetAsync("patients", id, "robot", "sex"),
        "sex as a number" => SetAsync("patients", id, "1", "sex"),
        "sex as another number" => SetAsync("patients", id, "77", "sex"),
        "birthDate" => SetAsync("patients", id, "1960-02-29", "birthDate"),
        "status" => SetAsync("patients", id, "0", "status"),
        _ => SetAsync("patients", id, "x", "medications"),
    };

    private Task SetAsync(string collection, BsonValue id, BsonValue value, string field) =>
        ChangeAsync(collection, id, new() { ["$set"] = new BsonDocument { [field] = value } });

    private Task SetAsync(string collection, ObjectId id, BsonValue value, string field) => SetAsync(collection, id.ToValue(), value, field);

    private async Task ChangeAsync(string collection, BsonValue id, BsonDocument change) =>
        Assert.Equal(1, (await shell.GetCollection<BsonDocument>(collection).UpdateOneAsync(new BsonDocument("_id", id), change)).MatchedCount);

    private async Task<BsonDocument> FindAsync(string collection, BsonValue id) =>
        await shell.GetCollection<BsonDocument>(collection).Find(new BsonDocument("_id", id)).SingleAsync();
}
