using System.Globalization;
using System.Net;
using System.Text.Json;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Demo;

/// <summary>The server will not take it, or cannot be reached; the message is for people.</summary>
internal sealed class ReplayException(string message) : Exception(message);

/// <summary>Talks to the server as any device does. What the server cannot take now is sent again: a repeat changes nothing.</summary>
internal sealed class ReplayClient(HttpClient http, TimeProvider time, Action<string> tell)
{
    /// <summary>How long a server may be unavailable in the middle of a replay.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private bool reached;

    /// <summary>Finds the patient with an MRN, or makes one.</summary>
    public async Task<ObjectId> FindOrAddPatientAsync(ReplayOptions options, CancellationToken cancel)
    {
        if (await FindAsync(options.Mrn, cancel) is { } known)
            return known;
        var patient = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["mrn"] = options.Mrn,
            ["region"] = options.Region,
            ["ward"] = options.Ward,
            ["givenName"] = "Recorded",
            ["familyName"] = $"Patient {options.Mrn}",
            ["birthDate"] = "1950-01-01",
        };
        using var answer = await SendAsync(() => new(HttpMethod.Post, "api/patients") { Content = JsonContent.Create(patient) }, cancel);
        // Somebody else may have made it meanwhile.
        if (answer.StatusCode == HttpStatusCode.Conflict && await FindAsync(options.Mrn, cancel) is { } other)
            return other;
        await ExpectAsync(answer, HttpStatusCode.Created, cancel);
        var made = await answer.Content.ReadFromJsonAsync<JsonElement>(cancel);
        return ObjectId.Parse(made.GetProperty("id").GetString()!);
    }

    /// <summary>Sends readings and adds what became of them.</summary>
    public async Task SendAsync(IReadOnlyList<Reading> readings, ReplaySummary summary, CancellationToken cancel)
    {
        var body = new
        {
            readings = readings.Select(reading => new
            {
                patientId = reading.PatientId,
                sign = reading.Sign.Info().Name,
                value = reading.Value,
                time = reading.At.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
                deviceId = reading.Device,
            }),
        };
        using var answer = await SendAsync(() => new(HttpMethod.Post, "api/vitals") { Content = JsonContent.Create(body) }, cancel);
        if (answer.StatusCode != HttpStatusCode.UnprocessableEntity)
            await ExpectAsync(answer, HttpStatusCode.OK, cancel);
        var result = await answer.Content.ReadFromJsonAsync<JsonElement>(cancel);
        var rejected = result.GetProperty("rejected").EnumerateArray()
            .ToDictionary(item => item.GetProperty("index").GetInt32(), item => item.GetProperty("reason").GetString());
        summary.Accepted += result.GetProperty("accepted").GetInt32();
        summary.Rejected += rejected.Count;
        summary.FirstReason ??= rejected.Values.FirstOrDefault();
        summary.SensorOff += readings.Where((reading, index) => reading.IsSensorOff && !rejected.ContainsKey(index)).Count();
    }

    private async Task<ObjectId?> FindAsync(string mrn, CancellationToken cancel)
    {
        using var answer = await SendAsync(() => new(HttpMethod.Get, $"api/patients?pageSize=100&search={Uri.EscapeDataString(mrn)}"), cancel);
        await ExpectAsync(answer, HttpStatusCode.OK, cancel);
        var page = await answer.Content.ReadFromJsonAsync<JsonElement>(cancel);
        foreach (var patient in page.GetProperty("items").EnumerateArray())
        {
            if (patient.GetProperty("mrn").GetString() == mrn)
                return ObjectId.Parse(patient.GetProperty("id").GetString()!);
        }
        return null;
    }

    private async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> make, CancellationToken cancel)
    {
        var began = time.GetTimestamp();
        for (var pause = TimeSpan.FromSeconds(1); ; pause = Longer(pause))
        {
            var (answer, problem, wait) = await TryAsync(make, pause, cancel);
            if (answer is not null)
                return answer;
            // A server that was never there is more likely a wrong address than one that is just starting.
            if (time.GetElapsedTime(began) > (reached ? Patience : LongestPause))
                throw new ReplayException($"{http.BaseAddress} cannot be reached: {problem}");
            tell($"{problem} Trying again in {wait.TotalSeconds:0} s.");
            await Task.Delay(wait, time, cancel);
        }
    }

    private async Task<(HttpResponseMessage? Answer, string Problem, TimeSpan Wait)> TryAsync(
        Func<HttpRequestMessage> make, TimeSpan pause, CancellationToken cancel)
    {
        try
        {
            using var request = make();
            var answer = await http.SendAsync(request, cancel);
            reached = true;
            if (answer.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout))
                return (answer, "", default);
            using (answer)
                return (null, $"The server is busy ({(int)answer.StatusCode}).", answer.Headers.RetryAfter?.Delta ?? pause);
        }
        catch (Exception error) when (HttpFailure.IsUnreachable(error))
        {
            return (null, $"No connection ({HttpFailure.KindOf(error)}).", pause);
        }
        catch (TaskCanceledException) when (!cancel.IsCancellationRequested)
        {
            return (null, "The server did not answer in time.", pause);
        }
    }

    private static TimeSpan Longer(TimeSpan pause) => pause * 2 < LongestPause ? pause * 2 : LongestPause;

    private static async Task ExpectAsync(HttpResponseMessage answer, HttpStatusCode expected, CancellationToken cancel)
    {
        if (answer.StatusCode == expected)
            return;
        if (answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            throw new ReplayException($"The server does not allow it with this key ({(int)answer.StatusCode}): see --key.");
        var text = await answer.Content.ReadAsStringAsync(cancel);
        const int Enough = 500;
        throw new ReplayException($"The server answered {(int)answer.StatusCode}: {(text.Length > Enough ? text[..Enough] : text)}");
    }
}
