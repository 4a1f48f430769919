using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace HealthDashboard.Tests.Support;

/// <summary>A device that counts for itself what was acknowledged to it, and what charts say that the store has of it.</summary>
internal sealed class CountedReadings(AppServer server, IReadOnlyList<string> patients)
{
    private static readonly string[] Signs = ["heartRate", "respiratoryRate", "spo2", "systolic"];

    private readonly DateTimeOffset started = TimeProvider.System.GetUtcNow();

    /// <summary>How many readings were acknowledged.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>Sends one value of each sign of each patient, at a time of its own.</summary>
    /// <param name="low">Whether the pressures are so low that they alarm at once.</param>
    public async Task<HttpStatusCode> SendAsync(bool low = false)
    {
        var time = TimeProvider.System.GetUtcNow();
        using var answer = await CallAsync(HttpMethod.Post, "api/vitals", new
        {
            readings = from patientId in patients from sign in Signs select new { patientId, sign, value = ValueOf(sign, low), time },
        });
        if (answer.StatusCode == HttpStatusCode.OK)
            Acknowledged += (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("accepted").GetInt32();
        return answer.StatusCode;
    }

    /// <summary>How many readings the store has, as charts count them.</summary>
    public async Task<int> ChartedAsync()
    {
        var total = 0;
        foreach (var (patient, sign) in from patient in patients from sign in Signs select (patient, sign))
        {
            using var answer = await CallAsync(HttpMethod.Get, string.Create(
                CultureInfo.InvariantCulture,
                $"api/patients/{patient}/vitals?sign={sign}&from={Uri.EscapeDataString($"{started:O}")}&to={Uri.EscapeDataString($"{started.AddMinutes(10):O}")}&points=50"));
            total += (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("points").EnumerateArray().Sum(point => point.GetProperty("count").GetInt32());
        }
        return total;
    }

    private static int ValueOf(string sign, bool low) => sign switch { "heartRate" => 72, "respiratoryRate" => 14, "systolic" => low ? 70 : 120, _ => 97 };

    private async Task<HttpResponseMessage> CallAsync(HttpMethod method, string address, object? content = null)
    {
        using var request = new HttpRequestMessage(method, address) { Content = content is null ? null : JsonContent.Create(content) };
        request.Headers.Add("X-Api-Key", "demo-key");
        return await server.Client.SendAsync(request);
    }
}
