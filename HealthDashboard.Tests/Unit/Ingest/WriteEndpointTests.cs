using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace HealthDashboard.Tests.Unit.Ingest;

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
        var lines = $"vitals,patient={host.Patient.Id} heartRate=72\nvitals load=1\nvitals,patient={host.Patient.Id} spo2=101";

        var one = await PostAsync("/write", lines);
        Assert.Equal(HttpStatusCode.BadRequest, one.StatusCode);
        var error = (await one.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetString();
        Assert.StartsWith("partial write: line 2: a tag 'patient' or 'mrn'", error);
        Assert.Contains("line 3: value 101", error);
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
        var answer = await PostAsync("/api/v2/write", string.Concat(Enumerable.Repeat("vitals load=1\n", 10_000)));
        var message = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("message").GetString()!;

        Assert.Contains("line 100: a tag", message);
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
    [InlineData("Token demo-user:KEY")]
    [InlineData("Token KEY")]
    [InlineData("Basic")]
    public async Task A_key_comes_as_clients_of_each_version_send_it(string authorization)
    {
        using var anyone = new HttpClient { BaseAddress = host.Client.BaseAddress };
        const string key = IngestHost.Key;
        anyone.DefaultRequestHeaders.Add("Authorization", authorization == "Basic" ? $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"any:{key}"))}" : authorization.Replace("KEY", key));

        var answer = await anyone.PostAsync("/write?db=h", new StringContent($"cpu load=1\nvitals,patient={host.Patient.Id} heartRate=72,battery=88i"));

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(72, Assert.Single(host.Store.All).Value);
    }

    [Fact]
    public async Task A_key_in_the_address_is_refused_with_the_reason()
    {
        using var anyone = new HttpClient { BaseAddress = host.Client.BaseAddress };

        var answer = await anyone.PostAsync("/write?db=h&u=any&p=demo-key", new StringContent($"vitals,patient={host.Patient.Id} heartRate=72"));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains("because logs keep addresses", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetString());
        Assert.Empty(host.Store.All);
    }

    [Fact]
    public async Task What_clients_ask_first_is_answered_as_InfluxDB_does()
    {
        using var anyone = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = host.Client.BaseAddress };

        Assert.Equal("pass", (await anyone.GetFromJsonAsync<JsonElement>("/health")).GetProperty("status").GetString());
        Assert.Equal(HttpStatusCode.Unauthorized, (await anyone.PostAsync("/query?q=SHOW+DATABASES", null)).StatusCode);
        using var form = new FormUrlEncodedContent([new("q", "CREATE DATABASE \"telegraf\"")]);
        Assert.Equal("""{"results":[{"statement_id":0}]}""", await (await host.Client.PostAsync("/query", form)).Content.ReadAsStringAsync());
        Assert.Equal("""{"results":[{"statement_id":0}]}""", await (await host.Client.PostAsync("/query?q=CREATE%20DATABASE%20x", null)).Content.ReadAsStringAsync());
        Assert.Contains("\"telegraf\"", await host.Client.GetStringAsync("/query?db=telegraf&q=SHOW%20DATABASES"));
        Assert.Contains("only CREATE DATABASE", await host.Client.GetStringAsync("/query?q=DROP%20DATABASE%20x"));
        Assert.Equal("vitals", (await host.Client.GetFromJsonAsync<JsonElement>("/api/v2/buckets?name=vitals")).GetProperty("buckets")[0].GetProperty("name").GetString());
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
