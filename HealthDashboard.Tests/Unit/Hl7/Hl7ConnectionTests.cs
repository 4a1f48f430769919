using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using HealthDashboard.Hl7;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using static HealthDashboard.Tests.Unit.Hl7.Hl7Text;

namespace HealthDashboard.Tests.Unit.Hl7;

/// <summary>Connections: packets, order, limits, slow and foreign clients, TLS.</summary>
public sealed class Hl7ConnectionTests
{
    private const string Pid = "PID|1||M-1^^^HOSP^MR";
    private static readonly string[] Good = [Pid, Obx(time: "20260105075900+0000")];

    [Fact]
    public async Task Messages_of_one_packet_are_answered_in_their_order()
    {
        await using var host = await Hl7Host.StartAsync();
        await Hl7IntakeTests.AddAsync(host);
        using var client = await host.ConnectAsync();

        await client.SendBytesAsync(Encoding.UTF8.GetBytes("noise" + string.Concat(Enumerable.Range(0, 20).Select(i => $"\v{Header(id: $"m{i}")}\r{string.Join('\r', Good)}\u001c\r noise"))));

        for (var i = 0; i < 20; i++)
            Assert.Equal($"MSA|AA|m{i}", (await client.ReceiveAsync())![1]);
    }

    [Fact]
    public async Task A_message_may_come_byte_by_byte()
    {
        await using var host = await Hl7Host.StartAsync();
        await Hl7IntakeTests.AddAsync(host);
        using var client = await host.ConnectAsync();
        foreach (var one in Encoding.UTF8.GetBytes($"\v{Header()}\r{string.Join('\r', Good)}\r\u001c\r"))
            await client.SendBytesAsync([one]);

        Assert.Equal("MSA|AA|1", (await client.ReceiveAsync())![1]);
    }

    [Fact]
    public async Task A_message_that_is_too_long_is_rejected_and_the_next_one_is_taken()
    {
        await using var host = await Hl7Host.StartAsync(("Hl7:MaxMessageBytes", "4096"));
        await Hl7IntakeTests.AddAsync(host);
        using var client = await host.ConnectAsync();

        await client.SendAsync([Header(id: "long"), Pid, "NTE|1||" + new string('x', 10_000)]);
        await client.SendAsync([Header(id: "next"), .. Good]);

        var answer = await client.ReceiveAsync();
        Assert.StartsWith("MSA|AR|long|A message may have 4096 bytes", answer![1]);
        Assert.Equal("MSA|AA|next", (await client.ReceiveAsync())![1]);
    }

    [Fact]
    public async Task Bytes_that_are_no_message_are_rejected_and_the_connection_goes_on()
    {
        await using var host = await Hl7Host.StartAsync();
        await Hl7IntakeTests.AddAsync(host);
        using var client = await host.ConnectAsync();

        await client.SendBytesAsync([MllpReader.Start, 0xff, 0x00, 0xfe, MllpReader.End, (byte)'\r']);
        await client.SendAsync([Header(), .. Good]);

        Assert.StartsWith("MSA|AR|", (await client.ReceiveAsync())![1]);
        Assert.Equal("MSA|AA|1", (await client.ReceiveAsync())![1]);
    }

    [Fact]
    public async Task Both_acknowledgements_come_where_both_are_asked_for()
    {
        await using var host = await Hl7Host.StartAsync();
        await Hl7IntakeTests.AddAsync(host);
        using var client = await host.ConnectAsync();

        await client.SendAsync([Header(id: "none", accept: "NE", application: "NE"), .. Good]);
        await client.SendAsync([Header(id: "one", accept: "AL", application: "NE"), .. Good]);
        await client.SendAsync([Header(id: "both", accept: "AL", application: "AL"), .. Good]);

        Assert.Equal("MSA|CA|one", (await client.ReceiveAsync())![1]);
        Assert.Equal("MSA|CA|both", (await client.ReceiveAsync())![1]);
        Assert.Equal("MSA|AA|both", (await client.ReceiveAsync())![1]);
    }

    [Theory]
    [InlineData("", 60)]
    [InlineData("noise without a message", 60)]
    [InlineData("\vMSH|^~\\&|half a message", 10)]
    public async Task A_silent_or_slow_client_is_cut_off(string sent, int seconds)
    {
        await using var host = await Hl7Host.StartAsync(("Hl7:IdleTime", "00:01:00"), ("Hl7:MessageTime", "00:00:10"));
        using var client = await host.ConnectAsync();
        await client.SendBytesAsync(Encoding.UTF8.GetBytes(sent));
        var statistics = host.Features.Services.GetRequiredService<Hl7Statistics>();
        await Eventually.HoldsAsync(() => statistics.Connections == 1 && host.Features.Time.WaitsFor(TimeSpan.FromSeconds(seconds)), "the connection's time limit");

        await Eventually.HoldsAsync(
            () =>
            {
                host.Features.Time.Advance(TimeSpan.FromSeconds(seconds));
                return statistics.Connections == 0;
            },
            "the connection's end");

        Assert.Null(await client.ReceiveAsync());
    }

