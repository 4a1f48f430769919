using System.Net;
using HealthDashboard.Data.Model;
using HealthDashboard.Ingest;
using HealthDashboard.Live;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Tests.Unit.Ingest;

/// <summary>Neither the store nor the spool can keep what comes in.</summary>
public sealed class IngestFailureTests : IAsyncLifetime
{
    private readonly TroubledDisk disk = new();
    private IngestHost host = null!;

    public async ValueTask InitializeAsync() => host = await IngestHost.StartAsync((starting, _) =>
    {
        starting.Disk = disk;
        return Task.CompletedTask;
    });

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Theory]
    [InlineData("/api/vitals")]
    [InlineData("/write")]
    [InlineData("/api/v2/write")]
    public async Task Readings_that_were_answered_503_are_neither_shown_nor_alarmed_nor_counted(string path)
    {
        host.Store.IsUnavailable = true;
        disk.Fails = _ => true;
        var refused = await PostAsync(path, 30);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);

        // What comes after them is evaluated after them: when that has been, they would have been.
        disk.Fails = _ => false;
        Assert.True((await PostAsync(path, 72)).IsSuccessStatusCode);
        await IngestHost.UntilAsync(() => host.Get<IngestStatistics>().Waiting == 0);
        Assert.Equal(72, Assert.Single(host.Evaluated).Value);
        Assert.Equal(72, Assert.Single(host.Get<LiveVitals>().Latest(host.Patient.Id)).Value);
        Assert.Equal((1, 1), (host.Get<IngestStatistics>().Accepted, host.Get<Spool>().Readings));
    }

    [Fact]
    public async Task A_store_that_fails_otherwise_than_by_being_away_is_no_reason_to_answer_that_all_is_well()
    {
        host.Store.Hold = Task.FromException(new Data.Stores.StoreException("Memory", "its file is damaged."));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await PostAsync("/api/vitals", 30)).StatusCode);

        host.Store.Hold = Task.CompletedTask;
        Assert.True((await PostAsync("/api/vitals", 72)).IsSuccessStatusCode);
        await IngestHost.UntilAsync(() => host.Get<IngestStatistics>().Waiting == 0);
        Assert.Equal(72, Assert.Single(host.Evaluated).Value);
        Assert.Equal(72, Assert.Single(host.Store.All).Value);
    }

    [Fact]
    public async Task When_a_reading_arrived_stays_with_it_over_a_restart_with_a_full_spool()
    {
        host.Store.IsUnavailable = true;
        var ahead = host.Time.GetUtcNow().AddMinutes(4).ToUnixTimeMilliseconds();
        var arrived = host.Time.GetUtcNow().ToUnixTimeMilliseconds();
        Assert.True((await host.PostAsync(host.Json(time: host.Now(240)))).IsSuccessStatusCode);
        await IngestHost.UntilAsync(() => host.Evaluated.Count == 1);
        Assert.Equal((ahead, arrived, arrived), (host.Evaluated[0].Time, host.Evaluated[0].Arrived, host.Evaluated[0].Effective));

        await using var restarted = await IngestHost.StartAsync((starting, _) =>
        {
            starting.Disk = disk;
            starting.Store.IsUnavailable = true;
            return Task.CompletedTask;
        });
        await IngestHost.UntilAsync(() => restarted.Evaluated.Count == 1);
        Assert.Equal(host.Evaluated, restarted.Evaluated);
    }

    [Fact]
    public async Task What_arrived_long_before_a_restart_is_not_evaluated_again_whatever_time_its_device_claims()
    {
        await using var restarted = await IngestHost.StartAsync(async (starting, _) =>
        {
            starting.Disk = new TroubledDisk();
            starting.Store.IsUnavailable = true;
            var now = starting.Time.GetUtcNow();
            using var spool = new Spool(starting.Disk, 1 << 20, new DeviceNames(), NullLogger<Spool>.Instance);
            await spool.AppendAsync(
            [
                new(starting.Patient.Id, VitalSign.Spo2, now.AddMinutes(4).ToUnixTimeMilliseconds(), 80, Arrived: now.AddHours(-1).ToUnixTimeMilliseconds()),
                new(starting.Patient.Id, VitalSign.Spo2, now.AddMinutes(-1).ToUnixTimeMilliseconds(), 97, Arrived: now.ToUnixTimeMilliseconds()),
            ]);
        });
        await IngestHost.UntilAsync(() => restarted.Evaluated.Count > 0);
        Assert.Equal(97, Assert.Single(restarted.Evaluated).Value);
    }

    private Task<HttpResponseMessage> PostAsync(string path, int heartRate) => path == "/api/vitals"
        ? host.PostAsync(host.Json(value: $"{heartRate}"))
        : host.Client.PostAsync(path, new StringContent($"vitals,mrn={host.Patient.Mrn} heartRate={heartRate}"));
}
