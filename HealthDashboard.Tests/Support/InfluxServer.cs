using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HealthDashboard.Tests.Support;

/// <summary>An InfluxDB server of a test's own, on a free port of the loopback address, that the test can kill and start again.</summary>
internal sealed class InfluxServer : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private readonly TempDirectory directory = new();
    private readonly StringBuilder output = new();
    private readonly Dictionary<string, string> settings;
    private readonly int port = FreePort();
    private Process? process;

    /// <summary>Prepares a server; <see cref="StartAsync()"/> starts it.</summary>
    /// <param name="settings">More of its settings, as environment variables (INFLUXDB_HTTP_AUTH_ENABLED).</param>
    public InfluxServer(params (string Name, string Value)[] settings)
    {
        Program = Needs.Influxd();
        this.settings = settings.ToDictionary(setting => setting.Name, setting => setting.Value);
        var scheme = this.settings.GetValueOrDefault("INFLUXDB_HTTP_HTTPS_ENABLED") == "true" ? "https" : "http";
        Address = new Uri($"{scheme}://127.0.0.1:{port}");
    }

    /// <summary>Where it listens; stays the same when it is started again.</summary>
    public Uri Address { get; }

    private string Program { get; }

    /// <summary>Starts it over what it had on disk, and returns when it takes connections.</summary>
    public async Task StartAsync()
    {
        var start = new ProcessStartInfo(Program, ["run", "-config", "/dev/null"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["INFLUXDB_REPORTING_DISABLED"] = "true";
        start.Environment["INFLUXDB_BIND_ADDRESS"] = $"127.0.0.1:{FreePort()}";
        start.Environment["INFLUXDB_HTTP_BIND_ADDRESS"] = $"127.0.0.1:{port}";
        start.Environment["INFLUXDB_HTTP_LOG_ENABLED"] = "false";
        start.Environment["INFLUXDB_META_DIR"] = directory["meta"];
        start.Environment["INFLUXDB_DATA_DIR"] = directory["data"];
        start.Environment["INFLUXDB_DATA_WAL_DIR"] = directory["wal"];
        foreach (var (name, value) in settings)
            start.Environment[name] = value;

        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var started = TimeProvider.System.GetTimestamp();
        while (!await AnswersAsync())
        {
            Assert.False(process.HasExited, $"influxd ended:\n{output}");
            Assert.True(TimeProvider.System.GetElapsedTime(started) < StartLimit, $"influxd did not start:\n{output}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    /// <summary>Ends it at once, as a power cut would (SIGKILL).</summary>
    public async Task KillAsync()
    {
        if (process is not { HasExited: false } running)
            return;
        running.Kill();
        await running.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        process?.Dispose();
        directory.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<bool> AnswersAsync()
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void Keep(string? line)
    {
        lock (output)
            output.AppendLine(line);
    }
}
