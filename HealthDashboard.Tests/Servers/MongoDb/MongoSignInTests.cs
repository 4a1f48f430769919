using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Servers.MongoDb.Scripted;
using HealthDashboard.Tests.Support;
using static HealthDashboard.Tests.Servers.MongoDb.MongoFixture;

namespace HealthDashboard.Tests.Servers.MongoDb;

/// <summary>Passwords and certificates.</summary>
public sealed class MongoSignInTests
{
    [Theory]
    [InlineData("nina", "pencil")]
    [InlineData("a=b,c", "wörd: /@%")]
    public async Task The_right_password_signs_in(string name, string password)
    {
        await using var set = new ScriptedSet(1);
        set.Primary.Node.User = new MiniUser(name, password);
        using var database = Database(Uri(set, name, password));
        await database.InsertAsync(1);
        Assert.Single(set.Data["auditLog"]);
    }

    [Fact]
    public async Task A_wrong_password_is_refused_and_not_shown()
    {
        await using var set = new ScriptedSet(1);
        set.Primary.Node.User = new MiniUser("nina", "other");
        using var database = Database(Uri(set, "nina", "pencil"));
        var error = await Assert.ThrowsAsync<StoreRefusedException>(() => database.InsertAsync(1));
        Assert.Equal(StoreRefusedException.WrongAccount, error.Reason);
        Assert.NotNull(error.RetryAfter);
        Assert.DoesNotContain("pencil", error.ToString(), StringComparison.Ordinal);
        Assert.Empty(set.Primary.Commands("insert"));
    }

    [Fact]
    public async Task Without_a_password_a_server_that_wants_one_refuses()
    {
        await using var set = new ScriptedSet(1);
        set.Primary.Node.User = new MiniUser("nina", "pencil");
        using var database = Database(set.Uri);
        await Assert.ThrowsAsync<StoreRefusedException>(() => database.InsertAsync(1));
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
        using var database = Database($"mongodb://{server.Node.Address}/?tls=true&tlsCAFile={directory["ca.pem"]}&serverSelectionTimeoutMS={(works ? 20_000 : 1000)}");
        var insert = database.InsertAsync(1);
        if (works)
            await insert;
        else
            Assert.Contains("no certificate that is trusted", (await Assert.ThrowsAsync<StoreUnavailableException>(() => insert)).Message, StringComparison.Ordinal);
        Assert.Equal(works ? 1 : 0, server.Commands("insert").Count());
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
