using HealthDashboard.Data.Cql;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Servers.Cassandra;

/// <summary>A client and several nodes, some of which are slow, wrong or away.</summary>
public sealed class ClusterTests : IAsyncDisposable
{
    private static readonly Statement Put = new("INSERT INTO health.word (word, number) VALUES (?, ?) USING TIMESTAMP ?", Consistency.LocalQuorum);
    private static readonly Statement Get = new("SELECT number FROM health.word WHERE word = ?", Consistency.LocalQuorum);

    private ScriptedCluster cluster = ScriptedCluster.Start(3);

    public ValueTask DisposeAsync() => cluster.DisposeAsync();

    [Fact]
    public async Task The_nodes_are_learned_from_one_another_and_asked_in_turn()
    {
        var client = await StartAsync();
        for (var i = 0; i < 9; i++)
            await NumbersAsync(client);
        Assert.All(cluster.Nodes, node => Assert.Equal(3, node.Ran.Count(cql => cql == Get.Cql)));
        Assert.All(cluster.Nodes, node => Assert.Equal(1, node.Received.Count(r => r.Opcode == Opcode.Prepare && r.IsAbout(Get.Cql))));
        Assert.Equal((3, 3, "dc1"), (client.ConnectedCount, client.NodeCount, client.Datacenter));
    }

    [Fact]
    public async Task Only_the_nodes_of_the_datacenter_are_asked()
    {
        await RestartAsync(Make("dc2"), Make("dc1"), Make("dc1"), Make(null));
        var client = await StartAsync(cluster.Options with { Datacenter = "dc1" });
        Assert.Equal(2, client.NodeCount);
        for (var i = 0; i < 6; i++)
            await NumbersAsync(client);
        Assert.Equal([0, 3, 3, 0], cluster.Nodes.Select(node => node.Ran.Count(cql => cql == Get.Cql)));
    }

    [Fact]
    public async Task Without_a_name_the_datacenter_of_the_first_that_answers_is_taken()
    {
        await RestartAsync(Make("dc1"), Make("dc1"), Make("dc2"));
        Assert.Equal("dc1", (await StartAsync()).Datacenter);
    }

    [Fact]
    public async Task A_datacenter_that_is_not_there_is_told_with_those_that_are()
    {
        var client = cluster.Connect(cluster.Options with { Datacenter = "dc9" });
        var error = await Assert.ThrowsAsync<NoNodeException>(() => NumbersAsync(client));
        Assert.Equal("there is no datacenter dc9, only dc1", error.Message);
    }

    [Fact]
    public async Task A_node_that_listens_everywhere_is_reached_where_the_others_see_it()
    {
        await RestartAsync(Make("dc1"), Make("dc1"), (data, at, all) => new ScriptedNode(data, at, all) { ListensEverywhere = true });
        Assert.Equal(3, (await StartAsync()).ConnectedCount);
    }

    [Theory]
    [InlineData(ErrorCode.Overloaded)]
    [InlineData(ErrorCode.IsBootstrapping)]
    [InlineData(ErrorCode.ServerError)]
    [InlineData(ErrorCode.TruncateError)]
    internal async Task What_one_node_cannot_do_another_does(ErrorCode code)
    {
        var client = await StartAsync();
        foreach (var node in cluster.Nodes.Take(2))
            node.Script = request => request.Opcode == Opcode.Execute ? new Act.Fail(code) : null;
        for (var i = 0; i < 6; i++)
            Assert.Equal([1], await NumbersAsync(client));
        Assert.Equal(6, cluster.Nodes[2].Ran.Count(cql => cql == Get.Cql));
    }

    [Fact]
    public async Task When_no_node_can_the_last_ones_words_are_told()
    {
        var client = await StartAsync();
        foreach (var node in cluster.Nodes)
        {
            node.Script = request => request.Opcode == Opcode.Execute ? new Act.Fail(ErrorCode.Unavailable, details =>
            {
                details.Consistency(Consistency.LocalQuorum);
                details.Int(2);
                details.Int(1);
            }) : null;
        }
        var error = await Assert.ThrowsAsync<NoNodeException>(() => NumbersAsync(client));
        Assert.True(error.IsTransient);
        Assert.Contains("LocalQuorum needs 2 replicas, 1 answered", error.Message, StringComparison.Ordinal);
        Assert.All(cluster.Nodes, node => Assert.Equal(1, node.Ran.Count(cql => cql == Get.Cql)));
    }

