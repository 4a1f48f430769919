using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HealthDashboard.Data.MongoDb.Wire;
using HealthDashboard.Data.MongoDb.Wire.Bson;
using HealthDashboard.Tests.MongoDb.Scripted;
using HealthDashboard.Tests.Support;
using static HealthDashboard.Tests.MongoDb.WireFixture;

namespace HealthDashboard.Tests.MongoDb;

/// <summary>Signing in, TLS, the pool and cursors.</summary>
public sealed class MongoConnectionTests
{
    [Theory]
    [InlineData("nina", "pencil", false)]
    [InlineData("a=b,c", "wörd: /@%", false)]
    [InlineData("old", "pencil", true)]
    public async Task The_right_password_signs_in(string name, string password, bool isOld)
    {
        await using var set = new ScriptedSet(1);
        set.Primary.Node.User = new MiniUser(name, password) { IsOld = isOld, Iterations = 15_000 };
        await using var client = Client(Uri(set, name, password));
        await client.Collection("items").InsertAsync([Item(1)], CancellationToken.None);
        Assert.Single(set.Data["items"]);
    }

    [Theory]
    [InlineData("wrong password")]
    [InlineData("false server")]
    [InlineData("too few iterations")]
    [InlineData("too many iterations")]
    public async Task Neither_side_is_signed_in_to_without_the_password(string how)
    {
        await using var set = new ScriptedSet(1);
        set.Primary.Node.User = new MiniUser("nina", how == "wrong password" ? "other" : "pencil")
        {
            IsFalse = how == "false server",
            Iterations = how switch { "too few iterations" => 4095, "too many iterations" => 1_000_001, _ => 4096 },
        };
        await using var client = Client(Uri(set, "nina", "pencil"));
        var error = await Assert.ThrowsAsync<MongoRefusedException>(() => client.Collection("items").InsertAsync([Item(1)], CancellationToken.None));
        Assert.DoesNotContain("pencil", error.ToString(), StringComparison.Ordinal);
        Assert.Empty(set.Primary.Commands("insert"));
    }

    [Fact]
    public async Task Without_a_password_a_server_that_wants_one_refuses_by_number()
    {
        await using var set = new ScriptedSet(1);
        set.Primary.Node.User = new MiniUser("nina", "pencil");
        await using var client = Client(set.Uri);
        Assert.Equal(13, (await Assert.ThrowsAsync<MongoCommandException>(() => client.Collection("items").CountAsync([], CancellationToken.None))).Code);
    }

    [Theory]
    [InlineData("localhost", true, true)]
    [InlineData("other.example", true, false)]
    [InlineData("localhost", false, false)]
    public async Task With_TLS_the_certificate_must_be_of_a_trusted_authority_and_for_the_name(string name, bool trusted, bool works)
    {
        using var directory = new TempDirectory();
        using var certificate = Certificate(name);
        using var other = Certificate(name);
        await File.WriteAllTextAsync(directory["ca.pem"], (trusted ? certificate : other).ExportCertificatePem());
        await using var server = new ScriptedMongo(new MiniMongod(new()), certificate);
        server.Node.Hosts = [server.Address.Replace("127.0.0.1", "localhost", StringComparison.Ordinal)];
        server.Node.Address = server.Node.Hosts[0];
        await using var client = Client(
            $"mongodb://{server.Node.Address}/?tls=true&tlsCAFile={directory["ca.pem"]}",
            options => options with { ServerSelectionTimeout = TimeSpan.FromSeconds(works ? 20 : 1) });
        var insert = client.Collection("items").InsertAsync([Item(1)], CancellationToken.None);
        if (works)
            await insert;
        else
            Assert.Contains("no certificate that is trusted", (await Assert.ThrowsAsync<MongoConnectionException>(() => insert)).Message, StringComparison.Ordinal);
        Assert.Equal(works ? 1 : 0, server.Commands("insert").Count());
    }

    [Fact]
    public async Task There_are_never_more_connections_than_the_pool_may_have()
    {
        await using var set = new ScriptedSet(1);
        await using var client = Client(set.Uri + "&maxPoolSize=3");
        var items = client.Collection("items");
        await Task.WhenAll(Enumerable.Range(0, 200).Select(id => items.InsertAsync([Item(id)], CancellationToken.None)));
        Assert.Equal(200, set.Data["items"].Count);
        // One more asks what the server is.
        Assert.InRange(set.Primary.Connections, 2, 4);
        await client.DisposeAsync();
        await Eventually.HoldsAsync(() => set.Primary.OpenConnections == 0, "every connection closed");
    }

