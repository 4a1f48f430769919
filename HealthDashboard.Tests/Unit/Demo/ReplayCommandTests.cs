using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Demo;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Demo;

public sealed class ReplayCommandTests : IDisposable
{
    private readonly TempDirectory data = new();
    private readonly StringWriter output = new();
    private readonly StringWriter errors = new();

    public void Dispose() => data.Dispose();

    [Fact]
    public async Task The_real_recording_goes_to_a_real_server_and_a_repeat_changes_nothing()
    {
        var file = SharedData.Find("mimic2", "s00001.csv");
        await using var server = await AppServer.StartAsync(new Dictionary<string, string> { ["Demo:Enabled"] = "false" });
        string[] args = [file, "--mrn", "MIMIC-1", "--speed", "0", "--server", server.Address.ToString(), "--start", TimeProvider.System.GetUtcNow().AddHours(-33).ToString("O")];
        Assert.True(await RunAsync(args) == 0, output.ToString() + errors);
        Assert.True(await RunAsync(args) == 0, output.ToString() + errors);
        Assert.Contains("rejected 0", output.ToString(), StringComparison.Ordinal);

        server.Client.DefaultRequestHeaders.Add("X-Api-Key", "demo-key");
        var patients = await server.Client.GetFromJsonAsync<JsonElement>("/api/patients?search=MIMIC-1");
        var patient = Assert.Single(patients.GetProperty("items").EnumerateArray());
        var (from, to) = (TimeProvider.System.GetUtcNow().AddHours(-34), TimeProvider.System.GetUtcNow());
        var chart = await server.Client.GetFromJsonAsync<JsonElement>(
            $"/api/patients/{patient.GetProperty("id").GetString()}/vitals?sign=spo2&points=2000&from={Uri.EscapeDataString(from.ToString("O"))}&to={Uri.EscapeDataString(to.ToString("O"))}");
        // 1,936 minutes, of which in 363 the sensor is off.
        Assert.Equal(1936 - 363, chart.GetProperty("points").EnumerateArray().Sum(point => point.GetProperty("count").GetInt64()));
    }

    [Fact]
    public async Task A_dry_run_needs_no_server()
    {
        await File.WriteAllTextAsync(data["good.csv"], "minute,HR\n0,60\n90,0\n");
        Assert.Equal(0, await RunAsync(data["good.csv"], "--mrn", "X", "--dry-run"));
        Assert.Contains("2 rows over 0.01:30: 2 readings, 1 of them sensor off, 0 blank.", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("Used: HR is heartRate. Not used: nothing.", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_file_is_named_with_the_place()
    {
        await File.WriteAllTextAsync(data["bad.csv"], "minute,HR\n0,sixty\n");
        Assert.Equal(1, await RunAsync(data["bad.csv"], "--mrn", "X"));
        Assert.Contains("bad.csv: Line 2, column HR: 'sixty'", errors.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, await RunAsync(data["none.csv"], "--mrn", "X"));
        Assert.Contains("none.csv", errors.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--speed", "-1")]
    [InlineData("--speed", "fast")]
    [InlineData("--server", "nowhere")]
    [InlineData("--start", "yesterday")]
    public async Task A_wrong_option_is_named_with_what_is_allowed(string option, string value)
    {
        Assert.Equal(1, await RunAsync("any.csv", "--mrn", "X", option, value));
        Assert.Contains($"{option} is '{value}'; allowed is", errors.ToString(), StringComparison.Ordinal);
    }

    private Task<int> RunAsync(params string[] args)
    {
        var parsed = ReplayCommand.Build(TimeProvider.System, output, errors).Parse(["replay", .. args]);
        return parsed.InvokeAsync(new System.CommandLine.InvocationConfiguration { Output = output, Error = errors });
    }
}