    [Theory]
    [InlineData(ErrorCode.Invalid)]
    [InlineData(ErrorCode.Unauthorized)]
    [InlineData(ErrorCode.SyntaxError)]
    internal async Task What_is_wrong_everywhere_is_asked_once(ErrorCode code)
    {
        var client = await StartAsync();
        foreach (var node in cluster.Nodes)
            node.Script = request => request.Opcode == Opcode.Execute ? new Act.Fail(code) : null;
        var error = await Assert.ThrowsAsync<ServerErrorException>(() => NumbersAsync(client));
        Assert.False(error.IsTransient);
        Assert.Equal(1, cluster.Nodes.Sum(node => node.Ran.Count(cql => cql == Get.Cql)));
    }

    [Fact]
    public async Task A_slow_read_is_asked_of_the_next_node_too_and_the_first_answer_counts()
    {
        var client = await StartAsync();
        var slow = new TaskCompletionSource();
        foreach (var node in cluster.Nodes.Take(2))
            node.Script = request => request.Opcode == Opcode.Execute ? new Act.AnswerAfter(slow.Task) : null;

        var answers = Enumerable.Range(0, 3).Select(_ => NumbersAsync(client)).ToArray();
        await cluster.AdvanceUntilAsync(() => answers.All(answer => answer.IsCompleted), "the third node to answer all");

        foreach (var answer in answers)
            Assert.Equal([1], await answer);
        slow.SetResult();
        cluster.Nodes[0].Script = cluster.Nodes[1].Script = null;
        for (var i = 0; i < 6; i++)
            Assert.Equal([1], await NumbersAsync(client));
    }

    [Fact]
    public async Task A_write_is_put_to_another_node_each_half_second_without_an_answer()
    {
        var client = await StartAsync();
        foreach (var node in cluster.Nodes)
        {
            node.Received.Clear();
            node.Script = request => request.Opcode == Opcode.Execute ? new Act.Ignore() : null;
        }
        var writing = client.ExecuteAsync(Put, ["x", 2, 2L], default);
        await Eventually.HoldsAsync(() => Tried() == 1, "the write to be at a node");
        cluster.Time.Advance(TimeSpan.FromSeconds(0.4));
        Assert.Equal(1, Tried());
        cluster.Time.Advance(TimeSpan.FromSeconds(0.1));
        await Eventually.HoldsAsync(() => Tried() == 2, "the write to be at another node");
        foreach (var node in cluster.Nodes)
            node.Script = null;
        await cluster.AdvanceUntilAsync(() => writing.IsCompleted, "the last node to be asked");
        await writing;
        Assert.Equal(3, Tried());

        int Tried() => cluster.Nodes.Sum(node => node.Ran.Count(cql => cql == Put.Cql));
    }

    [Fact]
    public async Task Forgotten_statements_are_prepared_again()
    {
        var client = await StartAsync();
        for (var i = 0; i < 3; i++)
            await NumbersAsync(client);
        foreach (var node in cluster.Nodes)
            node.ForgetPrepared();
        await client.BatchAsync(Put, [["y", 2, 5L], ["y", 3, 5L]], default);
        for (var i = 0; i < 3; i++)
            Assert.Equal([2, 3], await NumbersAsync(client, "y"));
        Assert.All(cluster.Nodes, node => Assert.Equal(2, node.Received.Count(r => r.Opcode == Opcode.Prepare && r.IsAbout(Get.Cql))));
    }

    [Fact]
    public async Task A_node_that_never_knows_a_statement_is_not_asked_for_ever()
    {
        var client = await StartAsync();
        foreach (var node in cluster.Nodes)
            node.Script = request => request.Opcode == Opcode.Execute ? new Act.Fail(ErrorCode.Unprepared, details => details.ShortBytes([1])) : null;
        Assert.Equal(ErrorCode.Unprepared, (await Assert.ThrowsAsync<ServerErrorException>(() => NumbersAsync(client))).Code);
    }

    [Fact]
    public async Task A_node_that_goes_is_left_out_and_comes_back_by_itself()
    {
        var client = await StartAsync();
        await cluster.Nodes[1].StopAsync();
        await Eventually.HoldsAsync(() => client.ConnectedCount == 2, "the loss to be seen");
        for (var i = 0; i < 6; i++)
            Assert.Equal([1], await NumbersAsync(client));

        cluster.Nodes[1].Start();
        await cluster.AdvanceUntilAsync(() => client.ConnectedCount == 3, "the node to be connected again");
        for (var i = 0; i < 3; i++)
            Assert.Equal([1], await NumbersAsync(client));
        Assert.Contains(Get.Cql, cluster.Nodes[1].Ran.Skip(1));
    }

