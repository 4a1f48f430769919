using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace HealthDashboard.Bench;

/// <summary>An influxd of its own, on free ports and a folder that is deleted at the end.</summary>
internal sealed class Influxd : IAsyncDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("bench-");
    private readonly Process process;

    private Influxd(string program, int port, int backup)
    {
        Address = new Uri($"http://127.0.0.1:{port}");
        var start = new ProcessStartInfo(program, ["run", "-config", "/dev/null"])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            Environment =
            {
                ["INFLUXDB_REPORTING_DISABLED"] = "true",
                ["INFLUXDB_HTTP_BIND_ADDRESS"] = $"127.0.0.1:{port}",
                ["INFLUXDB_BIND_ADDRESS"] = $"127.0.0.1:{backup}",
                ["INFLUXDB_HTTP_LOG_ENABLED"] = "false",
                ["INFLUXDB_META_DIR"] = Path.Combine(directory.FullName, "meta"),
                ["INFLUXDB_DATA_DIR"] = Path.Combine(directory.FullName, "data"),
                ["INFLUXDB_DATA_WAL_DIR"] = Path.Combine(directory.FullName, "wal"),
            },
        };
        process = Process.Start(start)!;
        process.BeginErrorReadLine();
    }

    public Uri Address { get; }

    /// <summary>Starts one and makes a database; null where influxd is not installed.</summary>
    public static async Task<Influxd?> StartAsync(string database)
    {
        if (new[] { "/usr/bin/influxd", "/usr/local/bin/influxd" }.FirstOrDefault(File.Exists) is not { } program)
            return null;
        var influx = new Influxd(program, FreePort(), FreePort());
        using var client = new HttpClient { BaseAddress = influx.Address };
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                (await client.GetAsync("ping")).EnsureSuccessStatusCode();
                break;
            }
            catch (HttpRequestException) when (attempt < 100)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }
        }
        using var query = new FormUrlEncodedContent([new("q", $"CREATE DATABASE {database}")]);
        (await client.PostAsync("query", query)).EnsureSuccessStatusCode();
        return influx;
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        directory.Delete(recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
