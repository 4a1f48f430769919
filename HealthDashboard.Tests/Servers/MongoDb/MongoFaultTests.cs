using HealthDashboard.Data.MongoDb;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Servers.MongoDb.Scripted;
using HealthDashboard.Tests.Support;
using MongoDB.Bson;
using MongoDB.Driver;
using static HealthDashboard.Tests.Servers.MongoDb.MongoFixture;

namespace HealthDashboard.Tests.Servers.MongoDb;

/// <summary>What a call comes to when a server or the line to it fails in the middle of it.</summary>
public sealed class MongoFaultTests : IAsyncLifetime
{
    private readonly ScriptedSet set = new();
    private readonly PatientDatabase database;

    public MongoFaultTests() => database = Database(set.Uri);

    public async ValueTask InitializeAsync() => await database.InsertAsync(0);

    public async ValueTask DisposeAsync()
    {
        database.Dispose();
        await set.DisposeAsync();
    }

    [Theory]
    [InlineData("before")]
    [InlineData("after")]
    [InlineData("inside header")]
    [InlineData("inside body")]
    [InlineData("retryable")]
    public async Task A_write_whose_answer_is_lost_is_sent_again_and_done_once(string how)
    {
        set.Primary.Next("insert", how == "retryable" ? Fault.Error(91, "ShutdownInProgress", "RetryableWriteError") : Broken(how));
        await database.InsertAsync(1);

        Assert.Equal([Item(0), Item(1)], set.Data["auditLog"]);
        var sent = set.Members.SelectMany(member => member.Commands("insert")).Where(command => command["documents"][0]["_id"] == 1).ToArray();
        Assert.Equal(2, sent.Length);
        Assert.Equal(sent[0]["txnNumber"], sent[1]["txnNumber"]);
        Assert.Equal(sent[0]["lsid"], sent[1]["lsid"]);
    }

    [Theory]
    [InlineData("before")]
    [InlineData("after")]
    [InlineData("inside header")]
    [InlineData("inside body")]
    public async Task A_read_that_is_lost_is_asked_again(string how)
    {
        set.Primary.Next("find", Broken(how));
        Assert.Equal(Item(0), await database.FindAsync(0));
        Assert.Equal(2, set.Primary.Commands("find").Count());
    }