    [Fact]
    public async Task Only_so_many_connections_are_taken_and_a_free_place_is_taken_again()
    {
        await using var host = await Hl7Host.StartAsync(("Hl7:MaxConnections", "1"));
        await Hl7IntakeTests.AddAsync(host);
        var statistics = host.Features.Services.GetRequiredService<Hl7Statistics>();
        using (var first = await host.ConnectAsync())
        {
            await Eventually.HoldsAsync(() => statistics.Connections == 1, "the first connection");
            using var second = await host.ConnectAsync();
            Assert.Null(await second.ReceiveAsync());
        }
        await Eventually.HoldsAsync(() => statistics.Connections == 0, "the first connection's end");
        Assert.Equal("MSA|AA|1", (await host.SendAsync([Header(), .. Good]))[1]);
    }

    [Fact]
    public async Task An_address_that_is_not_allowed_gets_no_answer()
    {
        await using var host = await Hl7Host.StartAsync(("Hl7:Allow:0", "10.1.0.0/16"));
        using var client = await host.ConnectAsync();
        Assert.Null(await client.ReceiveAsync());
    }

    [Fact]
    public async Task The_end_of_the_program_ends_connections()
    {
        var host = await Hl7Host.StartAsync();
        using var client = await host.ConnectAsync();
        await host.DisposeAsync();
        Assert.Null(await client.ReceiveAsync());
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task With_TLS_a_client_needs_a_certificate_of_the_named_issuer(bool isOfIssuer, bool isServed)
    {
        using var folder = new TempDirectory();
        using var issuer = Certificate("CN=Issuer", isIssuer: true);
        using var other = Certificate("CN=Issuer", isIssuer: true);
        using var server = Certificate("CN=localhost", issuer: issuer);
        using var theirs = Certificate("CN=Monitor", issuer: isOfIssuer ? issuer : other);
        await File.WriteAllBytesAsync(folder["server.pfx"], server.Export(X509ContentType.Pkcs12, "secret"));
        await File.WriteAllTextAsync(folder["issuer.pem"], issuer.ExportCertificatePem());
        await using var host = await Hl7Host.StartAsync(("Hl7:Certificate", folder["server.pfx"]), ("Hl7:CertificatePassword", "secret"), ("Hl7:ClientIssuers", folder["issuer.pem"]));
        await Hl7IntakeTests.AddAsync(host);

        string? got = null;
        try
        {
            using var client = await MllpClient.ConnectAsync(host.Port, async stream =>
            {
                var secure = new SslStream(stream);
                await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
                {
                    TargetHost = "localhost",
                    ClientCertificates = [theirs],
                    RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == "CN=localhost",
                });
                return secure;
            });
            await client.SendAsync([Header(), .. Good]);
            got = (await client.ReceiveAsync())?[1];
        }
        catch (Exception error) when (error is IOException or AuthenticationException)
        {
            // The server has ended it.
        }
        Assert.Equal(isServed ? "MSA|AA|1" : null, got);
    }

    [Theory]
    [InlineData("0.0.0.0", null, "P", "Hl7:Address")]
    [InlineData("here", null, "P", "Hl7:Address")]
    [InlineData("0.0.0.0", "10.0.0.0/8", "P", null)]
    [InlineData("127.0.0.1", null, "P", null)]
    [InlineData("127.0.0.1", "ward 4", "P", "Hl7:Allow")]
    [InlineData("127.0.0.1", null, "X", "Hl7:ProcessingId")]
    public void Settings_that_cannot_be_are_named(string address, string? allow, string processing, string? key)
    {
        var options = new Hl7Options { Port = 2575, Address = address, ProcessingId = processing };
        if (allow is not null)
            options.Allow.Add(allow);

        var result = new Hl7OptionsValidator().Validate(null, options);

        Assert.Equal(key is not null, result.Failed);
        Assert.All(result.Failures ?? [], failure => Assert.StartsWith(key!, failure));
    }

    [Fact]
    public void A_certificate_and_a_ward_that_cannot_be_are_named()
    {
        var options = new Hl7Options { Certificate = "/nowhere/server.pem", ClientIssuers = "/nowhere/issuer.pem", Wards = { ["4N"] = "Ward 4" } };
        Assert.Equal(["Hl7:Wards:4N", "Hl7:Certificate", "Hl7:ClientIssuers"], new Hl7OptionsValidator().Validate(null, options).Failures!.Select(failure => failure.Split(' ')[0]));
    }

    private static X509Certificate2 Certificate(string name, bool isIssuer = false, X509Certificate2? issuer = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isIssuer, false, 0, true));
        var (from, to) = (TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        if (issuer is null)
            return request.CreateSelfSigned(from, to);
        using var signed = request.Create(issuer, from, to.AddHours(-1), RandomNumberGenerator.GetBytes(8));
        using var whole = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }
}
