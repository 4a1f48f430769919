using System.Net;
using System.Text.Json;
using HealthDashboard.Data.Model;
using HealthDashboard.Ingest;
using HealthDashboard.Live;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Tests.Unit.Ingest;

public sealed class IngestQueueTests : IAsyncLifetime
{
    private IngestHost host = null!;

    public async ValueTask InitializeAsync() => host = await IngestHost.StartAsync(("Ingest:QueueReadings", "100000"));

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Nothing_is_answered_before_it_is_stored()
    {
        var hold = new TaskCompletionSource();
        host.Store.Hold = hold.Task;
        var answer = host.PostAsync(host.Json());
        await IngestHost.UntilAsync(() => host.Get<IngestStatistics>().Waiting == 1);
        Assert.False(answer.IsCompleted);
        Assert.Empty(host.Evaluated);

        hold.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await answer).StatusCode);
        await IngestHost.UntilAsync(() => host.Evaluated.Count == 1);
    }

    [Fact]
    public async Task Slow_alarms_do_not_delay_the_answer_until_too_much_waits()
    {
        var hold = new TaskCompletionSource();
        host.HoldEvaluation = hold.Task;
        var queue = host.Get<IngestQueue>();
        for (var i = 0; i < 10; i++)
            await queue.AcceptAsync(Readings(10_000 * i, 10_000), "test");

        var full = await WithoutRoomAsync(host.PostAsync(host.Json()));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, full.StatusCode);
        Assert.NotNull(full.Headers.RetryAfter);
        Assert.Equal("application/problem+json", full.Content.Headers.ContentType?.MediaType);
        Assert.Equal(100_000, host.Store.All.Count);

        hold.SetResult();
        await IngestHost.UntilAsync(() => host.Get<IngestStatistics>().Waiting == 0);
        Assert.Equal(Readings(0, 100_000), host.Evaluated);
        Assert.Equal(HttpStatusCode.OK, (await host.PostAsync(host.Json())).StatusCode);
    }

    [Fact]
    public async Task Who_finds_no_room_is_answered_when_there_is_some()
    {
        var hold = new TaskCompletionSource();
        host.HoldEvaluation = hold.Task;
        await host.Get<IngestQueue>().AcceptAsync(Readings(0, 100_000), "test");
        var slowed = host.PostAsync(host.Json());
        await IngestHost.UntilAsync(() => host.Time.WaitsFor(IngestRoom.Patience));
        Assert.Equal(100_000, host.Store.All.Count);

        hold.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await slowed).StatusCode);
        await IngestHost.UntilAsync(() => host.Evaluated.Count == 100_001);
    }

    [Fact]
    public async Task The_age_of_the_queue_is_that_of_its_oldest_readings()
    {
        var hold = new TaskCompletionSource();
        host.HoldEvaluation = hold.Task;
        var queue = host.Get<IngestQueue>();
        Assert.Equal(TimeSpan.Zero, queue.Age);
        await queue.AcceptAsync(Readings(0, 10), "test");
        host.Time.Advance(TimeSpan.FromSeconds(5));
        await queue.AcceptAsync(Readings(10, 10), "test");
        host.Time.Advance(TimeSpan.FromSeconds(2));

        await IngestHost.UntilAsync(() => queue.Age == TimeSpan.FromSeconds(7));
        hold.SetResult();
        await IngestHost.UntilAsync(() => queue.Age == TimeSpan.Zero);
    }

    [Fact]
    public async Task Line_protocol_says_full_in_its_own_words()
    {
        var hold = new TaskCompletionSource();
        host.HoldEvaluation = hold.Task;
        await host.Get<IngestQueue>().AcceptAsync(Readings(0, 100_000), "test");

        var full = await WithoutRoomAsync(host.Client.PostAsync("/api/v2/write", new StringContent("vitals,mrn=MRN-1 heartRate=72")));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, full.StatusCode);
        Assert.NotNull(full.Headers.RetryAfter);
        Assert.Equal("unavailable", JsonDocument.Parse(await full.Content.ReadAsStringAsync()).RootElement.GetProperty("code").GetString());
        hold.SetResult();
    }

    [Fact]
    public async Task While_the_store_is_away_readings_are_kept_shown_and_brought_in_order()
    {
        host.Store.IsUnavailable = true;
        var moment = host.Now();
        Assert.Equal(HttpStatusCode.OK, (await host.PostAsync(host.Json(value: "70", time: moment))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.PostAsync(host.Json(value: "71", time: moment))).StatusCode);
        await IngestHost.UntilAsync(() => host.Evaluated.Count == 2);
        Assert.Equal(71, Assert.Single(host.Get<LiveVitals>().Latest(host.Patient.Id)).Value);
        Assert.Equal(2, host.Get<Spool>().Readings);

        // The store is back, but a newer value for the same moment must not be overtaken by the spooled ones.
        host.Store.IsUnavailable = false;
        Assert.Equal(HttpStatusCode.OK, (await host.PostAsync(host.Json(value: "72", time: moment))).StatusCode);
        await IngestHost.UntilAsync(() =>
        {
            host.Time.Advance(SpoolDrain.LongestWait);
            return host.Get<Spool>().Readings == 0;
        });
        Assert.Equal(72, Assert.Single(host.Store.All).Value);

        await host.PostAsync(host.Json(value: "73", time: moment));
        Assert.Equal(73, Assert.Single(host.Store.All).Value);
    }

    [Fact]
    public async Task The_drain_waits_longer_each_time_the_store_is_still_away()
    {
        host.Store.IsUnavailable = true;
        await host.PostAsync(host.Json());
        // Other timers wait too, and may do so first.
        await IngestHost.UntilAsync(() => host.Time.WaitsFor(SpoolDrain.FirstWait));
        host.Store.IsUnavailable = false;

        host.Time.Advance(SpoolDrain.FirstWait - TimeSpan.FromMilliseconds(1));
        Assert.Empty(host.Store.All);
        host.Time.Advance(TimeSpan.FromMilliseconds(1));
        await IngestHost.UntilAsync(() => host.Get<Spool>().Readings == 0);
        Assert.Single(host.Store.All);
    }

    [Fact]
    public async Task What_the_last_run_left_in_the_spool_is_evaluated_and_stored()
    {
        Reading[] left = [];
        await using var restarted = await IngestHost.StartAsync(async (started, directory) =>
        {
            var now = started.Time.GetUtcNow();
            left =
            [
                new(started.Patient.Id, VitalSign.Spo2, now.AddHours(-1).ToUnixTimeMilliseconds(), 97),
                new(started.Patient.Id, VitalSign.Spo2, now.AddMinutes(-1).ToUnixTimeMilliseconds(), 85),
            ];
            started.Store.IsUnavailable = true;
            using var spool = new Spool(new SpoolDisk(Path.Combine(directory, "spool")), 1 << 20, new DeviceNames(), NullLogger<Spool>.Instance);
            await spool.AppendAsync(left);
        });

        // An hour ago is no alarm of now; a minute ago is.
        await IngestHost.UntilAsync(() => restarted.Evaluated.Count == 1);
        Assert.Equal(left[1], restarted.Evaluated[0]);
        restarted.Store.IsUnavailable = false;
        await IngestHost.UntilAsync(() =>
        {
            restarted.Time.Advance(SpoolDrain.LongestWait);
            return restarted.Get<Spool>().Readings == 0;
        });
        Assert.Equal(left, restarted.Store.All.OrderBy(reading => reading.Time));
    }

    [Theory]
    [InlineData("Vitals:RawRetention", "a week", "Vitals:RawRetention is 'a week': allowed is 01:00:00 to 3650.00:00:00.")]
    [InlineData("Vitals:RawRetention", "00:10:00", "Vitals:RawRetention is '00:10:00': allowed is 01:00:00 to 3650.00:00:00.")]
    [InlineData("Ingest:MaxReadings", "0", "Ingest:MaxReadings is '0': allowed is 1 to 100000.")]
    [InlineData("Ingest:QueueReadings", "5", "Ingest:QueueReadings is '5': allowed is 100000 to 10000000.")]
    public async Task A_bound_that_makes_no_sense_stops_the_start(string key, string value, string says)
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => IngestHost.StartAsync((key, value)));
        Assert.Contains(says, error.Message);
    }

    [Fact]
    public async Task Statistics_count_what_came_in()
    {
        await host.PostAsync([.. Enumerable.Range(0, 50).Select(i => host.Json(time: host.Now(-i)))]);
        await host.PostAsync(host.Json(value: "-1"));
        host.Time.Advance(TimeSpan.FromSeconds(1));

        var statistics = host.Get<IngestStatistics>();
        Assert.Equal((50, 1, 5.0), (statistics.Accepted, statistics.Rejected, statistics.PerSecond));
        host.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(0, statistics.PerSecond);
    }

    private Reading[] Readings(int from, int count) =>
        [.. Enumerable.Range(from, count).Select(i => new Reading(host.Patient.Id, VitalSign.HeartRate, i, 60 + (i % 40)))];

    // Lets the time pass for which a request waits for room.
    private async Task<HttpResponseMessage> WithoutRoomAsync(Task<HttpResponseMessage> request)
    {
        await IngestHost.UntilAsync(() => host.Time.WaitsFor(IngestRoom.Patience));
        host.Time.Advance(IngestRoom.Patience);
        return await request;
    }
}
