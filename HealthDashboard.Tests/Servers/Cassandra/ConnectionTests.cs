using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HealthDashboard.Data.Cql;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Servers.Cassandra;

/// <summary>One connection to a node that does what it should not.</summary>
public sealed class ConnectionTests : IAsyncDisposable
{
    private const string Version = "SELECT schema_version FROM system.local";
    private readonly ScriptedCluster cluster = ScriptedCluster.Start(1);
    private readonly ManualTime time = new();
    private readonly List<Connection> opened = [];

    private ScriptedNode Node => cluster.Nodes[0];

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in opened)
            await connection.DisposeAsync();
        await cluster.DisposeAsync();
    }

    [Fact]
    public async Task Answers_in_any_order_find_who_asked()
    {
        var gates = Enumerable.Range(0, 50).Select(_ => new TaskCompletionSource()).ToArray();
        var session = await OpenAsync();
        var next = 0;
        Node.Script = request => request.Opcode == Opcode.Query ? new Act.AnswerAfter(gates[next++].Task) : null;
        var answers = gates.Select((_, i) => session.QueryAsync(
            i % 2 == 0 ? Version : "SELECT peer, data_center FROM system.peers", Consistency.One, null, default)).ToArray();
        await Eventually.HoldsAsync(() => Volatile.Read(ref next) == gates.Length, "all requests to be there");

        foreach (var gate in gates.Reverse())
            gate.SetResult();

        foreach (var (i, rows) in (await Task.WhenAll(answers)).Index())
            Assert.Equal(i % 2 == 0 ? 1 : 2, rows.Columns.Count);
        Assert.Equal(gates.Length, Node.Received.Where(r => r.Opcode == Opcode.Query).Select(r => r.Stream).Distinct().Count());
    }

    [Fact]
    public async Task A_number_is_given_again_only_when_its_answer_has_come()
    {
        var late = new TaskCompletionSource();
        var session = await OpenAsync(Options() with { MaxInFlight = 8 });
        Node.Script = request => request.Opcode == Opcode.Query && !late.Task.IsCompleted ? new Act.AnswerAfter(late.Task) : null;
        using var gone = new CancellationTokenSource();
        var abandoned = session.QueryAsync("SELECT peer, data_center FROM system.peers", Consistency.One, null, gone.Token);
        await Eventually.HoldsAsync(() => Node.Received.Any(r => r.Opcode == Opcode.Query), "the request to be there");
        var number = Node.Received.Last().Stream;
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned);

        Node.Script = null;
        for (var i = 0; i < 20; i++)
            Assert.Equal("schema_version", Assert.Single((await session.QueryAsync(Version, Consistency.One, null, default)).Columns).Name);
        Assert.DoesNotContain(number, Node.Received.Where(r => r.IsAbout(Version)).Select(r => r.Stream));

        late.SetResult();
        await Eventually.HoldsAsync(
            async () =>
            {
                await session.QueryAsync(Version, Consistency.One, null, default);
                return Node.Received.Last().Stream == number;
            },
            "the number to be given again");
    }

    [Fact]
    public async Task A_node_that_leaves_too_much_unanswered_is_hung_up_on()
    {
        var session = await OpenAsync(Options() with { MaxInFlight = 8 });
        Node.Script = _ => new Act.Ignore();
        for (var i = 0; i < 3; i++)
        {
            var asked = session.QueryAsync(Version, Consistency.One, null, default);
            time.Advance(TimeSpan.FromSeconds(2));
            Assert.Equal("no answer within 2 s", (await Assert.ThrowsAsync<ConnectionException>(() => asked)).Message);
        }
        Assert.Equal("3 requests stay without answer", (await opened[0].Closed).Message);
    }

    [Fact]
    public async Task When_all_numbers_are_taken_the_next_hears_so_at_once()
    {
        var session = await OpenAsync(Options() with { MaxInFlight = 4 });
        Node.Script = _ => new Act.Ignore();
        var waiting = Enumerable.Range(0, 4).Select(_ => session.QueryAsync(Version, Consistency.One, null, default)).ToArray();
        await Assert.ThrowsAsync<ConnectionException>(() => session.QueryAsync(Version, Consistency.One, null, default));
        Node.Disconnect();
        foreach (var request in waiting)
            await Assert.ThrowsAsync<ConnectionException>(() => request);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(9)]
    [InlineData(20)]
    public async Task When_it_closes_in_a_frame_all_in_flight_hear_it(int bytes)
    {
        var session = await OpenAsync();
        Node.Script = request => request.IsAbout("peers") ? new Act.CloseAfter(bytes) : new Act.Ignore();
        var first = session.QueryAsync(Version, Consistency.One, null, default);
        var second = session.QueryAsync("SELECT peer FROM system.peers", Consistency.One, null, default);
        await Assert.ThrowsAsync<ConnectionException>(() => first);
        await Assert.ThrowsAsync<ConnectionException>(() => second);
        await Assert.ThrowsAsync<ConnectionException>(() => session.QueryAsync(Version, Consistency.One, null, default));
    }

    [Theory]
    [InlineData("48545450 2f312e31 20343030")]
    [InlineData("84 00 0000 08 7fffffff 00")]
    [InlineData("84 00 7fff 08 00000004 00000001")]
    [InlineData("83 00 0000 02 00000000 00")]
    public async Task What_is_not_the_protocol_closes_the_connection(string bytes)
    {
        var session = await OpenAsync();
        Node.Script = _ => new Act.Send(Convert.FromHexString(bytes.Replace(" ", "", StringComparison.Ordinal)));
        await Assert.ThrowsAsync<ConnectionException>(() => session.QueryAsync(Version, Consistency.One, null, default));
        Assert.IsType<ProtocolException>(await opened[0].Closed);
    }

    [Fact]
    public async Task What_the_node_says_unasked_is_let_by()
    {
        var session = await OpenAsync();
        Node.Script = request => request.IsAbout("peers") ? new Act.Send(Convert.FromHexString("8400ffff0c0000000100")) : null;
        var unanswered = session.QueryAsync("SELECT peer FROM system.peers", Consistency.One, null, default);
        Assert.Equal(1, (await session.QueryAsync(Version, Consistency.One, null, default)).Count);
        Assert.False(unanswered.IsCompleted);
    }

    [Fact]
    public async Task A_quiet_connection_is_asked_whether_it_lives_and_closed_when_not()
    {
        await OpenAsync();
        Advance();
        await Eventually.HoldsAsync(() => Node.Received.Count(r => r.Opcode == Opcode.Options) == 1, "a heartbeat");
        Node.Script = _ => new Act.Ignore();
        await Eventually.HoldsAsync(
            () =>
            {
                Advance();
                return opened[0].Closed.IsCompleted;
            },
            "the connection to be closed");
        Assert.Equal("no answer within 2 s", (await opened[0].Closed).Message);

        void Advance() => time.Advance(TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task A_password_is_asked_for_and_judged()
    {
        await using var closed = ScriptedCluster.Start((data, endPoint, all) => new ScriptedNode(data, endPoint, all) { Credentials = ("app", "right") });
        var open = Options() with { Username = "app" };
        Assert.Equal(1, (await (await OpenAsync(open with { Password = "right" }, closed.Nodes[0])).QueryAsync(Version, Consistency.One, null, default)).Count);
        var wrong = await Assert.ThrowsAsync<CredentialsException>(() => OpenAsync(open with { Password = "wrong" }, closed.Nodes[0]));
        Assert.False(wrong.IsTransient);
        Assert.DoesNotContain("wrong", wrong.ToString(), StringComparison.Ordinal);
        await Assert.ThrowsAsync<CredentialsException>(() => OpenAsync(Options(), closed.Nodes[0]));
    }

    [Fact]
    public async Task With_tls_the_certificate_must_be_trusted_and_for_the_name()
    {
        using var certificate = SelfSigned("cassandra.example");
        await using var secret = ScriptedCluster.Start((data, endPoint, all) => new ScriptedNode(data, endPoint, all) { Certificate = certificate });
        var options = Options() with { Tls = true, TlsHost = "cassandra.example" };
        var trusting = options with
        {
            TlsTrust = (_, presented, _, errors) =>
                presented!.GetCertHashString() == certificate.GetCertHashString() && !errors.HasFlag(System.Net.Security.SslPolicyErrors.RemoteCertificateNameMismatch),
        };
        Assert.Equal(1, (await (await OpenAsync(trusting, secret.Nodes[0])).QueryAsync(Version, Consistency.One, null, default)).Count);
        await Assert.ThrowsAsync<ConnectionException>(() => OpenAsync(options, secret.Nodes[0]));
        await Assert.ThrowsAsync<ConnectionException>(() => OpenAsync(trusting with { TlsHost = "other.example" }, secret.Nodes[0]));
    }

    [Fact]
    public async Task Nobody_there_is_told_with_the_address()
    {
        await Node.StopAsync();
        var error = await Assert.ThrowsAsync<ConnectionException>(() => OpenAsync());
        Assert.Contains(Node.EndPoint.ToString(), error.Message, StringComparison.Ordinal);
    }

    private static ClusterOptions Options() => new() { ContactPoints = [] };

    private async Task<Session> OpenAsync(ClusterOptions? options = null, ScriptedNode? node = null)
    {
        options ??= Options();
        var endPoint = (node ?? Node).EndPoint;
        var connection = new Connection(await Transport.OpenAsync(endPoint, endPoint.Address.ToString(), options, time, default), options, time);
        opened.Add(connection);
        var session = new Session(connection, endPoint, options);
        await session.StartAsync(default);
        return session;
    }

    private static X509Certificate2 SelfSigned(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), password: null);
    }
}
