using HealthDashboard.Data.MongoDb.Wire;
using HealthDashboard.Data.MongoDb.Wire.Bson;
using HealthDashboard.Tests.MongoDb.Scripted;
using HealthDashboard.Tests.Support;
using static HealthDashboard.Tests.MongoDb.WireFixture;

namespace HealthDashboard.Tests.MongoDb;

/// <summary>What the client does when a server or the line to it fails in the middle of something.</summary>
public sealed class MongoFaultTests : IAsyncLifetime
{
    private readonly ScriptedSet set = new();
    private readonly MongoClient client;
    private readonly MongoCollection items;

    public MongoFaultTests()
    {
        client = Client(set.Uri);
        items = client.Collection("items");
    }

    public async ValueTask InitializeAsync() => await items.InsertAsync([Item(0)], CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await client.DisposeAsync();
        await set.DisposeAsync();
    }

    [Theory]
    [InlineData("before")]
    [InlineData("after")]
    [InlineData("inside header")]
    [InlineData("inside body")]
    [InlineData("other answer")]
    [InlineData("retryable")]
    public async Task A_write_whose_answer_is_lost_is_sent_again_and_done_once(string how)
    {
        set.Primary.Next("insert", how == "retryable" ? Fault.Error(91, "ShutdownInProgress", "RetryableWriteError") : Broken(how));
        await items.InsertAsync([Item(1)], CancellationToken.None);

        Assert.Equal([Item(0), Item(1)], set.Data["items"]);
        var sent = set.Members.SelectMany(member => member.Commands("insert")).Where(command => command["documents"].AsArray[0].AsDocument["_id"].AsInt32 == 1).ToArray();
        Assert.Equal(2, sent.Length);
        Assert.Equal(sent[0]["txnNumber"], sent[1]["txnNumber"]);
        Assert.Equal(sent[0]["lsid"], sent[1]["lsid"]);
    }

    [Fact]
    public async Task Sessions_are_ended_when_the_client_closes_but_none_that_may_still_be_at_work()
    {
        var closing = Client(set.Uri);
        await Task.WhenAll(Enumerable.Range(10, 8).Select(id => closing.Collection("items").InsertAsync([Item(id)], CancellationToken.None)));
        var used = set.Primary.Commands("insert").Where(command => command["documents"].AsArray[0].AsDocument["_id"].AsInt32 >= 10)
            .Select(command => command["lsid"]).Distinct().ToHashSet();
        set.Primary.Next("insert", Broken("after"));
        await closing.Collection("items").InsertAsync([Item(20)], CancellationToken.None);
        var lost = set.Primary.Commands("insert").Last()["lsid"];
        await closing.DisposeAsync();
        await closing.DisposeAsync();

        var ended = Assert.Single(set.Primary.Commands("endSessions"));
        Assert.Equal("admin", ended["$db"].AsString);
        Assert.False(ended.TryGet("lsid", out _));
        used.Remove(lost);
        Assert.Equal(used, ended["endSessions"].AsArray.ToHashSet());
        Assert.NotEmpty(used);
    }

    [Fact]
    public async Task Closing_does_not_wait_for_a_server_that_is_away()
    {
        var closing = Client(set.Uri);
        await closing.Collection("items").InsertAsync([Item(10)], CancellationToken.None);
        set.Primary.Next("endSessions", Broken("before"));
        await closing.DisposeAsync();
        Assert.Single(set.Primary.Commands("endSessions"));
    }

    [Theory]
    [InlineData("before")]
    [InlineData("after")]
    [InlineData("inside header")]
    [InlineData("inside body")]
    [InlineData("other answer")]
    [InlineData("garbage")]
    [InlineData("length of a lie")]
    [InlineData("negative length")]
    [InlineData("other protocol")]
    public async Task A_read_that_is_lost_is_asked_again(string how)
    {
        set.Primary.Next("find", Broken(how));
        Assert.Equal(Item(0), await items.FindOneAsync(Item(0), ReadConcern.Majority, CancellationToken.None));
        Assert.Equal(2, set.Primary.Commands("find").Count());
    }

