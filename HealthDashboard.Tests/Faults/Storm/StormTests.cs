using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Faults.Storm;

/// <summary>
/// Two nodes on five servers under load, while one process after another is killed, stopped or frozen and comes back. TEST_STORM_MINUTES
/// says for how long (2), TEST_STORM_SEED in which order (20261128).
/// </summary>
[Collection(typeof(ServersOfTheirOwn))]
public sealed class StormTests(ITestOutputHelper output)
{
    private static readonly TimeSpan HealthLimit = TimeSpan.FromMinutes(2);

    [Fact(Timeout = 60 * 60 * 1000)]
    public async Task What_was_acknowledged_is_there_whatever_fails_and_every_other_answer_says_why()
    {
        var seed = Setting("TEST_STORM_SEED", 20261128);
        var minutes = Setting("TEST_STORM_MINUTES", 2);
        await using var world = await StormWorld.StartAsync();
        using var client = new StormClient(world);
        await WaitUntilReadyAsync(world);
        var load = new StormLoad(client, seed);
        await load.PrepareAsync();

        using var calm = new CancellationTokenSource();
        var running = load.RunAsync(calm.Token);
        var random = new Random(seed);
        List<string> happened = [];
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(minutes))
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            var trouble = world.Troubles[random.Next(world.Troubles.Count)];
            happened.Add(trouble.Name);
            await trouble.BeginAsync();
            await AnswersAsync(random.Next(20, 200));
            await trouble.EndAsync();
            await AnswersAsync(random.Next(100, 500));
        }
        await calm.CancelAsync();
        await running;

        await WaitUntilReadyAsync(world);
        output.WriteLine($"Seed {seed}, {minutes} min, {happened.Count} troubles: {string.Join(", ", happened.CountBy(name => name).Select(name => $"{name.Key} {name.Value}"))}.");
        output.WriteLine($"Acknowledged: {load.Summary}.");
        output.WriteLine($"Answers: {string.Join(", ", client.Counts.OrderBy(count => count.Key, StringComparer.Ordinal).Select(count => $"{count.Key} {count.Value}"))}; slowest {client.Slowest.TotalSeconds:0.0} s.");
        Assert.True(client.Faults.Count == 0, $"{client.Faults.Count} answers were wrong:\n{string.Join('\n', client.Faults.Take(20))}\n{world.OutputOf(0)}\n{world.OutputOf(1)}");
        await load.CheckAsync();

        // So many more answers while the load goes on; it must not end before.
        async Task AnswersAsync(int more)
        {
            var enough = client.Answered + more;
            await Eventually.HoldsAsync(() => running.IsCompleted || client.Answered >= enough, "answers");
            if (running.IsCompleted)
                await running;
        }
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;

    private static async Task WaitUntilReadyAsync(StormWorld world)
    {
        using var http = new HttpClient();
        var began = TimeProvider.System.GetTimestamp();
        foreach (var node in world.Nodes)
        {
            var state = "";
            while (state != "ready")
            {
                Assert.True(TimeProvider.System.GetElapsedTime(began) < HealthLimit, $"A node is not ready again: {state}");
                using var answer = await http.GetAsync(new Uri(node, "/health/ready"));
                var health = await answer.Content.ReadFromJsonAsync<JsonElement>();
                state = health.GetProperty("status").GetString() == "ready" ? "ready" : health.GetRawText();
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }
        }
    }
}
