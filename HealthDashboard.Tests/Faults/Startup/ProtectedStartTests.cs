using HealthDashboard.Hosting;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Faults.Startup;

/// <summary>Starts on a full disk, over an emptied database, with secrets of the example; and who may read what is written.</summary>
public sealed class ProtectedStartTests
{
    [Fact]
    public async Task The_examples_secrets_are_refused_by_name()
    {
        var said = await StartTests.RefusalAsync(new()
        {
            ["Accounts:Admin:UserName"] = "admin",
            ["Accounts:Admin:Password"] = "change-me-please",
            ["ApiKeys:0:Name"] = "devices",
            ["ApiKeys:0:Key"] = "change-this-device-key",
            ["ApiKeys:0:Scopes:0"] = "ingest",
            ["ConnectionStrings:Redis"] = "redis:6379,user=health,password=changeRedis",
            ["ConnectionStrings:MongoDb"] = "mongodb://health:changeMongoRather@db/health",
        });
        Assert.Equal(
            ["Accounts:Admin:Password ADMIN_PASSWORD", "ApiKeys:0:Key DEVICE_KEY", "ConnectionStrings:Redis REDIS_PASSWORD"],
            said.Select(line => $"{line.Split(' ')[0]} {line.Split('(')[1].Split(' ')[0]}").Order(StringComparer.Ordinal));
        Assert.All(said, line => Assert.DoesNotContain("change", line, StringComparison.Ordinal));
    }

    [Fact]
    public void They_are_all_known()
    {
        var example = Path.Combine(AppServer.AppDirectory, "..", ".env.example");
        Assert.SkipUnless(File.Exists(example), "The source is not beside the tests.");
        var named = File.ReadLines(example).Where(line => line.Contains('=', StringComparison.Ordinal));
        Assert.Equal(named.Order(StringComparer.Ordinal), ExampleSecrets.All.Select(secret => $"{secret.Key}={secret.Value}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_database_that_something_has_emptied_is_named_and_not_made_anew()
    {
        await using var server = await AppServer.StartAsync();
        Assert.Equal(0, await server.StopAsync());
        var path = Path.Combine(server.DataDirectory, "careteam.db");
        File.Delete(path + "-wal");
        await File.WriteAllBytesAsync(path, []);
        var said = await StartTests.RefusalAsync([], server.DataDirectory);
        Assert.StartsWith($"The database {path} is empty (0 bytes)", Assert.Single(said), StringComparison.Ordinal);
        Assert.Equal(0, new FileInfo(path).Length);
    }

    [Fact]
    public async Task Files_and_directories_are_the_programs_own_also_those_that_were_not()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has other rights.");
            return;
        }
        using var directory = new TempDirectory();
        var old = Path.Combine(directory.Path, "old.json");
        await File.WriteAllTextAsync(old, "{}");
        File.SetUnixFileMode(old, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        await using var server = await AppServer.StartAsync(dataDirectory: directory.Path);
        await server.Client.GetAsync("signin");
        Assert.All(Directory.EnumerateFileSystemEntries(directory.Path, "*", SearchOption.AllDirectories).Append(directory.Path), BackupTests.AssertPrivate);
        Assert.Contains("keys", Directory.EnumerateDirectories(directory.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task With_a_full_disk_it_starts_on_its_reserve_says_what_to_free_and_without_one_says_why_it_cannot()
    {
        using var disk = new SmallDisk(64);
        await using var server = await AppServer.StartAsync(dataDirectory: disk.Path);
        Assert.Equal(0, await server.StopAsync());
        disk.Fill();
        await server.StartAgainAsync();
        Assert.Contains($"The disk of Data:Directory '{disk.Path}' is full", server.Output, StringComparison.Ordinal);
        Assert.Contains("Free 100 MB or more", server.Output, StringComparison.Ordinal);
        Assert.Contains("\"alarms\":\"up\"", await (await server.Client.GetAsync("health/ready")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await server.KillAsync();

        // Where there is nothing yet, not even a reserve, nothing can start.
        disk.Fill();
        var other = Path.Combine(disk.Path, "other");
        var said = await StartTests.RefusalAsync([], other);
        Assert.Contains(said, line => line.StartsWith($"The disk of Data:Directory '{other}' is full: ", StringComparison.Ordinal));
        disk.Free();
        await server.StartAgainAsync();
    }
}
