using HealthDashboard.Data.Cql;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Servers.Cassandra;

/// <summary>Requests go first to who has the rows.</summary>
public sealed class TokenAwareTests : IAsyncDisposable
{
    private const long Third = 3074457345618258602;
    private readonly Statement get = new("SELECT number FROM health.word WHERE word = ?", Consistency.LocalQuorum);
    private readonly ScriptedCluster cluster = ScriptedCluster.Start(3);

    public ValueTask DisposeAsync() => cluster.DisposeAsync();

    [Fact]
    public async Task A_request_arrives_at_the_replica()
    {
        var client = await StartAsync(replicas: 1);
        await ReadAsync(client, "prepares it");
        foreach (var word in Words)
            await ReadAsync(client, word);
        foreach (var word in Words)
            Assert.Equal([Owner(word)], Asked(word));
        Assert.Equal(3, Words.Select(Owner).Distinct().Count());
    }

    [Fact]
    public async Task A_batch_and_a_composite_key_arrive_at_the_replica()
    {
        var client = await StartAsync(replicas: 1);
        await client.DefineAsync("CREATE TABLE IF NOT EXISTS health.pair (number int, word text, hour int, PRIMARY KEY ((word, number), hour))", default);
        var statement = new Statement("INSERT INTO health.pair (number, word, hour) VALUES (?, ?, ?) USING TIMESTAMP ?", Consistency.LocalQuorum);
        await client.BatchAsync(statement, [[0, "prepares it", 1, 1L]], default);
        foreach (var (n, word) in Words.Index())
            await client.BatchAsync(statement, [[n, word, 1, 1L], [n, word, 2, 1L]], default);
        foreach (var (n, word) in Words.Index())
        {
            // Each part with its length in two bytes before it and a zero after it.
            byte[] text = System.Text.Encoding.UTF8.GetBytes(word);
            var owner = Owner(Murmur3.TokenOf([0, (byte)text.Length, .. text, 0, 0, 4, 0, 0, 0, (byte)n, 0]));
            var got = cluster.Nodes.Where(node => node.Received.Any(request => request.Opcode == Opcode.Batch
                && request.BatchRows()[0].Values is var values && values[1]!.SequenceEqual(text)));
            Assert.Equal([owner], got);
        }
    }

    [Fact]
    public async Task Replicas_are_asked_in_turn_and_a_slow_one_is_followed_by_another_replica()
    {
        var client = await StartAsync(replicas: 2);
        await ReadAsync(client, "prepares it");
        const string word = "w7";
        var (first, second) = (Owner(word), cluster.Nodes[(cluster.Nodes.ToList().IndexOf(Owner(word)) + 1) % 3]);
        for (var i = 0; i < 6; i++)
            await ReadAsync(client, word);
        Assert.Equal((3, 3), (CountOf(first, word), CountOf(second, word)));

        var slow = new TaskCompletionSource();
        first.Script = request => request.Opcode == Opcode.Execute ? new Act.AnswerAfter(slow.Task) : null;
        var reading = Enumerable.Range(0, 2).Select(_ => ReadAsync(client, word)).ToArray();
        await cluster.AdvanceUntilAsync(() => reading.All(read => read.IsCompleted), "the other replica to answer");
        await Task.WhenAll(reading);
        slow.SetResult();
        Assert.Equal((4, 5), (CountOf(first, word), CountOf(second, word)));
    }

    [Fact]
    public async Task When_the_replica_is_away_another_node_is_asked()
    {
        var client = await StartAsync(replicas: 1);
        await ReadAsync(client, "prepares it");
        var word = Words.First(word => Owner(word) == cluster.Nodes[1]);
        await cluster.Nodes[1].StopAsync();
        await Eventually.HoldsAsync(() => client.ConnectedCount == 2, "the loss to be seen");
        await ReadAsync(client, word);
        Assert.DoesNotContain(cluster.Nodes[1], Asked(word));
    }

    [Fact]
    public async Task Without_tokens_all_are_asked_in_turn()
    {
        foreach (var node in cluster.Nodes)
            node.Tokens = ["not a number"];
        var client = await StartAsync(replicas: 1, spread: false);
        for (var i = 0; i < 9; i++)
            await ReadAsync(client, "w7");
        Assert.All(cluster.Nodes, node => Assert.Equal(3, CountOf(node, "w7")));
    }

    private static IEnumerable<string> Words => Enumerable.Range(0, 30).Select(n => $"w{n}");

    private async Task<Cluster> StartAsync(int replicas, bool spread = true)
    {
        cluster.Data.Replication = new Dictionary<string, string> { ["class"] = "org.apache.cassandra.locator.NetworkTopologyStrategy", ["dc1"] = $"{replicas}" };
        if (spread)
        {
            foreach (var (i, node) in cluster.Nodes.Index())
                node.Tokens = [$"{(i - 1) * Third}"];
        }
        var client = await cluster.ConnectAllAsync();
        await client.DefineAsync("CREATE TABLE IF NOT EXISTS health.word (word text, number int, PRIMARY KEY ((word), number))", default);
        return client;
    }

    // Tokens are at -Third, 0 and Third: a range goes up to its owner's, the rest to the first.
    private ScriptedNode Owner(string word) => Owner(Murmur3.TokenOf(System.Text.Encoding.UTF8.GetBytes(word)));

    private ScriptedNode Owner(long token) => cluster.Nodes[token switch { <= -Third => 0, <= 0 => 1, <= Third => 2, _ => 0 }];

    private IEnumerable<ScriptedNode> Asked(string word) => cluster.Nodes.Where(node => CountOf(node, word) > 0);

    private int CountOf(ScriptedNode node, string word) => node.Received.Count(request => request.Opcode == Opcode.Execute
        && request.IsAbout(get.Cql) && request.Parameters().Values[0]!.SequenceEqual(System.Text.Encoding.UTF8.GetBytes(word)));

    private async Task ReadAsync(Cluster client, string word)
    {
        await foreach (var _ in client.QueryAsync(get, [word], default))
            Assert.Fail("There is nothing.");
    }
}
