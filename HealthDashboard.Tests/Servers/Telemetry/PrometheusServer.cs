using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Servers.Telemetry;

/// <summary>A Prometheus of the test's own that scrapes one program every second.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private readonly TempDirectory data = new();
    private readonly HttpClient client;
    private readonly Process process;

    private PrometheusServer(Uri target, string key)
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        File.WriteAllText(data["prometheus.yml"], $"""
            scrape_configs:
              - job_name: healthdashboard
                scrape_interval: 1s
                authorization:
                  credentials: {key}
                static_configs:
                  - targets: ["{target.Authority}"]
            """);
        client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        process = Process.Start(new ProcessStartInfo(Needs.Prometheus())
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            ArgumentList =
            {
                $"--config.file={data["prometheus.yml"]}", $"--storage.tsdb.path={data["tsdb"]}", $"--web.listen-address=127.0.0.1:{port}",
            },
        })!;
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
    }

    /// <summary>Starts one.</summary>
    /// <param name="target">The program.</param>
    /// <param name="key">The key that it sends.</param>
    public static async Task<PrometheusServer> StartAsync(Uri target, string key)
    {
        var server = new PrometheusServer(target, key);
        await Eventually.HoldsAsync(server.IsReadyAsync, "a Prometheus that answers");
        return server;
    }

    /// <summary>The first value of a query's answer; null when it has none.</summary>
    public async Task<double?> QueryAsync(string query)
    {
        var answer = await client.GetFromJsonAsync<JsonElement>($"/api/v1/query?query={Uri.EscapeDataString(query)}");
        var result = answer.GetProperty("data").GetProperty("result");
        return result.GetArrayLength() == 0 ? null : double.Parse(result[0].GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        client.Dispose();
        data.Dispose();
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            return (await client.GetAsync("/-/ready")).IsSuccessStatusCode;
        }
        catch (Exception error) when (HttpFailure.IsUnreachable(error))
        {
            return false;
        }
    }
}