    [Fact]
    public async Task With_all_away_callers_hear_it_at_once_and_it_goes_on_when_they_are_back()
    {
        var client = await StartAsync();
        foreach (var node in cluster.Nodes)
            await node.StopAsync();
        await Eventually.HoldsAsync(() => client.ConnectedCount == 0, "the loss to be seen");
        Assert.True((await Assert.ThrowsAsync<NoNodeException>(() => NumbersAsync(client))).IsTransient);

        foreach (var node in cluster.Nodes)
            node.Start();
        await cluster.AdvanceUntilAsync(() => client.ConnectedCount == 3, "the nodes to be connected again");
        Assert.Equal([1], await NumbersAsync(client));
    }

    [Fact]
    public async Task A_cluster_that_is_not_there_yet_is_found_when_it_comes()
    {
        foreach (var node in cluster.Nodes)
            await node.StopAsync();
        var client = cluster.Connect();
        Assert.True((await Assert.ThrowsAsync<NoNodeException>(() => NumbersAsync(client))).IsTransient);
        foreach (var node in cluster.Nodes)
            node.Start();
        await cluster.AdvanceUntilAsync(() => client.ConnectedCount == 3, "the nodes to be connected");
    }

    [Fact]
    public async Task Pages_are_fetched_as_they_are_needed()
    {
        var client = await StartAsync();
        const int rows = (2 * Requests.PageSize) + 10;
        foreach (var chunk in Enumerable.Range(0, rows).Chunk(1000))
            await client.BatchAsync(Put, [.. chunk.Select(n => new CqlValue[] { "many", n, 1L })], default);

        var before = Executed();
        await using var reading = client.QueryAsync(Get, ["many"], default).GetAsyncEnumerator();
        Assert.True(await reading.MoveNextAsync());
        Assert.Equal(before + 1, Executed());

        Assert.Equal(Enumerable.Range(0, rows), await NumbersAsync(client, "many"));
        Assert.Equal(before + 4, Executed());

        int Executed() => cluster.Nodes.Sum(node => node.Ran.Count(cql => cql == Get.Cql));
    }

    [Fact]
    public async Task A_definition_waits_until_the_nodes_agree()
    {
        var client = await StartAsync();
        cluster.Nodes[2].OwnSchema = Guid.NewGuid();
        var defining = client.DefineAsync("CREATE KEYSPACE IF NOT EXISTS health", default);
        await cluster.AdvanceUntilAsync(() => cluster.Nodes.Sum(n => n.Ran.Count(cql => cql.Contains("system.peers", StringComparison.Ordinal))) > 5, "the nodes to be asked");
        Assert.False(defining.IsCompleted);
        cluster.Nodes[2].OwnSchema = null;
        await cluster.AdvanceUntilAsync(() => defining.IsCompleted, "them to agree");
        await defining;
    }

    [Fact]
    public async Task What_another_has_defined_already_is_as_good()
    {
        var client = await StartAsync();
        foreach (var node in cluster.Nodes)
        {
            node.Script = request => request.IsAbout("CREATE") ? new Act.Fail(ErrorCode.AlreadyExists, details =>
            {
                details.String("health");
                details.String("");
            }) : null;
        }
        await client.DefineAsync("CREATE KEYSPACE health", default);
        Assert.Contains("CREATE KEYSPACE health", cluster.Nodes.SelectMany(node => node.Ran));
    }

    private static ScriptedCluster.Make Make(string? datacenter) => (data, at, all) => new ScriptedNode(data, at, all) { Datacenter = datacenter };

    private async Task RestartAsync(params ScriptedCluster.Make[] nodes)
    {
        await cluster.DisposeAsync();
        cluster = ScriptedCluster.Start(nodes);
    }

    private async Task<Cluster> StartAsync(ClusterOptions? options = null)
    {
        var client = await cluster.ConnectAllAsync(options);
        await client.DefineAsync("CREATE TABLE IF NOT EXISTS health.word (word text, number int, PRIMARY KEY ((word), number))", default);
        await client.ExecuteAsync(Put, ["x", 1, 1L], default);
        return client;
    }

    private static async Task<List<int>> NumbersAsync(Cluster client, string word = "x")
    {
        var numbers = new List<int>();
        await foreach (var row in client.QueryAsync(Get, [word], default))
            numbers.Add(row.GetInt(0));
        return numbers;
    }
}
