using System.Text.Json;
using HealthDashboard.Data.Cql;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Servers.Cassandra;

/// <summary>
/// The npm package cassandra-driver against the scripted node. That it is content shows that the node speaks the protocol; that its bytes
/// are ours shows that our client does.
/// </summary>
public sealed class NpmClientTests : IAsyncLifetime
{
    private const string Insert = "INSERT INTO health.golden (word, number, large, ratio, moment, day, bytes) VALUES (?, ?, ?, ?, ?, ?, ?)";
    private const string Select = "SELECT word, number, large, ratio, moment, day, bytes FROM health.golden WHERE word = ?";

    private readonly ScriptedCluster cluster = ScriptedCluster.Start(
        (data, endPoint, all) => new ScriptedNode(data, endPoint, all) { Credentials = ("app", "pä$$;word") });

    private ScriptedNode Node => cluster.Nodes[0];

    public async ValueTask InitializeAsync()
    {
        await using var client = cluster.Connect(cluster.Options with { Username = "app", Password = "pä$$;word" });
        await client.DefineAsync(
            "CREATE TABLE IF NOT EXISTS health.golden (word text, number int, large bigint, ratio double, moment timestamp, day date, bytes blob, PRIMARY KEY ((word), number))",
            default);
        await client.ExecuteAsync(new Statement(Insert, Consistency.LocalQuorum), Row("ours", -7), default);
        Node.Received.Clear();
    }

    public ValueTask DisposeAsync() => cluster.DisposeAsync();

    [Fact]
    public async Task It_reads_what_we_wrote_and_we_read_what_it_wrote()
    {
        using var said = JsonDocument.Parse(await TalkAsync());

        string Expected(string word, int number) =>
            $"[\"{word}\",{number},\"-9007199254740993\",71.33333333333333,\"2026-03-01T12:00:00.007Z\",\"1960-02-29\",\"00ff10\"]";
        Assert.Equal([Expected("Zoë", -7), Expected("Zoë", 1), Expected("Zoë", 2), Expected("Zoë", 3)], Rows("paged"));
        Assert.Equal([Expected("ours", -7)], Rows("ours"));
        Assert.Equal(["[\"empty\",0,null,null,null,null,null]"], Rows("empty"));
        Assert.True(said.RootElement.GetProperty("pages").GetInt32() >= 2);

        await using var client = cluster.Connect(cluster.Options with { Username = "app", Password = "pä$$;word" });
        var numbers = new List<int>();
        await foreach (var row in client.QueryAsync(new Statement(Select, Consistency.LocalQuorum), ["Zoë"], default))
        {
            Assert.Equal(-9007199254740993, row.GetBigint(2));
            Assert.Equal(71.333333333333329, row.GetDouble(3));
            Assert.Equal(new DateTimeOffset(2026, 3, 1, 12, 0, 0, 7, TimeSpan.Zero), row.GetTimestamp(4));
            Assert.Equal(new DateOnly(1960, 2, 29), row.GetDate(5));
            Assert.Equal([0x00, 0xff, 0x10], row.GetBlob(6));
            numbers.Add(row.GetInt(1));
        }
        Assert.Equal([-7, 1, 2, 3], numbers);

        string[] Rows(string name) => [.. said.RootElement.GetProperty(name).EnumerateArray().Select(row => JsonSerializer.Serialize(row, Readable))];
    }

    [Fact]
    public async Task Its_requests_are_ours_byte_by_byte()
    {
        await TalkAsync();

        AssertSame(Requests.Plain("app", "pä$$;word"), First(Opcode.AuthResponse));
        Assert.Contains("CQL_VERSION\0\u00053.0.0", System.Text.Encoding.UTF8.GetString(First(Opcode.Startup).Body), StringComparison.Ordinal);
        AssertSame(Requests.Register(ClusterEvent.All), First(Opcode.Register));
        AssertSame(Requests.Prepare(Insert), First(Opcode.Prepare, Insert));
        AssertSame(Requests.Prepare(Select), First(Opcode.Prepare, Select));

        var prepared = new Prepared(Node.Prepare(Insert), [], null);
        AssertSame(Requests.Execute(prepared, Consistency.LocalQuorum, Row("Zoë", -7), pagingState: null), First(Opcode.Execute, Insert));
        AssertSame(Requests.Batch(prepared, Consistency.LocalQuorum, [Row("Zoë", 1), Row("Zoë", 2), Row("Zoë", 3)]), First(Opcode.Batch));
    }

    private static readonly JsonSerializerOptions Readable = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static CqlValue[] Row(string word, int number) =>
    [
        word, number, -9007199254740993, 71.333333333333329,
        new DateTimeOffset(2026, 3, 1, 12, 0, 0, 7, TimeSpan.Zero), new DateOnly(1960, 2, 29), new byte[] { 0x00, 0xff, 0x10 },
    ];

    private Task<string> TalkAsync() =>
        NodeScript.RunAsync("cassandra-talk.mjs", Node.EndPoint.Address.ToString(), $"{Node.EndPoint.Port}", "app", "pä$$;word");

    private ScriptedRequest First(Opcode opcode, string about = "") =>
        Node.Received.First(request => request.Opcode == opcode && request.Version == 4 && (about.Length == 0 || request.IsAbout(about)));

    private static void AssertSame(FrameWriter ours, ScriptedRequest theirs)
    {
        using (ours)
            Assert.Equal(Convert.ToHexString(theirs.Bytes), Convert.ToHexString(ours.Complete(theirs.Stream).Span));
    }
}