    [Fact]
    public async Task What_is_lost_twice_is_unavailable()
    {
        set.Primary.Next("find", new Fault.CloseAfter(), times: 2);
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => database.FindAsync(0));
        Assert.Contains($"{set.Primary.Address} closed the connection", error.Message, StringComparison.Ordinal);
        Assert.Equal(Item(0), await database.FindAsync(0));
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("length of a lie")]
    [InlineData("other protocol")]
    [InlineData("other answer")]
    [InlineData("{}")]
    [InlineData("no cursor")]
    public async Task An_answer_that_makes_no_sense_is_the_stores_error_and_harms_no_other_call(string how)
    {
        // What is no message at all the driver takes for a broken connection, and asks again.
        set.Primary.Next("find", Broken(how), times: how is "{}" or "no cursor" ? 1 : 2);
        WithoutSecrets(await Assert.ThrowsAnyAsync<StoreException>(() => database.FindAsync(0)));
        Assert.Equal(Item(0), await database.FindAsync(0));
    }

    [Fact]
    public async Task Whoever_gives_up_waiting_leaves_no_answer_behind_for_the_next()
    {
        var gate = new TaskCompletionSource();
        set.Primary.Next("find", new Fault.Late(gate.Task));
        using var impatient = new CancellationTokenSource();
        var waiting = database.FindAsync(0, impatient.Token);
        await Eventually.HoldsAsync(() => set.Primary.Commands("find").Any(), "the question");
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        gate.SetResult();
        Assert.Null(await database.FindAsync(99));
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_waited_for_no_longer_than_the_limit()
    {
        using var impatient = Database(set.Uri, Policy(MongoDbServices.Policy with { Timeout = TimeSpan.FromMilliseconds(500) }));
        await Eventually.HoldsAsync(async () => await IsFoundAsync(impatient), "the first call");
        set.Primary.Next("find", new Fault.Late(Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, TestContext.Current.CancellationToken)));
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => impatient.FindAsync(0));
        Assert.Contains("no answer within 0.5 s", error.Message, StringComparison.Ordinal);
        set.Primary.Next("commitTransaction", new Fault.Late(Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, TestContext.Current.CancellationToken)));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => impatient.TransactAsync(
            async (transaction, token) =>
            {
                await impatient.Audit.InsertOneAsync(transaction, Item(5), cancellationToken: token);
                return true;
            },
            CancellationToken.None));
    }

    [Fact]
    public async Task Closing_ends_the_calls_that_wait()
    {
        using var closing = Database(set.Uri);
        await closing.FindAsync(0);
        var gate = new TaskCompletionSource();
        set.Primary.Next("find", new Fault.Late(gate.Task));
        var before = set.Primary.Commands("find").Count();
        var waiting = closing.FindAsync(0);
        await Eventually.HoldsAsync(() => set.Primary.Commands("find").Count() > before, "the question");
        closing.Dispose();
        gate.SetResult();
        try
        {
            Assert.Equal(Item(0), await waiting);
        }
        catch (StoreUnavailableException)
        {
            // Either is an end.
        }
        await Assert.ThrowsAnyAsync<StoreException>(() => closing.FindAsync(0));
    }

    [Fact]
    public async Task A_write_that_no_majority_has_in_time_is_not_said_to_be_kept()
    {
        set.Primary.Next("insert", new Fault.Adding(new()
        {
            ["writeConcernError"] = new BsonDocument { ["code"] = 64, ["codeName"] = "WriteConcernFailed", ["errmsg"] = "waiting for SECRET timed out" },
        }));
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => database.InsertAsync(1));
        Assert.Contains("(64)", WithoutSecrets(error).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_is_reported_by_its_number_without_the_servers_words_and_not_repeated()
    {
        set.Primary.Next("find", Fault.Error(2, "BadValue"));
        var error = await Assert.ThrowsAsync<StoreException>(() => database.FindAsync(0));
        Assert.Equal("refused: BadValue (2).", WithoutSecrets(error).Reason);
        WithoutSecrets(await Assert.ThrowsAsync<ConflictException>(() => database.InsertAsync(0)));
        Assert.Single(set.Primary.Commands("find"));
    }

    [Fact]
    public async Task Every_write_is_for_a_majority_on_disk_and_every_read_for_what_one_has()
    {
        await database.FindAsync(0);
        await database.RepeatAsync(token => database.Audit.CountDocumentsAsync(new BsonDocument(), cancellationToken: token), CancellationToken.None);
        await database.RepeatAsync(token => database.Audit.Where([]).ToListAsync(token), CancellationToken.None);
        await database.OnceAsync(token => database.Audit.ReplaceOneAsync(Item(0), Item(0), cancellationToken: token), CancellationToken.None);
        await database.OnceAsync(token => database.Audit.DeleteOneAsync(Item(0), cancellationToken: token), CancellationToken.None);
        foreach (var write in new[] { "insert", "update", "delete" })
        {
            var concern = set.Primary.Commands(write).Single()["writeConcern"].AsBsonDocument;
            Assert.Equal(("majority", true, 5000), (concern["w"].AsString, concern["j"].AsBoolean, concern["wtimeout"].ToInt32()));
        }
        Assert.Equal(["linearizable", "majority"], set.Primary.Commands("find").Select(find => find["readConcern"]["level"].AsString));
        Assert.Equal("majority", set.Primary.Commands("aggregate").Single()["readConcern"]["level"].AsString);
    }

    private static async Task<bool> IsFoundAsync(PatientDatabase database)
    {
        try
        {
            return await database.FindAsync(0) is not null;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    private static Fault Broken(string how) => how switch
    {
        "before" => new Fault.CloseBefore(),
        "after" => new Fault.CloseAfter(),
        "inside header" => new Fault.CloseInside(7),
        "inside body" => new Fault.CloseInside(40),
        "other answer" => new Fault.OtherAnswer(),
        "garbage" => new Fault.Bytes([.. Enumerable.Repeat((byte)0xFF, 200)]),
        "length of a lie" => new Fault.Bytes([0, 0, 0xDC, 2, .. new byte[50]]),
        "other protocol" => new Fault.Bytes("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray()),
        "{}" => new Fault.Answer([]),
        "no cursor" => new Fault.Answer(new BsonDocument("ok", 1.0)),
        _ => throw new ArgumentOutOfRangeException(nameof(how), how, "No such fault."),
    };
}