    [Fact]
    public async Task What_is_lost_twice_is_an_error()
    {
        set.Primary.Next("find", new Fault.CloseAfter(), times: 2);
        await Assert.ThrowsAsync<MongoConnectionException>(() => items.FindOneAsync(Item(0), ReadConcern.Majority, CancellationToken.None));
        Assert.Equal(Item(0), await items.FindOneAsync(Item(0), ReadConcern.Majority, CancellationToken.None));
    }

    [Fact]
    public async Task Whoever_gives_up_waiting_leaves_no_answer_behind_for_the_next()
    {
        var gate = new TaskCompletionSource();
        set.Primary.Next("find", new Fault.Late(gate.Task));
        using var impatient = new CancellationTokenSource();
        var waiting = items.FindOneAsync(Item(0), ReadConcern.Majority, impatient.Token);
        await Eventually.HoldsAsync(() => set.Primary.Commands("find").Any(), "the question");
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        gate.SetResult();
        Assert.Null(await items.FindOneAsync(Item(99), ReadConcern.Majority, CancellationToken.None));
    }

    [Fact]
    public async Task A_write_that_no_majority_has_in_time_is_not_said_to_be_kept()
    {
        set.Primary.Next("insert", new Fault.Adding(new()
        {
            ["writeConcernError"] = new BsonDocument { ["code"] = 64, ["codeName"] = "WriteConcernFailed", ["errmsg"] = "waiting for SECRET timed out" },
        }));
        var error = await Assert.ThrowsAsync<MongoCommandException>(() => items.InsertAsync([Item(1)], CancellationToken.None));
        Assert.True(error.MayPass);
        Assert.Contains("WriteConcernFailed (64)", WithoutSecrets(error).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_is_told_by_its_number_without_the_servers_words_and_not_repeated()
    {
        set.Primary.Next("find", Fault.Error(13, "Unauthorized"));
        var error = await Assert.ThrowsAsync<MongoCommandException>(() => items.FindOneAsync(Item(0), ReadConcern.Majority, CancellationToken.None));
        Assert.Equal("find was refused: Unauthorized (13).", WithoutSecrets(error).Message);
        Assert.False(error.MayPass);
        Assert.True(WithoutSecrets(await Assert.ThrowsAsync<MongoCommandException>(() => items.InsertAsync([Item(0)], CancellationToken.None))).IsDuplicateKey);
        Assert.Single(set.Primary.Commands("find"));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("ok is a text")]
    [InlineData("no cursor")]
    public async Task An_answer_that_makes_no_sense_is_an_error_of_its_own(string how)
    {
        set.Primary.Next("find", new Fault.Answer(how switch
        {
            "{}" => [],
            "ok is a text" => new() { ["ok"] = "yes" },
            _ => new() { ["ok"] = 1.0 },
        }));
        await Assert.ThrowsAnyAsync<MongoException>(() => items.FindOneAsync(Item(0), ReadConcern.Majority, CancellationToken.None));
    }

    [Fact]
    public async Task Every_write_is_for_a_majority_on_disk_and_every_read_for_what_one_has()
    {
        await items.FindOneAsync(Item(0), ReadConcern.Linearizable, CancellationToken.None);
        await items.CountAsync([], CancellationToken.None);
        await items.UpdateAsync(Item(0), Item(0), CancellationToken.None);
        await items.DeleteAsync(Item(0), CancellationToken.None);
        foreach (var write in new[] { "insert", "update", "delete" })
            Assert.Equal(new() { ["w"] = "majority", ["j"] = true, ["wtimeout"] = 5000L }, set.Primary.Commands(write).Single()["writeConcern"].AsDocument);
        Assert.Equal("linearizable", set.Primary.Commands("find").Single()["readConcern"].AsDocument["level"].AsString);
        Assert.Equal("majority", set.Primary.Commands("aggregate").Single()["readConcern"].AsDocument["level"].AsString);
        Assert.All(set.Primary.Received.Skip(1), command => Assert.True(command.TryGet("$clusterTime", out _)));
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
        "negative length" => new Fault.Bytes([0xFF, 0xFF, 0xFF, 0xFF, .. new byte[50]]),
        "other protocol" => new Fault.Bytes("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray()),
        _ => throw new ArgumentOutOfRangeException(nameof(how), how, "No such fault."),
    };
}
