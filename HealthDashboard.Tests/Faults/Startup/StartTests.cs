using System.Net;
using System.Net.Sockets;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Faults.Startup;

/// <summary>What an operator sees when the real program starts, cannot start, and stops.</summary>
public sealed class StartTests
{
    [Fact]
    public async Task What_is_wrong_in_the_configuration_is_told_together_in_a_line_each()
    {
        var told = await RefusalAsync(new()
        {
            ["Stores:Vitals"] = "Floppy",
            ["Alarms:SignSilence"] = "soon",
            ["Vitals:RawRetention"] = "a while",
            ["Hospital:TimeZone"] = "Europe/Entenhausen",
            ["KeyRing:Store"] = "Drawer",
            ["Proxy:Trusted:0"] = "10.0.0.0/33",
            ["ASPNETCORE_FORWARDEDHEADERS_ENABLED"] = "true",
        });

        Assert.Contains(told, line => line.StartsWith("Stores:Vitals is 'Floppy': legal values are Sqlite", StringComparison.Ordinal));
        Assert.Contains(told, line => line.StartsWith("Alarms:SignSilence", StringComparison.Ordinal));
        Assert.Contains(told, line => line.StartsWith("Vitals:RawRetention", StringComparison.Ordinal));
        Assert.Contains("KeyRing:Store is 'Drawer': legal values are Files, Redis.", told);
        Assert.Contains("Proxy:Trusted has '10.0.0.0/33': allowed are networks as 10.0.0.0/8 or fd00::/8, and addresses.", told);
        Assert.Contains(told, line => line.StartsWith("ASPNETCORE_FORWARDEDHEADERS_ENABLED trusts everybody", StringComparison.Ordinal));
        Assert.Contains(told, line => line.StartsWith("Hospital:TimeZone is 'Europe/Entenhausen', which is not known here: allowed is", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, "KeyRing:Certificate is missing: with KeyRing:Store=Redis it names a PKCS #12 file (.pfx) with a private key, which encrypts the keys.")]
    [InlineData("nowhere.pfx", "KeyRing:Certificate 'nowhere.pfx' cannot be read.")]
    [InlineData("appsettings.json", "KeyRing:Certificate 'appsettings.json' cannot be opened: it must be a PKCS #12 file (.pfx), and KeyRing:CertificatePassword its password.")]
    public async Task Keys_do_not_go_to_Redis_without_a_certificate(string? certificate, string line)
    {
        Dictionary<string, string> settings = new() { ["KeyRing:Store"] = "Redis", ["ConnectionStrings:Redis"] = "127.0.0.1:1" };
        if (certificate is not null)
            settings["KeyRing:Certificate"] = certificate;

        Assert.Equal(line, Assert.Single(await RefusalAsync(settings)));
    }

    [Fact]
    public async Task An_address_that_is_in_use_is_told_in_a_line()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();

        var told = await RefusalAsync(new() { ["ASPNETCORE_URLS"] = $"http://{other.LocalEndpoint}" });

        Assert.Equal($"The address http://{other.LocalEndpoint} is in use by another program. Choose another with ASPNETCORE_URLS or --urls.", Assert.Single(told));
    }

    [Fact]
    public async Task A_data_directory_where_nothing_can_be_written_is_told_in_a_line()
    {
        using var file = new TempDirectory();
        var path = Path.Combine(file.Path, "a-file");
        await File.WriteAllTextAsync(path, "");

        var told = await RefusalAsync([], path);

        Assert.StartsWith($"Data:Directory is '{path}', where nothing can be written: ", Assert.Single(told), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_program_on_the_same_data_is_refused_and_the_first_goes_on()
    {
        await using var first = await AppServer.StartAsync();

        var told = await RefusalAsync([], first.DataDirectory);

        Assert.Contains("in use by another process", Assert.Single(told), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await first.Client.GetAsync("health/ready")).StatusCode);
    }

    [Fact]
    public async Task A_second_program_on_the_same_data_is_refused_whatever_the_stores_are()
    {
        // Nothing of theirs is in the directory but the spool, of which each would believe to be the owner.
        Dictionary<string, string> elsewhere = new()
        {
            ["Stores:Vitals"] = "InfluxDb",
            ["ConnectionStrings:InfluxDb"] = "http://127.0.0.1:1;Database=health",
        };
        await using var first = await AppServer.StartAsync(elsewhere);
        var told = await RefusalAsync(elsewhere, first.DataDirectory);
        Assert.Equal($"Data:Directory '{first.DataDirectory}' is in use by another process: each one needs a directory of its own.", Assert.Single(told));

        // A kill lets go of it.
        await first.KillAsync();
        await first.StartAgainAsync();
    }

    [Fact]
    public async Task A_damaged_file_of_alerts_makes_the_program_not_ready_and_it_still_ends_in_seconds()
    {
        await using var server = await AppServer.StartAsync();
        Assert.Equal(0, await server.StopAsync());
        await using (var file = File.OpenWrite(Path.Combine(server.DataDirectory, "alerts.db")))
        {
            // The first page has the header and the schema; what the tables hold is in the others.
            file.Position = 4096;
            file.Write(new byte[file.Length - 4096].Select((_, i) => (byte)(i * 7)).ToArray());
        }
        await server.StartAgainAsync();

        var ready = await server.Client.GetAsync("health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains("\"alerts\":\"down\"", await ready.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var asked = TimeProvider.System.GetTimestamp();
        await server.StopAsync();
        Assert.InRange(TimeProvider.System.GetElapsedTime(asked), TimeSpan.Zero, TimeSpan.FromSeconds(12));
    }

    [Fact]
    public async Task On_embedded_stores_no_driver_of_a_server_is_loaded()
    {
        await using var server = await AppServer.StartAsync();
        await server.Client.GetAsync("account/sign-in");

        var loaded = await File.ReadAllTextAsync($"/proc/{server.ProcessId}/maps");

        Assert.Contains("Microsoft.Data.Sqlite.dll", loaded, StringComparison.Ordinal);
        foreach (var driver in (string[])["InfluxDB.Client", "RestSharp", "Newtonsoft.Json", "NodaTime"])
            Assert.DoesNotContain($"/{driver}.dll", loaded, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_is_asked_to_end_ends_well()
    {
        await using var server = await AppServer.StartAsync();

        Assert.Equal(0, await server.StopAsync());
        Assert.DoesNotContain("fail:", server.Output, StringComparison.Ordinal);
    }

    /// <summary>Starts the program, which must refuse, and returns the reasons that it gives.</summary>
    internal static async Task<List<string>> RefusalAsync(Dictionary<string, string> settings, string? dataDirectory = null)
    {
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await using var server = await AppServer.StartAsync(settings, dataDirectory);
        });
        Assert.DoesNotContain("   at ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("HealthDashboard cannot start:", refusal.Message, StringComparison.Ordinal);
        // Two blanks before each reason; what the log has said until then has none or six, and may reach us later.
        return [.. refusal.Message.Split('\n').Where(line => line.TakeWhile(c => c == ' ').Count() == 2).Select(line => line.Trim())];
    }
}
