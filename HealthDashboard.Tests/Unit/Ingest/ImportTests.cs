using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using HealthDashboard.Data.Model;
using HealthDashboard.Live;

namespace HealthDashboard.Tests.Unit.Ingest;

/// <summary>History of another system comes into the store and nowhere else.</summary>
public sealed class ImportTests : IAsyncLifetime
{
    private const string Path = "/api/import/vitals";

    private IngestHost host = null!;

    public async ValueTask InitializeAsync() => host = await IngestHost.StartAsync(("ApiKeys:0:Scopes:1", "import"));

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Readings_of_any_age_are_stored_and_neither_shown_nor_evaluated()
    {
        var old = host.Now(-400 * 86_400);
        using var body = Json(host.Json("spo2", "60", old), host.Json("heartRate", "30", old), host.Json("heartRate", "35", host.Now(-2 * 86_400)));
        var answer = await host.Client.PostAsync(Path, body);

        Assert.Equal("""{"accepted":3,"rejected":[]}""", await answer.Content.ReadAsStringAsync());
        Assert.Equal([30, 35, 60], host.Store.All.Select(reading => reading.Value).Order());

        // What came by the other way was evaluated, and before it nothing.
        await host.PostAsync(host.Json());
        await IngestHost.UntilAsync(() => host.Evaluated.Count > 0);
        Assert.Equal(72, Assert.Single(host.Evaluated).Value);
        Assert.Equal(72, Assert.Single(host.Get<LiveVitals>().Latest(host.Patient.Id)).Value);
    }

    [Fact]
    public async Task The_same_again_changes_nothing()
    {
        for (var i = 0; i < 2; i++)
        {
            using var body = Json(host.Json(time: host.Now(-100 * 86_400)), host.Json(value: "73", time: host.Now(-100 * 86_400)));
            Assert.Equal("""{"accepted":2,"rejected":[]}""", await (await host.Client.PostAsync(Path, body)).Content.ReadAsStringAsync());
        }
        Assert.Equal(73, Assert.Single(host.Store.All).Value);
    }

    [Fact]
    public async Task Line_protocol_is_taken_for_patients_who_are_not_admitted_too()
    {
        var gone = MemoryPatientStore.Make("MRN-GONE") with { Status = PatientStatus.Discharged };
        host.Patients.Patients.Add(gone);
        var time = host.Time.GetUtcNow().AddDays(-50).ToUnixTimeSeconds();
        using var lines = new StringContent($"vitals,mrn=MRN-GONE heart_rate=72,spo2=97,battery=88i {time}\nvitals,mrn=NOBODY hr=70 {time}", Encoding.UTF8, "text/plain");

        var result = await (await host.Client.PostAsync(Path + "?precision=s", lines)).Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal(2, result.GetProperty("accepted").GetInt32());
        Assert.Equal(2, Assert.Single(result.GetProperty("rejected").EnumerateArray()).GetProperty("index").GetInt32());
        Assert.False(result.TryGetProperty("warnings", out _));
        Assert.All(host.Store.All, reading => Assert.Equal((gone.Id, time * 1000), (reading.PatientId, reading.Time)));
    }

    [Theory]
    [InlineData(-3600)]
    [InlineData(0)]
    [InlineData(400)]
    public async Task What_could_still_count_for_an_alarm_is_refused(int seconds)
    {
        using var body = Json(host.Json(time: host.Now(seconds)));
        var answer = await host.Client.PostAsync(Path, body);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains("too recent for an import", await answer.Content.ReadAsStringAsync());
        Assert.Empty(host.Store.All);
    }

    [Fact]
    public async Task While_the_store_is_unavailable_nothing_is_acknowledged_nor_spooled()
    {
        host.Store.IsUnavailable = true;
        using var body = Json(host.Json(time: host.Now(-10 * 86_400)));
        var answer = await host.Client.PostAsync(Path, body);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Equal(0, host.Get<HealthDashboard.Ingest.Spool>().Readings);
    }

    [Fact]
    public async Task A_key_that_may_only_ingest_may_not_import()
    {
        await using var other = await IngestHost.StartAsync();
        using var body = Json(other.Json(time: other.Now(-10 * 86_400)));
        Assert.Equal(HttpStatusCode.Forbidden, (await other.Client.PostAsync(Path, body)).StatusCode);

        using var form = new FormUrlEncodedContent([new("a", "b")]);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await host.Client.PostAsync(Path, form)).StatusCode);
    }

    private static StringContent Json(params string[] readings) => new($$"""{"readings":[{{string.Join(',', readings)}}]}""", Encoding.UTF8, "application/json");
}
