using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using HealthDashboard.Demo;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Demo;

/// <summary>Pace, times and patience, on a clock that the test moves and against a server that it plays.</summary>
public sealed class ReplayerTests
{
    private static readonly Recording Hour = Recording.Read(new StringReader(
        "minute,HR\n" + string.Concat(Enumerable.Range(0, 61).Select(minute => $"{minute},{60 + (minute % 5)}\n"))));

    private readonly ManualTime time = new();
    private readonly FakeServer server = new();

    [Fact]
    public async Task The_last_row_is_at_the_end_of_the_replay_and_no_row_is_ever_ahead()
    {
        var began = time.GetUtcNow();
        var summary = await RunAsync(new ReplayOptions { Mrn = "X1", Speed = 60 });
        Assert.Equal(61, summary.Accepted);
        var end = began.AddSeconds(60);
        Assert.Equal(end, server.Taken[^1].Time);
        Assert.Equal(end.AddHours(-1), server.Taken[0].Time);
        Assert.All(server.Taken, taken => Assert.True(taken.Time <= taken.Arrived));
        // A minute a second.
        Assert.InRange((server.Taken[30].Arrived - began).TotalSeconds, 30, 30.05);
    }

    [Fact]
    public async Task A_given_start_is_kept_and_speed_zero_does_not_wait()
    {
        var began = time.GetUtcNow();
        var start = began.AddDays(-3);
        await RunAsync(new ReplayOptions { Mrn = "X1", Speed = 0, Start = start });
        Assert.Equal(start, server.Taken[0].Time);
        Assert.Equal(start.AddHours(1), server.Taken[^1].Time);
        Assert.Equal(began, time.GetUtcNow());
    }

    [Fact]
    public async Task A_busy_server_is_asked_again_when_it_says_and_one_that_is_gone_when_it_is_back()
    {
        server.Troubles.Enqueue(() => new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { Headers = { RetryAfter = new(TimeSpan.FromSeconds(7)) } });
        server.Troubles.Enqueue(() => throw new HttpRequestException("refused"));
        // What .NET throws where a connection is reset before it has looked at it.
        server.Troubles.Enqueue(() => throw new SocketException((int)SocketError.NotConnected));
        server.Troubles.Enqueue(() => new HttpResponseMessage(HttpStatusCode.TooManyRequests));
        var began = time.GetUtcNow();
        var summary = await RunAsync(new ReplayOptions { Mrn = "X1", Speed = 0 });
        Assert.Equal((61, 0), (summary.Accepted, summary.Rejected));
        Assert.Equal(61, server.Taken.Select(taken => taken.Time).Distinct().Count());
        Assert.True(time.GetUtcNow() - began >= TimeSpan.FromSeconds(7 + 2 + 4));
    }

    [Fact]
    public async Task A_wrong_key_is_told_at_once()
    {
        server.Troubles.Enqueue(() => new HttpResponseMessage(HttpStatusCode.Unauthorized));
        var error = await Assert.ThrowsAsync<ReplayException>(() => RunAsync(new ReplayOptions { Mrn = "X1" }));
        Assert.Contains("--key", error.Message, StringComparison.Ordinal);
        Assert.Empty(server.Taken);
    }

    [Fact]
    public async Task Cancelling_ends_it_in_the_middle()
    {
        using var cancel = new CancellationTokenSource();
        server.OnTaken = count =>
        {
            if (count == 20)
                cancel.Cancel();
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(new ReplayOptions { Mrn = "X1" }, cancel.Token));
        Assert.Equal(20, server.Taken.Count);
    }

    private async Task<ReplaySummary> RunAsync(ReplayOptions options, CancellationToken cancel = default)
    {
        server.Time = time;
        using var http = new HttpClient(server) { BaseAddress = new Uri("http://server/") };
        var replayer = new Replayer(new ReplayClient(http, time, _ => { }), options, time, new ReplayProgress(TextWriter.Null, isTerminal: false, time));
        var run = Task.Run(() => replayer.RunAsync(Hour, cancel), CancellationToken.None);
        while (!run.IsCompleted)
        {
            // Only once it waits for the clock may the clock move on, to just what it waits for.
            if (time.WaitingTimers > 0)
                time.Advance(TimeSpan.FromMilliseconds(10));
            await Task.Yield();
        }
        return await run;
    }

    private sealed class FakeServer : HttpMessageHandler
    {
        public Queue<Func<HttpResponseMessage>> Troubles { get; } = new();

        public List<(DateTimeOffset Time, DateTimeOffset Arrived)> Taken { get; } = [];

        public Action<int>? OnTaken { get; set; }

        public ManualTime Time { get; set; } = new();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method == HttpMethod.Get)
                return Json(HttpStatusCode.OK, new { total = 0, items = Array.Empty<object>() });
            if (Troubles.TryDequeue(out var trouble))
                return trouble();
            if (request.RequestUri!.AbsolutePath == "/api/patients")
                return Json(HttpStatusCode.Created, new { id = new string('a', 24) });
            var body = await request.Content!.ReadFromJsonAsync<JsonElement>(cancellationToken);
            var readings = body.GetProperty("readings").EnumerateArray().ToList();
            foreach (var reading in readings)
                Taken.Add((reading.GetProperty("time").GetDateTimeOffset(), Time.GetUtcNow()));
            OnTaken?.Invoke(Taken.Count);
            return Json(HttpStatusCode.OK, new { accepted = readings.Count, rejected = Array.Empty<object>() });
        }

        private static HttpResponseMessage Json(HttpStatusCode status, object body) => new(status) { Content = JsonContent.Create(body) };
    }
}