    [Fact]
    public async Task A_place_in_the_pool_goes_to_who_waits_longest()
    {
        await using var set = new ScriptedSet(1);
        await using var client = Client(set.Uri + "&maxPoolSize=1");
        var items = client.Collection("items");
        var gate = new TaskCompletionSource();
        set.Primary.Next("insert", new Fault.Late(gate.Task));
        var first = items.InsertAsync([Item(0)], CancellationToken.None);
        await Eventually.HoldsAsync(() => set.Primary.Commands("insert").Any(), "the first");
        var rest = Enumerable.Range(1, 10).Select(id => items.InsertAsync([Item(id)], CancellationToken.None)).ToArray();
        gate.SetResult();
        await Task.WhenAll([first, .. rest]);
        Assert.Equal(Items(11), set.Data["items"]);
    }

    [Fact]
    public async Task Connections_that_the_server_closed_while_they_lay_unused_harm_nobody()
    {
        await using var set = new ScriptedSet(1);
        await using var client = Client(set.Uri);
        var items = client.Collection("items");
        await Task.WhenAll(Enumerable.Range(0, 10).Select(id => items.InsertAsync([Item(id)], CancellationToken.None)));
        set.Primary.Drop();
        await Task.WhenAll(Enumerable.Range(10, 10).Select(id => items.InsertAsync([Item(id)], CancellationToken.None)));
        Assert.Equal(20, set.Data["items"].Count);
    }

    [Fact]
    public async Task A_connection_that_lay_unused_for_too_long_is_not_used_again()
    {
        await using var set = new ScriptedSet(1);
        await using var client = Client(set.Uri, options => options with { MaxIdleTime = TimeSpan.Zero });
        for (var id = 1; id <= 3; id++)
            await client.Collection("items").InsertAsync([Item(id)], CancellationToken.None);
        // Each a new one, and one that asks what the server is.
        Assert.Equal(4, set.Primary.Connections);
        await Eventually.HoldsAsync(() => set.Primary.OpenConnections == 2, "the older ones closed");
    }

    [Fact]
    public async Task Long_answers_come_in_batches_of_a_cursor()
    {
        await using var set = new ScriptedSet(1);
        await using var client = Client(set.Uri);
        var items = client.Collection("items");
        await items.InsertAsync(Items(2500), CancellationToken.None);
        Assert.Equal(Items(2500), await items.FindAsync(new([], Item(1))).ToListAsync());
        Assert.Equal([1000, 1000, 500], set.Primary.Commands("insert").Select(command => command["documents"].AsArray.Count));
        Assert.Equal(2, set.Primary.Commands("getMore").Count());
        Assert.Empty(set.Primary.Commands("killCursors"));
    }

    [Fact]
    public async Task A_cursor_that_is_not_read_to_its_end_is_closed_on_the_server()
    {
        await using var set = new ScriptedSet(1);
        await using var client = Client(set.Uri);
        var items = client.Collection("items");
        await items.InsertAsync(Items(2500), CancellationToken.None);
        Assert.Equal(Items(1200), await items.FindAsync(new([], Item(1))).Take(1200).ToListAsync());
        Assert.Empty(set.Data.Cursors);
    }

    [Fact]
    public async Task A_batch_that_is_lost_is_an_error_and_not_left_out()
    {
        await using var set = new ScriptedSet(1);
        await using var client = Client(set.Uri);
        var items = client.Collection("items");
        await items.InsertAsync(Items(2500), CancellationToken.None);
        set.Primary.Next("getMore", new Fault.CloseAfter());
        await Assert.ThrowsAsync<MongoConnectionException>(() => items.FindAsync(new([])).ToListAsync().AsTask());
    }

    [Fact]
    public async Task Large_documents_are_split_into_messages_by_their_bytes()
    {
        await using var set = new ScriptedSet(1);
        await using var client = Client(set.Uri);
        var large = new string('x', 6 * 1024 * 1024);
        var documents = Enumerable.Range(0, 5).Select(id => new BsonDocument { ["_id"] = id, ["text"] = large }).ToArray();
        await client.Collection("items").InsertAsync(documents, CancellationToken.None);
        Assert.Equal(documents, set.Data["items"]);
        Assert.Equal([2, 2, 1], set.Primary.Commands("insert").Select(command => command["documents"].AsArray.Count));
    }

    private static string Uri(ScriptedSet set, string name, string password) =>
        set.Uri.Replace("mongodb://", $"mongodb://{System.Uri.EscapeDataString(name)}:{System.Uri.EscapeDataString(password)}@", StringComparison.Ordinal);

    private static X509Certificate2 Certificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }
}
