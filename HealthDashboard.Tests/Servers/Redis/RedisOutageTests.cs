using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Monitoring;
using HealthDashboard.Tests.Support;
using HealthDashboard.Tests.Unit.Monitoring;

namespace HealthDashboard.Tests.Servers.Redis;

/// <summary>A minute without Redis while 5,000 values come in each second.</summary>
public sealed class RedisOutageTests(ITestOutputHelper output)
{
    private const int Patients = 500;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly VitalSign[] Signs = [VitalSign.HeartRate, VitalSign.RespiratoryRate, VitalSign.Spo2, VitalSign.Systolic, VitalSign.Diastolic];

    [Fact]
    public async Task A_minute_without_Redis_under_load_loses_no_alert_and_delivers_each_once_in_order()
    {
        await using var server = await RedisServer.StartAsync();
        await using var world = await AlertWorld.MakeAsync();
        using var factory = new RedisStoreFactory(server.Address, world.Time);
        var patients = new List<Patient>();
        for (var i = 0; i < Patients; i++)
            patients.Add(await world.AddPatientAsync($"R-{i}"));
        // The same readings go to a node whose store is never unavailable: what it raises is what must be raised.
        await using var steady = await AlertNode.StartAsync(world);
        await using var node = await AlertNode.StartAsync(world, alerts: factory.Open());
        using var viewer = node.Feed.Follow();
        var delivered = new List<AlertFeedMessage>();
        var watching = WatchAsync(viewer, delivered);

        var second = 0;
        for (; second < 20; second++)
        {
            await SendSecondAsync(world, patients, second, node, steady);
            await Eventually.HoldsAsync(() => node.Writer.Depth == 0 && steady.Writer.Depth == 0, "all written");
        }

        // Killed in the middle of whatever it is doing.
        await Task.WhenAll(SendSecondAsync(world, patients, second++, node, steady), server.KillAsync());
        for (; second < 80; second++)
            await SendSecondAsync(world, patients, second, node, steady);
        Assert.True(node.Writer.IsUnavailable);
        Assert.True(node.Writer.Depth > 0);
        Assert.Contains(node.Open, alert => alert.Sequence == 0);

        await server.StartAgainAsync();
        // The load goes on. The client finds the server again in real time, the writer tries again in the test's.
        var back = TimeProvider.System.GetTimestamp();
        for (var enough = second + 20; second < enough || node.Writer.IsUnavailable; second++)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(back) < Patience, "It was not written after Redis had come back.");
            await SendSecondAsync(world, patients, second, node, steady);
            if (node.Writer.IsUnavailable)
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
        await Eventually.HoldsAsync(() => node.Writer.Depth == 0 && steady.Writer.Depth == 0, "all written");

        var expected = await LogAsync(world.Alerts);
        var log = await LogAsync(node.Store);
        await Eventually.HoldsAsync(() => node.Feed.Sequence == log[^1].Sequence && steady.Feed.Sequence == expected[^1].Sequence, "all published");
        viewer.Dispose();
        await watching;

        var raised = Ids(log, AlertChangeKind.Raised);
        var shown = delivered.Where(message => message.Change is { Sequence: > 0 }).Select(message => message.Change!.Sequence).ToList();
        var caughtUp = delivered.Where(message => message.Snapshot is not null).Select(message => message.Snapshot!.Sequence).ToList();
        output.WriteLine($"{second} s, {Patients * Signs.Length * 2} values/s; alerts raised {Ids(expected, AlertChangeKind.Raised).Count}, written {raised.Count}; "
            + $"changes written {log.Count}, delivered {shown.Count}, with {caughtUp.Count} snapshots");

        // What breaches again within a minute is the same alert going on.
        Assert.True(raised.Count >= Patients);
        Assert.Equal(Ids(expected, AlertChangeKind.Raised), raised);
        Assert.Equal(Ids(expected, AlertChangeKind.Ended), Ids(log, AlertChangeKind.Ended));
        Assert.All(log.GroupBy(change => change.Alert.Id), history =>
            Assert.Equal(Enumerable.Range(1, history.Count()), history.Select(change => change.Alert.Version)));
        Assert.Equal(shown.Distinct().Order(), shown);
        var missed = log.Select(change => change.Sequence).Where(number => number > viewer.Snapshot.Sequence).Except(shown).ToList();
        Assert.All(missed, number => Assert.Contains(caughtUp, snapshot => snapshot >= number));
        Assert.Equal(steady.Open.Select(alert => alert.Id).Order(), node.Open.Select(alert => alert.Id).Order());
        Assert.DoesNotContain(node.Open, alert => alert.Sequence == 0);
    }

    // Each patient is short of oxygen for 14 s of every 28 s, each at another time.
    private static async Task SendSecondAsync(AlertWorld world, List<Patient> patients, int second, params AlertNode[] nodes)
    {
        world.Time.Advance(TimeSpan.FromSeconds(1));
        var now = world.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var readings = new List<Reading>(Patients * Signs.Length * 2);
        foreach (var (i, patient) in patients.Index())
        {
            var low = (second + i) % 28 < 14;
            foreach (var at in (long[])[now - 500, now])
            {
                foreach (var sign in Signs)
                    readings.Add(new Reading(patient.Id, sign, at, ValueOf(sign, low, at)));
            }
        }
        foreach (var node in nodes)
            await node.Engine.ApplyAsync(readings, CancellationToken.None);
    }

    private static double ValueOf(VitalSign sign, bool low, long at) => sign switch
    {
        VitalSign.Spo2 => low ? 84 + (at / 500 % 4) : 97,
        VitalSign.HeartRate => 72,
        VitalSign.RespiratoryRate => 15,
        VitalSign.Systolic => 120,
        _ => 80,
    };

    private static async Task WatchAsync(AlertSubscription viewer, List<AlertFeedMessage> delivered)
    {
        await foreach (var message in viewer.Messages.ReadAllAsync())
            delivered.Add(message);
    }

    private static async Task<List<AlertChange>> LogAsync(IAlertStore store)
    {
        var log = new List<AlertChange>();
        while (await store.ReadChangesAsync(log.Count == 0 ? 0 : log[^1].Sequence, 10_000) is { Count: > 0 } more)
            log.AddRange(more);
        return log;
    }

    private static List<ObjectId> Ids(List<AlertChange> log, AlertChangeKind kind) =>
        [.. log.Where(change => change.Kind == kind).Select(change => change.Alert.Id).Order()];
}
