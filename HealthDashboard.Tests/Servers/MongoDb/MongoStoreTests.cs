using System.Collections.Concurrent;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.MongoDb;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Servers.MongoDb.Scripted;
using HealthDashboard.Tests.Support;
using MongoDB.Bson;
using static HealthDashboard.Tests.Contracts.Samples;
using static HealthDashboard.Tests.Servers.MongoDb.MongoFixture;

namespace HealthDashboard.Tests.Servers.MongoDb;

/// <summary>What only this store has: keys beside the records, records that change their shard, and answers that are lost.</summary>
public sealed class MongoStoreTests : IAsyncDisposable
{
    private readonly ScriptedSet set = new();
    private readonly StorePolicy policy = Policy(MongoDbServices.Policy with { Timeout = TimeSpan.FromSeconds(10), FirstPause = TimeSpan.FromMilliseconds(1) });
    private readonly PatientDatabase database;
    private readonly MongoPatientStore patients;
    private readonly MongoAccountStore accounts;
    private readonly MongoAuditStore audit;

    public MongoStoreTests()
    {
        database = MongoFixture.Database(set.Uri, policy);
        (patients, accounts, audit) = (new(database), new(database), new(database));
    }

    public async ValueTask DisposeAsync()
    {
        database.Dispose();
        await set.DisposeAsync();
    }

    [Fact]
    public async Task A_record_that_moves_to_another_region_takes_its_keys_along()
    {
        var patient = (await patients.AddAsync([Patient("M1", region: "north")]))[0];
        var moved = await patients.ReplaceAsync(patient with { Region = "south", Bed = "9" });
        Assert.Equal(Json(moved), Json(await patients.FindAsync(patient.Id)));
        Assert.Equal(Json(moved), Json(await patients.FindByMrnAsync("M1")));
        Assert.Equal(["south"], set.Data["patients"].Select(document => document["region"].AsString));
        Assert.Equal(["south", "south"], set.Data["patientKeys"].Select(document => document["region"].AsString));

        var again = await patients.ReplaceAsync(moved with { Region = "west", Mrn = "M2" });
        Assert.Equal(Json(again), Json(await patients.FindByMrnAsync("M2")));
        Assert.Null(await patients.FindByMrnAsync("M1"));
        Assert.Equal(2, set.Data["patientKeys"].Count);
        Assert.Equal(1, (await patients.SearchAsync(new PatientQuery(Region: "west"))).Total);
    }

    [Fact]
    public void A_document_of_before_rooms_were_recorded_has_none()
    {
        var now = PatientDocument.Of(Patient("M1") with { Room = "7" });
        var before = new BsonDocument(now.Where(element => element.Name != "room"));
        Assert.Equal("7", PatientDocument.Read(now, database.Damaged).Room);
        Assert.Null(PatientDocument.Read(before, database.Damaged).Room);
    }

    [Fact]
    public async Task A_deleted_record_leaves_a_copy_and_no_key()
    {
        var patient = (await patients.AddAsync([Patient("M1")]))[0];
        await patients.DeleteAsync(patient.Id, 1);
        Assert.Empty(set.Data["patientKeys"]);
        Assert.Empty(set.Data["patients"]);
        var copy = Assert.Single(set.Data["deletedPatients"]);
        Assert.Equal(Json(patient), Json(PatientDocument.Read(copy["record"].AsBsonDocument, database.Damaged)));
        Assert.Equal("north", copy["region"].AsString);
    }

    [Fact]
    public async Task A_change_within_the_region_needs_no_transaction()
    {
        var patient = (await patients.AddAsync([Patient("M1")]))[0];
        set.Primary.Received.Clear();
        await patients.ReplaceAsync(patient with { Bed = "9" });
        Assert.Equal(["find", "insert", "update"], set.Primary.Received.Select(message => message.GetElement(0).Name));
        Assert.All(set.Primary.Received, message => Assert.False(message.Contains("startTransaction")));
        var update = set.Primary.Received.Last()["updates"][0]["q"].AsBsonDocument;
        Assert.Equal(new() { ["region"] = "north", ["_id"] = patient.Id.ToValue(), ["version"] = 1L, ["mrn"] = "M1" }, update);
    }

