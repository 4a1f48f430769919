using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using HealthDashboard.Data.Model;
using HealthDashboard.Live;

namespace HealthDashboard.Tests.Unit.Ingest;

public sealed class VitalsEndpointTests : IAsyncLifetime
{
    private IngestHost host = null!;

    public async ValueTask InitializeAsync() => host = await IngestHost.StartAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Readings_are_stored_shown_and_evaluated()
    {
        var answer = await host.PostAsync(host.Json(more: ",\"deviceId\":\"bed-7\""), host.Json("consciousness", "\"V\""));

        Assert.Equal("""{"accepted":2,"rejected":[]}""", await answer.Content.ReadAsStringAsync());
        var time = host.Time.GetUtcNow().ToUnixTimeMilliseconds();
        Reading[] expected =
        [
            new(host.Patient.Id, VitalSign.HeartRate, time, 72, "bed-7", time),
            new(host.Patient.Id, VitalSign.Consciousness, time, (double)Acvpu.V, Arrived: time),
        ];
        Assert.Equal(expected, host.Store.All.OrderBy(reading => reading.Sign));
        await IngestHost.UntilAsync(() => host.Evaluated.Count == 2);
        Assert.Equal(expected, host.Evaluated);
        Assert.Equal(expected, host.Get<LiveVitals>().Latest(host.Patient.Id));
    }

