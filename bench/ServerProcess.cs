using System.Diagnostics;

namespace HealthDashboard.Bench;

/// <summary>A database server of the bench's own, on a free port, over a folder that is deleted at the end.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo data;
    private readonly Process running;

    private ServerProcess(DirectoryInfo directory, Process process, int port) => (data, running, Port) = (directory, process, port);

    public int Port { get; }

    public int ProcessId => running.Id;

    /// <summary>influxd, with the defaults of its package; null where it is not installed.</summary>
    public static Task<ServerProcess?> InfluxdAsync() => StartAsync("influxd", (port, data) => new ProcessStartInfo("influxd", ["run", "-config", "/dev/null"])
    {
        Environment =
        {
            ["INFLUXDB_REPORTING_DISABLED"] = "true",
            ["INFLUXDB_HTTP_BIND_ADDRESS"] = $"127.0.0.1:{port}",
            ["INFLUXDB_BIND_ADDRESS"] = $"127.0.0.1:{Loopback.FreePort()}",
            ["INFLUXDB_HTTP_LOG_ENABLED"] = "false",
            ["INFLUXDB_META_DIR"] = Path.Combine(data, "meta"),
            ["INFLUXDB_DATA_DIR"] = Path.Combine(data, "data"),
            ["INFLUXDB_DATA_WAL_DIR"] = Path.Combine(data, "wal"),
        },
    });

    /// <summary>redis-server, which syncs before it answers; null where it is not installed.</summary>
    public static Task<ServerProcess?> RedisAsync() => StartAsync("redis-server", (port, data) => new ProcessStartInfo(
        "redis-server", ["--bind", "127.0.0.1", "--port", $"{port}", "--dir", data, "--save", "", "--appendonly", "yes", "--appendfsync", "always"]));

    /// <summary>Makes a database on an influxd.</summary>
    public async Task CreateDatabaseAsync(string name)
    {
        using var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{Port}") };
        using var create = new FormUrlEncodedContent([new("q", $"CREATE DATABASE {name}")]);
        (await client.PostAsync("query", create)).EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        running.Kill();
        await running.WaitForExitAsync();
        running.Dispose();
        data.Delete(recursive: true);
    }

    private static async Task<ServerProcess?> StartAsync(string program, Func<int, string, ProcessStartInfo> how)
    {
        if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program))))
            return null;
        var directory = Directory.CreateTempSubdirectory("bench-");
        var port = Loopback.FreePort();
        var start = how(port, directory.FullName);
        (start.UseShellExecute, start.RedirectStandardOutput, start.RedirectStandardError) = (false, true, true);
        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        for (var began = Stopwatch.GetTimestamp(); !await Loopback.AnswersAsync(port);)
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(began) > StartLimit)
                throw new InvalidOperationException($"{program} did not start.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
        return new ServerProcess(directory, process, port);
    }
}