    [Fact]
    public async Task What_a_clinician_reads_back_is_read_linearizable_and_from_one_shard()
    {
        var patient = (await patients.AddAsync([Patient("M1")]))[0];
        set.Primary.Received.Clear();
        await patients.FindAsync(patient.Id);
        await patients.FindLimitsAsync(LimitScope.OfPatient(patient.Id));
        await accounts.FindByNameAsync("nina");
        var finds = set.Primary.Commands("find").ToArray();
        Assert.All(finds, find => Assert.Equal("linearizable", find["readConcern"]["level"].AsString));
        Assert.All(finds, find => Assert.True(find["maxTimeMS"].ToInt64() > 0));
        Assert.Equal(["region", "_id"], finds.Single(find => find["find"].AsString == "patients")["filter"].AsBsonDocument.Select(field => field.Name));
    }

    [Fact]
    public async Task A_change_whose_answer_is_lost_is_made_once_and_confirmed()
    {
        var patient = (await patients.AddAsync([Patient("M1")]))[0];
        set.Primary.Next("update", new Fault.CloseAfter());
        Assert.Equal(2, (await patients.ReplaceAsync(patient with { Bed = "9" })).Version);
        set.Primary.Next("commitTransaction", new Fault.CloseAfter());
        Assert.Single(await patients.AddAsync([Patient("M2")]));
        Assert.Equal(2, set.Data["patients"].Count);
    }

