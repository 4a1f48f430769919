using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Servers.Clients;

/// <summary>InfluxDB's own clients write to the program unchanged, and what they ask first is answered.</summary>
public sealed class InfluxClientTests : IAsyncLifetime
{
    private const string Mrn = "INFLUX-1";

    private AppServer app = null!;
    private string patient = "";

    public async ValueTask InitializeAsync()
    {
        app = await AppServer.StartAsync();
        app.Client.DefaultRequestHeaders.Add("X-Api-Key", "demo-key");
        using var created = await app.Client.PostAsJsonAsync("/api/patients", FeatureHost.NewPatient(Mrn));
        patient = (await created.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task The_npm_packages_of_both_versions()
    {
        var first = TimeProvider.System.GetUtcNow().AddMinutes(-10).ToUnixTimeMilliseconds();
        using var said = JsonDocument.Parse(await NodeScript.RunAsync("influx-clients.mjs", app.Address.ToString().TrimEnd('/'), "demo-key", Mrn, $"{first}"));

        string Said(string name) => said.RootElement.GetProperty(name).GetRawText();
        Assert.Equal("[[true,\"1.8-compatible\"]]", Said("ping1"));
        Assert.Equal("[\"health\"]", Said("databases"));
        Assert.Equal("true", Said("created"));
        Assert.Equal("\"pass\"", Said("health"));
        Assert.Equal("[\"vitals\"]", Said("buckets"));
        Assert.All(["refused1", "refused2"], name => Assert.Contains("The key that was sent is not known", Said(name)));
        Assert.Equal(["heartRate 73", "spo2 97"], await LatestAsync());
        Assert.Equal(new double[] { 70, 71, 72, 73 }, await ValuesAsync("heartRate", first));
        Assert.Equal(new double[] { 95, 96, 97 }, await ValuesAsync("spo2", first));
    }

    [Fact]
    public async Task The_shell_of_version_1()
    {
        var shell = Needs.InfluxShell();
        Assert.Contains("health", await ShellAsync(shell, "-execute", "SHOW DATABASES"));
        Assert.Equal("", await ShellAsync(shell, "-execute", "CREATE DATABASE \"ward a\""));
        Assert.Contains("ward a", await ShellAsync(shell, "-execute", "SHOW DATABASES"));
        Assert.Equal("", await ShellAsync(shell, "-database", "ward a", "-execute", $"INSERT vitals,mrn={Mrn} temperature=37.2"));

        using var directory = new TempDirectory();
        await File.WriteAllTextAsync(directory["import"], $"# DDL\nCREATE DATABASE hospital\n# DML\n# CONTEXT-DATABASE: hospital\nvitals,mrn={Mrn} meanPressure=91\n");
        var imported = await ShellAsync(shell, "-import", "-path", directory["import"]);
        Assert.Contains("Processed 1 inserts", imported);
        Assert.Contains("Failed 0 inserts", imported);
        Assert.Equal(["meanPressure 91", "temperature 37.2"], (await LatestAsync()).Order());
    }

    private async Task<string> ShellAsync(string shell, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(
            shell, ["-host", app.Address.Host, "-port", $"{app.Address.Port}", "-username", "gateway", "-password", "demo-key", .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System);
        Assert.True(process.ExitCode == 0, $"influx {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{await output}{await errors}");
        return await output + await errors;
    }

    private async Task<string[]> LatestAsync()
    {
        var latest = await app.Client.GetFromJsonAsync<JsonElement>($"/api/patients/{patient}/vitals/latest");
        return [.. latest.EnumerateArray().Select(vital => $"{vital.GetProperty("sign").GetString()} {vital.GetProperty("value").GetRawText()}")];
    }

    private async Task<double[]> ValuesAsync(string sign, long first)
    {
        string At(int seconds) => DateTimeOffset.FromUnixTimeMilliseconds(first).AddSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");
        var chart = await app.Client.GetFromJsonAsync<JsonElement>($"/api/patients/{patient}/vitals?sign={sign}&from={At(0)}&to={At(10)}&points=1000");
        return [.. chart.GetProperty("points").EnumerateArray().Select(point => point.GetProperty("mean").GetDouble())];
    }
}
