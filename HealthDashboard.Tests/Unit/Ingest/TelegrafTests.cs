using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Ingest;

/// <summary>The real Telegraf feeds the real program, with its outputs for both versions of InfluxDB, unchanged.</summary>
[Collection(typeof(ServersOfTheirOwn))]
public sealed class TelegrafTests
{
    private const int Readings = 600;

    [Fact]
    public async Task What_it_buffers_while_the_program_is_killed_arrives_once()
    {
        var telegraf = Needs.Telegraf();
        using var directory = new TempDirectory();
        await using var app = await AppServer.StartAsync(new Dictionary<string, string> { ["Demo:Enabled"] = "false", ["Simulation:Enabled"] = "false" });
        app.Client.DefaultRequestHeaders.Add("X-Api-Key", "demo-key");
        var first = TimeProvider.System.GetUtcNow().AddMinutes(-20).ToUnixTimeSeconds();
        string[] patients = [await AddPatientAsync(app.Client, "T-1"), await AddPatientAsync(app.Client, "T-2")];
        var lines = directory["lines"];
        await File.WriteAllTextAsync(lines, "");
        await File.WriteAllTextAsync(directory["telegraf.conf"], Configuration(app.Address, lines));
        using var gateway = Start(telegraf, directory["telegraf.conf"], directory["log"]);
        try
        {
            await WriteAsync(lines, first, 0, 200);
            await ArrivedAsync(app.Client, patients, first, 200, directory["log"]);
            // Killed while lines come in; what comes while it is unavailable waits at the gateway.
            await WriteAsync(lines, first, 200, 300);
            await app.KillAsync();
            await WriteAsync(lines, first, 300, 500);
            await app.StartAgainAsync();
            app.Client.DefaultRequestHeaders.Add("X-Api-Key", "demo-key");
            await WriteAsync(lines, first, 500, Readings);
            await ArrivedAsync(app.Client, patients, first, Readings, directory["log"]);
        }
        finally
        {
            gateway.Kill();
            await gateway.WaitForExitAsync();
        }

        // Once the program was there, nothing was an error: not the measurement of another kind, nor the field.
        var log = await File.ReadAllTextAsync(directory["log"]);
        Assert.DoesNotContain("partial write", log);
        Assert.DoesNotContain("Bad Request", log);
        Assert.DoesNotContain("Unauthorized", log);
        Assert.DoesNotContain("Not Found", log);
        Assert.Contains("'battery' in line protocol is no reading and is passed over", app.Output);
        Assert.Contains("'weather' in line protocol is no reading and is passed over", app.Output);
        // Once in each life of the program.
        Assert.InRange(app.Output.Split("'battery' in line protocol").Length - 1, 1, 2);
    }

    // Each second a reading of both, under the names that gateways use, and something that is none.
    private static async Task WriteAsync(string file, long first, int from, int until) => await File.AppendAllLinesAsync(file, Enumerable.Range(from, until - from).SelectMany(i => new[]
    {
        $"vitals,patient_id=T-1 heart_rate={60 + (i % 40)},battery=88i {first + i}000000000",
        $"heart_rate,mrn=T-2 value={60 + (i % 40)} {first + i}000000000",
        $"weather,mrn=T-1 wind=3 {first + i}000000000",
    }));

    private static async Task ArrivedAsync(HttpClient client, string[] patients, long first, int readings, string log)
    {
        try
        {
            await Eventually.HoldsAsync(
                async () =>
                {
                    foreach (var patient in patients)
                    {
                        var from = Uri.EscapeDataString($"{DateTimeOffset.FromUnixTimeSeconds(first):O}");
                        var to = Uri.EscapeDataString($"{DateTimeOffset.FromUnixTimeSeconds(first + Readings):O}");
                        var answer = await client.GetFromJsonAsync<JsonElement>($"/api/patients/{patient}/vitals?sign=heartRate&from={from}&to={to}&points=1000");
                        var points = answer.GetProperty("points").EnumerateArray().ToList();
                        Assert.InRange(points.Sum(point => point.GetProperty("count").GetInt32()), 0, readings);
                        if (points.Sum(point => point.GetProperty("count").GetInt32()) < readings)
                            return false;
                        Assert.Equal(
                            Enumerable.Range(0, readings).Sum(i => 60.0 + (i % 40)),
                            points.Sum(point => point.GetProperty("mean").GetDouble() * point.GetProperty("count").GetInt32()),
                            1e-6);
                    }
                    return true;
                },
                $"{readings} readings of each patient are there");
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"Telegraf said:\n{await File.ReadAllTextAsync(log)}", error);
        }
    }

    private static string Configuration(Uri app, string lines) => $"""
        [agent]
          interval = "200ms"
          flush_interval = "200ms"
          metric_batch_size = 50
          metric_buffer_limit = 100000
          omit_hostname = false
        [[inputs.tail]]
          files = ["{lines}"]
          from_beginning = true
          watch_method = "poll"
          data_format = "influx"
        [[outputs.influxdb_v2]]
          urls = ["{app.ToString().TrimEnd('/')}"]
          token = "demo-key"
          organization = "hospital"
          bucket = "vitals"
          tagexclude = ["path"]
        [[outputs.influxdb]]
          urls = ["{app.ToString().TrimEnd('/')}"]
          database = "hospital"
          username = "gateway"
          password = "demo-key"
          tagexclude = ["path"]
        """;

    private static Process Start(string program, string configuration, string log)
    {
        // A shell sends what it says to a file.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" --config \"$1\" > \"$2\" 2>&1", program, configuration, log]) { UseShellExecute = false };
        return Process.Start(start)!;
    }

    private static async Task<string> AddPatientAsync(HttpClient client, string mrn)
    {
        using var answer = await client.PostAsJsonAsync(
            "/api/patients", new { mrn, region = "north", ward = "A1", givenName = "Tele", familyName = mrn, birthDate = "1960-01-01", sex = "female" });
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }
}