    [Fact]
    public async Task A_change_that_nobody_confirms_is_unavailable_and_not_tried_again()
    {
        var patient = (await patients.AddAsync([Patient("M1")]))[0];
        set.Primary.Next("update", new Fault.CloseAfter(), times: 2);
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => patients.ReplaceAsync(patient with { Bed = "9" }));
        Assert.StartsWith("MongoDB patients: ", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, (await patients.FindAsync(patient.Id))!.Version);
    }

    [Fact]
    public async Task An_entry_of_the_audit_is_written_once_however_often_its_answer_is_lost()
    {
        set.Primary.Next("insert", new Fault.CloseAfter(), times: 3);
        await audit.AddAsync(new AuditEntry(Noon, "nina", "signIn"));
        Assert.Single(set.Data["auditLog"]);
    }

    [Theory]
    [InlineData("find", 50, "MaxTimeMSExpired", true)]
    [InlineData("find", 2, "BadValue", false)]
    public async Task A_refusal_says_whether_trying_later_helps_and_nothing_about_patients(string command, int code, string name, bool mayPass)
    {
        await patients.AddAsync([Patient("M1")]);
        set.Primary.Next(command, Fault.Error(code, name), times: 9);
        var error = await Assert.ThrowsAnyAsync<StoreException>(() => patients.FindByMrnAsync("M1"));
        Assert.Equal(mayPass, error is StoreUnavailableException);
        Assert.Contains($"{name} ({code})", WithoutSecrets(error).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(13, "Unauthorized", "refuses the account this right: it needs readWrite on the database.")]
    [InlineData(14031, "OutOfDiskSpace", "has no room on its disk.")]
    public async Task What_an_operator_must_mend_is_a_refusal_with_its_reason(int code, string name, string reason)
    {
        await patients.AddAsync([Patient("M1")]);
        set.Primary.Next("update", Fault.Error(code, name), times: 2);
        var error = await Assert.ThrowsAsync<StoreRefusedException>(() => database.ProbeAsync(CancellationToken.None).AsTask());
        Assert.Equal(reason, WithoutSecrets(error).Reason);
        Assert.Null(error.RetryAfter);
        Assert.NotNull(await patients.FindByMrnAsync("M1"));
    }

    [Fact]
    public async Task A_document_that_is_no_record_is_named_and_not_quoted()
    {
        var patient = (await patients.AddAsync([Patient("M1")]))[0];
        var damaged = new BsonDocument(set.Data["patients"][0]) { ["sex"] = "robot" };
        set.Data.Committed = set.Data.Committed.SetItem("patients", [damaged]);
        var error = await Assert.ThrowsAsync<DamagedRecordException>(() => patients.FindAsync(patient.Id));
        Assert.DoesNotContain("robot", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_with_a_field_twice_or_a_text_that_is_no_text_costs_no_list()
    {
        await patients.AddAsync([Patient("M1"), Patient("M2", "Quist")]);
        var (twice, torn) = (new BsonDocument(allowDuplicateNames: true), set.Data["patients"][1].ToBson());
        twice.AddRange(set.Data["patients"][0]).Add("note", 1).Add("note", 2);
        torn[torn.AsSpan().IndexOf("Quist"u8)] = 0xC3;
        set.Data.Committed = set.Data.Committed.SetItem("patients", [twice, new RawBsonDocument(torn)]);
        Assert.Equal(["M1", "M2"], (await patients.SearchAsync(new PatientQuery())).Items.Select(patient => patient.Mrn).Order());
    }

    [Fact]
    public async Task A_duplicate_says_nothing_about_whose()
    {
        await patients.AddAsync([Patient("MRN-SECRET")]);
        WithoutSecrets(await Assert.ThrowsAsync<ConflictException>(() => patients.AddAsync([Patient("MRN-SECRET")])));
    }

    [Fact]
    public async Task A_large_batch_is_all_or_nothing_too()
    {
        var batch = Enumerable.Range(0, 1500).Select(n => Patient($"{n}")).ToArray();
        await Assert.ThrowsAsync<ConflictException>(() => patients.AddAsync([.. batch, Patient("7")]));
        Assert.Empty(set.Data["patients"]);
        Assert.Empty(set.Data["patientKeys"]);
    }

    [Fact]
    public async Task An_outage_under_load_loses_nothing_that_was_confirmed_and_writes_nothing_twice()
    {
        var confirmed = new ConcurrentBag<string>();
        var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            for (var n = 0; !stop.IsCancellationRequested; n++)
            {
                var mrn = $"{writer}-{n}";
                try
                {
                    await patients.AddAsync([Patient(mrn)]);
                    await audit.AddAsync(new AuditEntry(Noon, "nina", mrn));
                    confirmed.Add(mrn);
                }
                catch (StoreUnavailableException)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
                }
            }
        })).ToArray();
        await Eventually.HoldsAsync(() => confirmed.Count > 50, "writes");
        foreach (var member in set.Members)
            member.IsAway = true;
        await Eventually.HoldsAsync(() => policy.UnavailableSince is not null, "the outage");
        var before = confirmed.Count;
        foreach (var member in set.Members)
            member.IsAway = false;
        await Eventually.HoldsAsync(() => confirmed.Count > before + 50, "writes after the outage");
        await stop.CancelAsync();
        await Task.WhenAll(writers);

        var kept = set.Data["patients"].Select(document => document["mrn"].AsString).ToArray();
        Assert.Equal(kept.Length, kept.Distinct().Count());
        Assert.Empty(confirmed.Except(kept));
        var audited = set.Data["auditLog"].Select(document => document["action"].AsString).ToArray();
        Assert.Equal(audited.Length, audited.Distinct().Count());
        Assert.Empty(confirmed.Except(audited));
        Assert.Equal(kept.Length * 2, set.Data["patientKeys"].Count);
    }

    [Fact]
    public async Task Health_means_that_a_write_came_through()
    {
        Assert.Contains($"{set.Primary.Address} is primary", await database.ProbeAsync(CancellationToken.None), StringComparison.Ordinal);
        Assert.Single(set.Data["health"]);
        set.Primary.Next("update", Fault.Error(64, "WriteConcernFailed"));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => database.ProbeAsync(CancellationToken.None).AsTask());
    }
}
