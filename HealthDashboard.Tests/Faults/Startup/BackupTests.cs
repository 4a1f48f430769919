using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Faults.Startup;

/// <summary>The backup and restore commands on a server that runs and is written to.</summary>
public sealed class BackupTests : IDisposable
{
    private readonly TempDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task A_backup_of_a_running_server_under_writes_has_all_that_was_acknowledged_before_it()
    {
        var (backup, restored) = (directory["backup"], directory["restored"]);
        await using var server = await AppServer.StartAsync();
        server.Client.DefaultRequestHeaders.Add("X-Api-Key", "demo-key");
        var patient = await FeatureHost.AddPatientAsync(server.Client);
        var record = await server.Client.GetStringAsync($"/api/patients/{patient.Id}");
        var spool = Directory.CreateDirectory(Path.Combine(server.DataDirectory, "spool"));
        await File.WriteAllTextAsync(Path.Combine(spool.FullName, "kept.txt"), "what waits for a store");
        var from = TimeProvider.System.GetUtcNow().AddHours(-2);
        using var stop = new CancellationTokenSource();
        var sent = 0;
        var writing = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var reading = new { patientId = patient.Id, sign = "heartRate", value = 60 + (sent % 40), time = from.AddSeconds(sent) };
                (await server.Client.PostAsJsonAsync("/api/vitals", new { readings = new[] { reading } })).EnsureSuccessStatusCode();
                Interlocked.Increment(ref sent);
            }
        });
        await Eventually.HoldsAsync(() => Volatile.Read(ref sent) >= 50, "readings");

        var before = Volatile.Read(ref sent);
        var (code, said) = await RunAsync(server.DataDirectory, "backup", backup);
        Assert.True(code == 0, said);
        await stop.CancelAsync();
        await writing;
        Assert.True(sent > before);
        Assert.All(Directory.EnumerateFiles(backup, "*", SearchOption.AllDirectories), AssertPrivate);
        Assert.NotEmpty(Directory.EnumerateFiles(Path.Combine(backup, "keys")));

        (code, said) = await RunAsync(server.DataDirectory, "restore", backup, "--overwrite");
        Assert.True(code == 1 && said.Contains("in use", StringComparison.Ordinal), said);
        Assert.Equal(0, await server.StopAsync());

        Assert.Equal((0, true), ((await RunAsync(restored, "restore", backup)).Code, File.Exists(Path.Combine(restored, "spool", "kept.txt"))));
        (code, said) = await RunAsync(restored, "restore", backup);
        Assert.True(code == 1 && said.Contains("has data already", StringComparison.Ordinal), said);
        (code, said) = await RunAsync(restored, "restore", backup, "--overwrite");
        Assert.True(code == 0, said);
        Assert.True(File.Exists(Path.Combine(Assert.Single(Directory.EnumerateDirectories(directory.Path, "restored.before-*")), "patients.db")));

        File.Delete(Path.Combine(restored, "spool", "kept.txt"));
        await using var again = await AppServer.StartAsync(dataDirectory: restored);
        again.Client.DefaultRequestHeaders.Add("X-Api-Key", "demo-key");
        Assert.Equal(record, await again.Client.GetStringAsync($"/api/patients/{patient.Id}"));
        var to = from.AddSeconds(sent);
        var answer = await again.Client.GetFromJsonAsync<JsonElement>(string.Create(
            CultureInfo.InvariantCulture, $"/api/patients/{patient.Id}/vitals?sign=heartRate&from={from.UtcDateTime:o}&to={to.UtcDateTime:o}&points=2000"));
        Assert.InRange(answer.GetProperty("points").EnumerateArray().Sum(point => point.GetProperty("count").GetInt32()), before, sent);
    }

    [Fact]
    public async Task A_backup_that_is_not_whole_is_not_restored_and_none_goes_over_another()
    {
        var (data, backup) = (directory["data"], directory["backup"]);
        Directory.CreateDirectory(data);
        await File.WriteAllTextAsync(Path.Combine(data, "note.json"), "{}");
        Assert.Equal(0, (await RunAsync(data, "backup", backup)).Code);
        var (code, said) = await RunAsync(data, "backup", backup);
        Assert.True(code == 1 && said.Contains("not empty", StringComparison.Ordinal), said);
        await File.WriteAllTextAsync(Path.Combine(backup, "note.json"), "[]");
        (code, said) = await RunAsync(directory["other"], "restore", backup);
        Assert.True(code == 1 && said.Contains("note.json", StringComparison.Ordinal), said);
        (code, said) = await RunAsync(directory["other"], "restore", data);
        Assert.True(code == 1 && said.Contains("no backup", StringComparison.Ordinal), said);
    }

    [Fact]
    public async Task For_stores_on_servers_their_own_commands_are_said_without_a_secret()
    {
        var data = directory["data"];
        Directory.CreateDirectory(data);
        var (code, said) = await RunAsync(data, ["backup", directory["backup"]], new()
        {
            ["Stores__Patients"] = "MongoDb",
            ["ConnectionStrings__MongoDb"] = "mongodb://health:geheim@db1:27017/health",
            ["Stores__Vitals"] = "InfluxDb",
            ["ConnectionStrings__InfluxDb"] = "http://influx:8086;Database=ward;Username=health;Password=geheim",
            ["Stores__CareTeam"] = "Neo4j",
            ["ConnectionStrings__Neo4j"] = "http://neo:7474;Database=team;Username=neo4j;Password=geheim",
            ["Stores__Analytics"] = "Cassandra",
            ["ConnectionStrings__Cassandra"] = "Contact Points=c1:9042;Keyspace=views;Datacenter=dc1;Username=health;Password=geheim",
            ["Stores__Alerts"] = "Redis",
            ["ConnectionStrings__Redis"] = "redis:6379,user=health,password=geheim",
        });
        Assert.True(code == 0, said);
        foreach (var part in new[] { "mongodump --uri=\"$ConnectionStrings__MongoDb\"", "influxd backup -portable -host 'influx:8088' -database 'ward'", "neo4j-admin database dump 'team'", "nodetool snapshot --tag backup -- views", "redis-cli -u \"redis://redis:6379\"" })
            Assert.Contains(part, said, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", said, StringComparison.Ordinal);
    }

    internal static void AssertPrivate(string path)
    {
        if (!OperatingSystem.IsWindows())
            Assert.True((File.GetUnixFileMode(path) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute)) == UnixFileMode.None, $"{path} {File.GetUnixFileMode(path)}");
    }

    private static Task<(int Code, string Said)> RunAsync(string data, params string[] arguments) => RunAsync(data, arguments, []);

    private static async Task<(int Code, string Said)> RunAsync(string data, string[] arguments, Dictionary<string, string> settings)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "HealthDashboard.dll"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["Data__Directory"] = data;
        foreach (var (key, value) in settings)
            start.Environment[key] = value;
        using var process = Process.Start(start)!;
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, string.Concat(said));
    }
}
