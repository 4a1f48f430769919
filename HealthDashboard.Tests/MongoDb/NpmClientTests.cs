using System.Text.Json;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.MongoDb.Wire;
using HealthDashboard.Data.MongoDb.Wire.Bson;
using HealthDashboard.Tests.MongoDb.Scripted;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.MongoDb;

/// <summary>
/// MongoDB's own client for Node.js against our bytes and our scripted server: a misreading that our client and our server share would
/// show here.
/// </summary>
public sealed class NpmClientTests
{
    private static readonly BsonDocument EveryType = new()
    {
        ["double"] = 1.5,
        ["zero"] = -0.0,
        ["text"] = "Łukasz 李 👩‍⚕️ \0 \"",
        ["document"] = new BsonDocument { ["a"] = 1, ["b"] = new BsonDocument { ["c"] = BsonValue.Null } },
        ["array"] = new BsonArray { "x", 2, new BsonArray { 0.1 }, new BsonDocument() },
        ["binary"] = new BsonBinary(0, [0, 255, 16]),
        ["uuid"] = new BsonBinary(BsonBinary.Uuid, Guid.Parse("00112233-4455-6677-8899-aabbccddeeff").ToByteArray(bigEndian: true)),
        ["id"] = ObjectId.Parse("0102030405060708090a0b0c"),
        ["true"] = true,
        ["false"] = false,
        ["date"] = new DateTimeOffset(2026, 3, 1, 12, 0, 0, 7, TimeSpan.Zero),
        ["early"] = new DateTimeOffset(1903, 2, 3, 0, 0, 0, TimeSpan.Zero),
        ["null"] = BsonValue.Null,
        ["regex"] = new BsonRegex("^A.*", "i"),
        ["int"] = int.MinValue,
        ["timestamp"] = new BsonTimestamp((4_000_000_000UL << 32) | 3),
        ["long"] = long.MinValue + 1,
        ["name with . and $"] = "é",
    };

    [Fact]
    public async Task A_document_of_every_type_has_the_same_bytes_in_both()
    {
        var ours = Convert.ToHexStringLower(EveryType.ToBytes());
        var lines = (await NodeScript.RunAsync("mongodb-bson.mjs", ours)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(ours, lines[0]);
        Assert.Equal(ours, lines[1]);
        Assert.Equal(EveryType, BsonDocument.Read(Convert.FromHexString(lines[0])));
    }

    [Fact]
    public async Task It_finds_changes_and_commits_on_the_scripted_server()
    {
        await using var set = new ScriptedSet();
        foreach (var member in set.Members)
            member.Node.User = new MiniUser("nina", "pencil");
        var output = await NodeScript.RunAsync(
            "mongodb-drive.mjs", set.Uri.Replace("mongodb://", "mongodb://nina:pencil@", StringComparison.Ordinal) + "&authSource=admin&authMechanism=SCRAM-SHA-256");
        var seen = JsonDocument.Parse(output).RootElement;
        Assert.Equal(250, Number(seen, "inserted"));
        Assert.Equal(Enumerable.Range(10, 230).Reverse(), seen.GetProperty("found").EnumerateArray().Select(number => number.GetInt32()));
        Assert.Equal(
            [11, 1, 0, 70, 1, 249, 11000, 0, 1, 1],
            new[] { "prefix", "matched", "stale", "updated", "deleted", "counted", "duplicate", "outside", "inside", "committed" }.Select(name => Number(seen, name)));
        Assert.NotEmpty(set.Primary.Commands("getMore"));
    }

    [Fact]
    public async Task Its_messages_are_read_and_written_again_as_the_same_bytes()
    {
        await using var set = new ScriptedSet(1);
        await NodeScript.RunAsync("mongodb-drive.mjs", set.Uri);
        var names = new HashSet<string>();
        foreach (var message in set.Primary.Messages)
        {
            var body = OpMsg.Read(message);
            names.Add(body.First().Key);
            using var buffer = new BsonBuffer();
            OpMsg.Write(buffer, OpMsg.ReadHeader(message).RequestId, Command(body, message));
            // The flags that ask for more than one answer are the client's own.
            Assert.Equal(Convert.ToHexString(message[20..]), Convert.ToHexString(buffer.WrittenSpan[20..]));
        }
        Assert.Superset(new HashSet<string> { "insert", "find", "getMore", "update", "delete", "aggregate", "commitTransaction" }, names);
    }

    // A sequence that came as a section of its own goes as one again.
    private static MongoCommand Command(BsonDocument body, byte[] message)
    {
        var length = 20 + 1 + BitConverter.ToInt32(message, 21);
        if (length == message.Length)
            return new MongoCommand(body["$db"].AsString, body);
        var (name, documents) = body.Last();
        var rest = new BsonDocument();
        foreach (var (key, value) in body.SkipLast(1))
            rest[key] = value;
        return new MongoCommand(body["$db"].AsString, rest)
        {
            SequenceName = name,
            Sequence = documents.AsArray.SelectMany(document => document.AsDocument.ToBytes()).ToArray(),
        };
    }

    private static int Number(JsonElement seen, string name) => seen.GetProperty(name).GetInt32();
}
