using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace HealthDashboard.Tests.Ingest;

public sealed class WriteEndpointTests : IAsyncLifetime
{
    private IngestHost host = null!;

    public async ValueTask InitializeAsync() => host = await IngestHost.StartAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Theory]
    [InlineData("/write?db=hospital&precision=ms")]
    [InlineData("/api/v2/write?org=hospital&bucket=vitals&precision=ms")]
    public async Task Lines_are_stored_and_answered_with_nothing(string path)
    {
        var now = host.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var answer = await PostAsync(path, $"vitals,patient={host.Patient.Id},host=gw heartRate=72,spo2=97 {now}");

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal([72, 97], host.Store.All.Select(reading => reading.Value).Order());
        Assert.All(host.Store.All, reading => Assert.Equal(now, reading.Time));
    }

    [Fact]
    public async Task Refused_lines_are_named_in_the_words_of_each_version()
    {
        var lines = $"vitals,patient={host.Patient.Id} heartRate=72\ncpu load=1\nvitals,patient={host.Patient.Id} pulse=1";

        var one = await PostAsync("/write", lines);
        Assert.Equal(HttpStatusCode.BadRequest, one.StatusCode);
        var error = (await one.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetString();
        Assert.StartsWith("partial write: line 2: the measurement 'cpu'", error);
        Assert.Contains("line 3: unknown field 'pulse'", error);
        Assert.EndsWith("dropped=2 written=1", error);

        var two = await PostAsync("/api/v2/write", lines);
        Assert.Equal(HttpStatusCode.BadRequest, two.StatusCode);
        var body = await two.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("invalid", body.GetProperty("code").GetString());
        Assert.Equal(error, body.GetProperty("message").GetString());
        Assert.Equal(72, Assert.Single(host.Store.All).Value);
    }

    [Fact]
    public async Task Every_refused_line_is_named_however_many_there_are()
    {
        var answer = await PostAsync("/api/v2/write", string.Concat(Enumerable.Repeat("cpu load=1\n", 10_000)));
        var message = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("message").GetString()!;

        Assert.Contains("line 100: the measurement", message);
        Assert.Contains("and lines 101, 102, ", message);
        Assert.Contains(", 10000; dropped=10000 written=0", message);
    }

    [Theory]
    [InlineData("/write?precision=seconds", "error")]
    [InlineData("/api/v2/write?precision=m", "message")]
    public async Task Another_precision_is_refused(string path, string field)
    {
        var answer = await PostAsync(path, $"vitals,patient={host.Patient.Id} heartRate=72");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("precision", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty(field).GetString());
        Assert.Empty(host.Store.All);
    }

    [Fact]
    public async Task Gzip_is_taken()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            await gzip.WriteAsync(Encoding.UTF8.GetBytes($"vitals,mrn={host.Patient.Mrn} heartRate=72"));
        using var content = new ByteArrayContent(packed.ToArray());
        content.Headers.ContentEncoding.Add("gzip");

        Assert.Equal(HttpStatusCode.NoContent, (await host.Client.PostAsync("/api/v2/write", content)).StatusCode);
        Assert.Single(host.Store.All);
    }

    [Fact]
    public async Task Lines_that_break_off_in_gzip_are_not_stored_in_part()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (var i = 0; i < 1000; i++)
                await gzip.WriteAsync(Encoding.UTF8.GetBytes($"vitals,mrn={host.Patient.Mrn} heartRate={60 + (i % 40)} {host.Time.GetUtcNow().AddMinutes(-i).ToUnixTimeSeconds()}\n"));
        }
        using var content = new ByteArrayContent(packed.ToArray()[..^100]);
        content.Headers.ContentEncoding.Add("gzip");

        Assert.Equal(HttpStatusCode.BadRequest, (await host.Client.PostAsync("/write?precision=s", content)).StatusCode);
        Assert.Empty(host.Store.All);
    }

    [Fact]
    public async Task Too_many_readings_are_refused_and_none_kept()
    {
        var answer = await PostAsync("/write?precision=ms", string.Concat(Enumerable.Range(0, 50_001).Select(
            i => $"vitals,mrn=MRN-1 spo2=97 {host.Time.GetUtcNow().ToUnixTimeMilliseconds() - i}\n")));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Empty(host.Store.All);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    public async Task Ping_answers_anyone(string method)
    {
        using var anyone = new HttpClient { BaseAddress = host.Client.BaseAddress };
        using var request = new HttpRequestMessage(new HttpMethod(method), "/ping");
        var answer = await anyone.SendAsync(request);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.True(answer.Headers.Contains("X-Influxdb-Version"));
    }

    private Task<HttpResponseMessage> PostAsync(string path, string lines) => host.Client.PostAsync(path, new StringContent(lines));
}