    [Fact]
    public async Task Good_readings_are_kept_when_others_are_refused()
    {
        var answer = await host.PostAsync(host.Json(value: "1000"), host.Json("spo2", "97"), "7", host.Json("pulse"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(1, body.GetProperty("accepted").GetInt32());
        Assert.Equal([0, 2, 3], body.GetProperty("rejected").EnumerateArray().Select(item => item.GetProperty("index").GetInt32()));
        Assert.Equal(97, Assert.Single(host.Store.All).Value);
    }

    [Fact]
    public async Task Nothing_accepted_is_no_success_but_says_the_same()
    {
        var answer = await host.PostAsync(host.Json(value: "-1"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(0, body.GetProperty("accepted").GetInt32());
        Assert.Equal("value -1 is impossible for heartRate: 0 to 350 /min is allowed", body.GetProperty("rejected")[0].GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Ten_thousand_bad_readings_are_each_told_of()
    {
        var answer = await host.PostAsync([.. Enumerable.Range(0, 10_000).Select(i => host.Json(value: (1000 + i).ToString()))]);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(Enumerable.Range(0, 10_000), body.GetProperty("rejected").EnumerateArray().Select(item => item.GetProperty("index").GetInt32()));
        Assert.Empty(host.Store.All);
    }

    [Fact]
    public async Task One_reading_too_many_refuses_the_request_and_keeps_nothing()
    {
        var readings = Enumerable.Range(0, 10_001).Select(i => host.Json(time: host.Now(-i))).ToArray();

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await host.PostAsync(readings)).StatusCode);
        Assert.Empty(host.Store.All);
        Assert.Equal(HttpStatusCode.OK, (await host.PostAsync(readings[..10_000])).StatusCode);
        Assert.Equal(10_000, host.Store.All.Count);
    }

    [Fact]
    public async Task The_last_of_two_readings_for_one_moment_counts()
    {
        var answer = await host.PostAsync(host.Json(value: "70"), host.Json("spo2", "98"), host.Json(value: "71"));

        Assert.Equal("""{"accepted":3,"rejected":[]}""", await answer.Content.ReadAsStringAsync());
        await IngestHost.UntilAsync(() => host.Evaluated.Count == 2);
        Assert.Equal([71, 98], host.Evaluated.Select(reading => reading.Value));
    }

    [Fact]
    public async Task A_repeated_request_changes_nothing()
    {
        string[] readings = [.. Enumerable.Range(0, 50).Select(i => host.Json(value: (60 + i).ToString(), time: host.Now(-i)))];
        await host.PostAsync(readings);
        var before = host.Store.All.OrderBy(reading => reading.Time).ToList();

        Assert.Equal("""{"accepted":50,"rejected":[]}""", await (await host.PostAsync(readings)).Content.ReadAsStringAsync());
        Assert.Equal(before, host.Store.All.OrderBy(reading => reading.Time));
    }

    [Theory]
    [InlineData("", "The body is no JSON")]
    [InlineData("{", "The body is no JSON")]
    [InlineData("""{"readings":[}""", "The body is no JSON")]
    [InlineData("""{"readings":[]} x""", "The body is no JSON")]
    [InlineData("""{"readings":[NaN]}""", "The body is no JSON")]
    [InlineData("[]", "must be an object")]
    [InlineData("null", "must be an object")]
    [InlineData("{}", "must have 'readings'")]
    [InlineData("""{"readings":{}}""", "must be an array")]
    [InlineData("""{"readings":[],"more":1}""", "'more'")]
    [InlineData("""{"readings":[],"readings":[]}""", "twice")]
    public async Task Another_body_is_a_bad_request(string body, string says)
    {
        var answer = await host.PostBodyAsync(body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains(says, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString());
    }

    [Fact]
    public async Task A_body_that_breaks_off_after_good_readings_keeps_none_of_them()
    {
        var answer = await host.PostBodyAsync($$"""{"readings":[{{host.Json()}},{{host.Json("spo2")}},""");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Empty(host.Store.All);
    }

    [Fact]
    public async Task Only_json_is_taken()
    {
        using var text = new StringContent("""{"readings":[]}""", Encoding.UTF8, "text/plain");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await host.Client.PostAsync("/api/vitals", text)).StatusCode);
    }

    [Theory]
    [InlineData("gzip", HttpStatusCode.OK)]
    [InlineData("br", HttpStatusCode.UnsupportedMediaType)]
    public async Task Gzip_is_taken_and_no_other_packing(string encoding, HttpStatusCode status) =>
        Assert.Equal(status, (await PostPackedAsync(Gzip($$"""{"readings":[{{host.Json()}}]}"""), encoding)).StatusCode);

    [Fact]
    public async Task Broken_gzip_is_a_bad_request()
    {
        var packed = Gzip($$"""{"readings":[{{string.Join(',', Enumerable.Range(0, 100).Select(i => host.Json(time: host.Now(-i))))}}]}""");
        var changed = packed.ToArray();
        changed[^6] ^= 1;

        Assert.Equal(HttpStatusCode.BadRequest, (await PostPackedAsync(packed[..^9], "gzip")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostPackedAsync(changed, "gzip")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostPackedAsync("no gzip"u8.ToArray(), "gzip")).StatusCode);
        Assert.Empty(host.Store.All);
    }

    [Fact]
    public async Task Gzip_of_several_members_is_taken_and_refused_where_it_breaks_off()
    {
        byte[] whole = [.. Gzip("{\"readings\":["), .. Gzip(host.Json()), .. Gzip(","), .. Gzip(host.Json("spo2", "97")), .. Gzip("]}" + new string(' ', 1000))];

        for (var cut = 1; cut < whole.Length; cut++)
            Assert.Equal(HttpStatusCode.BadRequest, (await PostPackedAsync(whole[..^cut], "gzip")).StatusCode);
        Assert.Empty(host.Store.All);
        Assert.Equal(HttpStatusCode.OK, (await PostPackedAsync(whole, "gzip")).StatusCode);
        Assert.Equal(2, host.Store.All.Count);
    }

    [Fact]
    public async Task A_small_body_that_unpacks_to_a_huge_one_is_refused()
    {
        var bomb = Gzip(new string(' ', 16 * 1024 * 1024));

        Assert.InRange(bomb.Length, 1, 20_000);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await PostPackedAsync(bomb, "gzip")).StatusCode);
    }

    [Fact]
    public async Task A_huge_body_is_refused_whether_it_says_its_length_or_not()
    {
        var huge = Encoding.UTF8.GetBytes(new string(' ', 5 * 1024 * 1024));
        using var chunked = new HttpRequestMessage(HttpMethod.Post, "/api/vitals") { Content = new StreamContent(new MemoryStream(huge)) };
        chunked.Content.Headers.ContentType = new("application/json");
        chunked.Headers.TransferEncodingChunked = true;

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await host.PostBodyAsync(new string(' ', 5 * 1024 * 1024))).StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await host.Client.SendAsync(chunked)).StatusCode);
    }

    [Fact]
    public async Task A_patient_that_another_node_has_made_is_found()
    {
        var other = MemoryPatientStore.Make("MRN-2");
        host.Patients.Patients.Add(other);

        var answer = await host.PostAsync(host.Json(), host.Json("spo2").Replace(host.Patient.Id.ToString(), other.Id.ToString()));
        Assert.Equal("""{"accepted":2,"rejected":[]}""", await answer.Content.ReadAsStringAsync());
        Assert.Contains(host.Store.All, reading => reading.PatientId == other.Id);
    }

    [Fact]
    public async Task Without_the_record_store_a_stranger_is_refused_and_known_patients_are_not()
    {
        host.Patients.IsUnavailable = true;

        var answer = await host.PostAsync(host.Json(), host.Json().Replace(host.Patient.Id.ToString(), new string('a', 24)));
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(1, body.GetProperty("accepted").GetInt32());
        Assert.Contains("send it again", body.GetProperty("rejected")[0].GetProperty("reason").GetString());
    }

    private async Task<HttpResponseMessage> PostPackedAsync(byte[] body, string encoding)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        content.Headers.ContentEncoding.Add(encoding);
        return await host.Client.PostAsync("/api/vitals", content);
    }

    private static byte[] Gzip(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }
}
