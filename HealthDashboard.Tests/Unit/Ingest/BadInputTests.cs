using System.Net;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace HealthDashboard.Tests.Unit.Ingest;

/// <summary>Whatever is sent gets a clear answer: good readings are kept, or nothing is, and never a 5xx.</summary>
public sealed class BadInputTests : IAsyncLifetime
{
    private IngestHost host = null!;

    public async ValueTask InitializeAsync() => host = await IngestHost.StartAsync(("Ingest:BurstRequests", "100000"));

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public void Bodies_made_of_json_s_pieces()
    {
        string[] pieces =
        [
            "{", "}", "[", "]", ",", ":", "\"readings\"", "\"patientId\"", "\"sign\"", "\"value\"", "\"time\"", "\"deviceId\"", $"\"{host.Patient.Id}\"",
            "\"heartRate\"", "72", "1e400", "-0", "null", "true", "\"A\"", $"\"{host.Now()}\"", "\"\\ud800\"", "\"\\u0000\"", "\"", "\\", "NaN", " ", "é", host.Json(),
        ];
        AllAnswered(Gen.ListOf(Gen.Elements(pieces)).Select(list => Encoding.UTF8.GetBytes(string.Concat(list))), "/api/vitals");
    }

    [Fact]
    public void Readings_with_fields_of_any_kind()
    {
        var values = Gen.Elements(
            "72", "\"A\"", "null", "true", "{}", "[[]]", "1e400", "-1", "\"\"", "\"\\ud800\"", "\"heartRate\"", "\"consciousness\"", $"\"{host.Patient.Id}\"",
            $"\"{host.Now()}\"", $"\"{host.Now(9999)}\"", $"\"{new string('x', 5000)}\"");
        var fields = Gen.Zip(Gen.Elements("patientId", "sign", "value", "time", "deviceId", "unit", "", "\\u0073ign"), values)
            .Select(field => $"\"{field.Item1}\":{field.Item2}");
        var readings = Gen.OneOf(fields.ListOf().Select(list => $"{{{string.Join(',', list)}}}"), Gen.Constant(host.Json()), values);
        AllAnswered(readings.ListOf().Select(list => Encoding.UTF8.GetBytes($"{{\"readings\":[{string.Join(',', list)}]}}")), "/api/vitals");
    }

    [Fact]
    public void A_good_body_with_bytes_changed_or_cut_off()
    {
        var good = Encoding.UTF8.GetBytes($$"""{"readings":[{{host.Json()}},{{host.Json("consciousness", "\"V\"", more: ",\"deviceId\":\"bed\"")}}]}""");
        var changed = Gen.Choose(0, good.Length - 1).SelectMany(at => Gen.Choose(0, 255).Select(to =>
        {
            byte[] body = [.. good];
            body[at] = (byte)to;
            return body;
        }));
        AllAnswered(Gen.OneOf(changed, Gen.Choose(0, good.Length - 1).Select(end => good[..end])), "/api/vitals");
    }

    [Theory]
    [InlineData("/write?precision=ms")]
    [InlineData("/api/v2/write?precision=s")]
    public void Lines_of_any_bytes(string path)
    {
        string[] pieces = ["vitals", $",patient={host.Patient.Id}", " ", "heartRate=72", ",", "spo2=\"", "=", "\\", "\n", "\"", "1767600000", "\0", "NaN", "i"];
        AllAnswered(Gen.ListOf(Gen.Elements(pieces)).Select(list => Encoding.UTF8.GetBytes(string.Concat(list))), path);
    }

    private void AllAnswered(Gen<byte[]> bodies, string path) => Prop.ForAll(bodies.ToArbitrary(), body =>
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        var before = host.Store.Appends;
        using var answer = host.Client.PostAsync(path, content).GetAwaiter().GetResult();

        Assert.InRange((int)answer.StatusCode, 200, 499);
        Assert.NotEqual(HttpStatusCode.NotFound, answer.StatusCode);
        if (answer.StatusCode == HttpStatusCode.UnprocessableEntity || (path == "/api/vitals" && !answer.IsSuccessStatusCode))
            Assert.Equal(before, host.Store.Appends);
        if (!answer.IsSuccessStatusCode)
            Assert.NotEmpty(answer.Content.ReadAsStringAsync().GetAwaiter().GetResult());
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
}
