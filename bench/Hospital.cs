using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Bench;

/// <summary>Patients whom the bench admits over the public API, and what their monitors send: six signs, every second, nothing alarming.</summary>
internal sealed class Hospital(AppServer server, IReadOnlyList<string> patients)
{
    public const string Key = "demo-key";

    private static readonly string[] Signs = ["heartRate", "spo2", "respiratoryRate", "systolic", "diastolic", "temperature"];

    /// <summary>How many readings one second has.</summary>
    public int ReadingsPerSecond => patients.Count * Signs.Length;

    public IReadOnlyList<string> Patients => patients;

    /// <summary>Settings without a demo ward and without a limit to the rate of one key.</summary>
    public static Dictionary<string, string> Settings => new()
    {
        ["Demo:Ward"] = "false",
        ["Simulation:Enabled"] = "false",
        ["Ingest:RequestsPerSecond"] = "1000000",
        ["Ingest:BurstRequests"] = "1000000",
        ["Ingest:MaxReadings"] = "20000",
    };

    /// <summary>Admits patients.</summary>
    public static async Task<Hospital> AdmitAsync(AppServer server, int count, string name = "Bench")
    {
        server.Client.DefaultRequestHeaders.Remove("X-Api-Key");
        server.Client.DefaultRequestHeaders.Add("X-Api-Key", Key);
        var ids = new string[count];
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (i, cancel) =>
        {
            var patient = new
            {
                mrn = $"{name}-{i:0000}",
                region = "Bench",
                ward = $"Ward {i / 40}",
                bed = $"{name} {i}",
                givenName = "Bea",
                familyName = $"{name}{i:0000}",
                birthDate = "1950-01-01",
                sex = "female",
            };
            using var answer = await server.Client.PostAsJsonAsync("api/patients", patient, cancel);
            answer.EnsureSuccessStatusCode();
            ids[i] = (await answer.Content.ReadFromJsonAsync<JsonElement>(cancel)).GetProperty("id").GetString()!;
        });
        return new Hospital(server, ids);
    }

    /// <summary>A second of every patient, as JSON.</summary>
    public byte[] Json(long second)
    {
        var text = new StringBuilder("""{"readings":[""");
        var time = DateTimeOffset.FromUnixTimeSeconds(second).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        for (var i = 0; i < patients.Count; i++)
        {
            for (var sign = 0; sign < Signs.Length; sign++)
            {
                if (i + sign > 0)
                    text.Append(',');
                text.Append(CultureInfo.InvariantCulture, $$"""{"patientId":"{{patients[i]}}","sign":"{{Signs[sign]}}","value":{{Value(sign, second + i)}},"time":"{{time}}","deviceId":"m{{i}}"}""");
            }
        }
        return Encoding.UTF8.GetBytes(text.Append("]}").ToString());
    }

    /// <summary>A second of every patient, as line protocol with times in milliseconds.</summary>
    public byte[] Lines(long second)
    {
        var text = new StringBuilder();
        for (var i = 0; i < patients.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"vitals,patient={patients[i]},device=m{i} ");
            for (var sign = 0; sign < Signs.Length; sign++)
                text.Append(CultureInfo.InvariantCulture, $"{(sign == 0 ? "" : ",")}{Signs[sign]}={Value(sign, second + i)}");
            text.Append(CultureInfo.InvariantCulture, $" {second * 1000}\n");
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Posts a body and waits until it is acknowledged; while the server asks to wait, it is sent again.</summary>
    public async Task PostAsync(string path, byte[] body, string type)
    {
        while (!await TryPostAsync(path, body, type))
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
    }

    private async Task<bool> TryPostAsync(string path, byte[] body, string type)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new(type);
        using var answer = await server.Client.PostAsync(path, content);
        if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
            return false;
        var said = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode || (said.Length > 0 && !said.Contains("\"rejected\":[]", StringComparison.Ordinal)))
            throw new InvalidOperationException($"{path}: {(int)answer.StatusCode} {said}");
        return true;
    }

    /// <summary>Sends a second of every patient each second, a tenth of the patients at a time, until cancelled.</summary>
    public async Task LiveAsync(CancellationToken cancel)
    {
        const int Parts = 10;
        var parts = patients.Chunk((patients.Count + Parts - 1) / Parts).Select(part => new Hospital(server, part)).ToArray();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / Parts), TimeProvider.System);
        try
        {
            for (var i = 0; await timer.WaitForNextTickAsync(cancel); i++)
                await parts[i % parts.Length].PostAsync("api/vitals", parts[i % parts.Length].Json(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()), "application/json");
        }
        catch (OperationCanceledException)
        {
            // It is over.
        }
    }

    /// <summary>A value of a sign within its limits, which moves as a body does.</summary>
    public static double Value(int sign, long at) => sign switch
    {
        0 => 72 + (at * 7 % 11),
        1 => 96 + (at % 3),
        2 => 14 + (at * 3 % 5),
        3 => 118 + (at * 5 % 13),
        4 => 74 + (at * 5 % 7),
        _ => Math.Round(36.6 + (at / 600 % 5 * 0.1), 1),
    };
}
