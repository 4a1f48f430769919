using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Servers.Cassandra;

/// <summary>TLS by an authority of one's own, and what is said when one side speaks TLS and the other does not.</summary>
[Collection(typeof(ServersOfTheirOwn))]
public sealed class CassandraTlsTests : IDisposable
{
    private readonly TempDirectory directory = new("tls");

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task The_authority_that_is_named_is_trusted_and_no_other()
    {
        using var certificate = Issue("ca.pem");
        using var other = Issue("other.pem");
        await using var cluster = ScriptedCluster.Start((data, at, all) => new ScriptedNode(data, at, all) { Certificate = certificate });
        var address = $"Contact Points={cluster.Nodes[0].EndPoint}";

        await using var program = new CassandraProgram($"{address};Tls=true;Tls Ca={directory["ca.pem"]}");
        await program.UntilItWritesAsync();
        await using var wrong = new CassandraProgram($"{address};Tls=true;Tls Ca={directory["other.pem"]}");
        await SaysAsync(wrong, "certificate");
        await using var plain = new CassandraProgram(address);
        await SaysAsync(plain, "The port may want TLS (Tls=true).");
    }

    /// <summary>The store's error comes to say something; on a machine under load its first attempt may only be late.</summary>
    private static Task SaysAsync(CassandraProgram program, string text) => Eventually.HoldsAsync(
        async () => (await Assert.ThrowsAnyAsync<StoreException>(() => program.WriteAsync())).Message.Contains(text, StringComparison.Ordinal), text);

    [Fact]
    public async Task A_real_node_with_tls_is_used_and_a_plain_client_hears_what_it_lacks()
    {
        await using var servers = await RealServers.UpAsync("cassandra");
        using (var certificate = Issue("ca.pem"))
            await File.WriteAllBytesAsync(directory["node.p12"], certificate.Export(X509ContentType.Pkcs12, "changeit"));
        await servers.RestartWithAsync("cassandra", "conf/cassandra.yaml", yaml => $"""
            {yaml}
            client_encryption_options:
              enabled: true
              optional: false
              keystore: {directory["node.p12"]}
              keystore_password: changeit
              store_type: PKCS12
            """);
        await using var program = new CassandraProgram($"{servers["TEST_CASSANDRA"]};Tls=true;Tls Ca={directory["ca.pem"]}");
        await program.UntilItWritesAsync();
        await using var plain = new CassandraProgram(servers["TEST_CASSANDRA"]);
        await SaysAsync(plain, "The port may want TLS (Tls=true).");
    }

    /// <summary>A certificate for 127.0.0.1, signed by an authority that is written to a file.</summary>
    private X509Certificate2 Issue(string file)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var authorityKey = RSA.Create(2048);
        var authorityRequest = new CertificateRequest($"CN=Authority {file}", authorityKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = authorityRequest.CreateSelfSigned(now.AddDays(-1), now.AddDays(2));
        File.WriteAllText(directory[file], authority.ExportCertificatePem());

        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=node", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(authority, now.AddDays(-1), now.AddDays(1), [1, 2, 3, 4]);
        using var whole = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), password: null, X509KeyStorageFlags.Exportable);
    }
}
