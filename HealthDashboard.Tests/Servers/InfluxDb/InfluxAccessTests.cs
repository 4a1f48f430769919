using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HealthDashboard.Data.InfluxDb;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Servers.InfluxDb;

/// <summary>Accounts and TLS of a real server.</summary>
public sealed class InfluxAccessTests
{
    private static readonly TimeProvider Time = TimeProvider.System;
    private static readonly ObjectId Patient = ObjectId.Parse("0123456789abcdef01234567");

    [Fact]
    public async Task An_account_that_may_use_one_database_is_enough_once_that_is_made()
    {
        await using var server = new InfluxServer(("INFLUXDB_HTTP_AUTH_ENABLED", "true"));
        await server.StartAsync();
        var admin = Parse($"{server.Address};Database=health;Username=admin;Password=\"all; of it\"");
        await RunAsync(Parse($"{server.Address};Database=health"), "CREATE USER admin WITH PASSWORD 'all; of it' WITH ALL PRIVILEGES");

        // A new database needs an administrator, once.
        var app = Parse($"{server.Address};Database=health;Username=app;Password=secret");
        await RunAsync(admin, "CREATE USER app WITH PASSWORD 'secret'");
        await using (var early = InfluxStores.Over(app, Time))
            await Assert.ThrowsAnyAsync<StoreException>(() => early.LatestAsync(Patient));
        await using (var first = InfluxStores.Over(admin, Time))
            await first.LatestAsync(Patient);
        await RunAsync(admin, "GRANT ALL ON health TO app");

        await using var store = InfluxStores.Over(app, Time);
        await WorksAsync(store);
        await using var stranger = InfluxStores.Over(Parse($"{server.Address};Database=health;Username=app;Password=sesame"), Time);
        var refused = await Assert.ThrowsAsync<StoreRefusedException>(() => stranger.LatestAsync(Patient));
        Assert.Contains("refuses the user name or password", refused.Message);
        Assert.DoesNotContain("sesame", refused.ToString());
    }

    [Fact]
    public async Task Over_TLS_only_a_server_whose_certificate_is_trusted_is_talked_to()
    {
        using var directory = new TempDirectory();
        using var certificate = Certificate(directory["server.pem"]);
        await using var server = new InfluxServer(("INFLUXDB_HTTP_HTTPS_ENABLED", "true"), ("INFLUXDB_HTTP_HTTPS_CERTIFICATE", directory["server.pem"]));
        await server.StartAsync();
        var options = Parse($"{server.Address};Database=health");

        await using (var careful = InfluxStores.Over(options, Time))
        {
            var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => careful.LatestAsync(Patient));
            Assert.Contains("SecureConnectionError", refused.Message);
        }

        using var trusting = new SocketsHttpHandler();
        trusting.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == certificate.GetCertHashString();
        await using var store = InfluxStores.Over(options, Time, trusting);
        await WorksAsync(store);
    }

    private static async Task WorksAsync(InfluxDbVitalStore store)
    {
        var now = Time.GetUtcNow();
        await store.AppendAsync([new(Patient, VitalSign.Spo2, now.ToUnixTimeMilliseconds(), 97), new(Patient, VitalSign.Spo2, now.AddHours(-3).ToUnixTimeMilliseconds(), 95)]);
        await store.SettleAsync();
        Assert.Equal(97, Assert.Single(await store.LatestAsync(Patient)).Value);
        var points = await store.ChartAsync(Patient, VitalSign.Spo2, now.AddDays(-2), now.AddMinutes(1), 100);
        Assert.Equal([95.0, 97.0], points.Select(point => point.Mean));
    }

    private static InfluxDbOptions Parse(string text) =>
        InfluxDbOptions.Parse(text.Replace("/;", ";", StringComparison.Ordinal), TimeSpan.FromDays(7), out var error) ?? throw new InvalidOperationException(error);

    private static async Task RunAsync(InfluxDbOptions options, string statement)
    {
        using var client = new InfluxClient(options, Time);
        await client.QueryAsync(new InfluxQuery(statement), _ => { }, CancellationToken.None);
    }

    private static X509Certificate2 Certificate(string path)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var certificate = request.CreateSelfSigned(Time.GetUtcNow().AddDays(-1), Time.GetUtcNow().AddDays(1));
        File.WriteAllText(path, certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n");
        return certificate;
    }
}
