using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Faults;
using HealthDashboard.Tests.Contracts;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Faults;

/// <summary>A node that is cut off: neither readings nor heartbeats pass, in neither direction, until it is joined again.</summary>
public sealed class FaultyBusTests
{
    private readonly FaultBoard board = new(new ManualTime());

    [Fact]
    public async Task Nothing_passes_while_a_node_is_cut_off()
    {
        using var stop = new CancellationTokenSource();
        var bus = new MemoryBus();
        ILiveBus cut = new FaultyBus(bus.Connect(), board);
        ILiveBus other = bus.Connect();
        List<string> heard = [];
        var listening = Task.WhenAll(
            cut.ListenAsync(_ => heard.Add("cut: readings"), (_, beat) => heard.Add($"cut: {beat.Name}"), stop.Token),
            other.ListenAsync(_ => heard.Add("other: readings"), (_, beat) => heard.Add($"other: {beat.Name}"), stop.Token));
        var readings = new[] { new Reading(Samples.Id(), VitalSign.HeartRate, 1, 70) };
        await cut.HearAsync(new HashSet<string> { "north" }, stop.Token);
        await other.HearAsync(new HashSet<string> { "north" }, stop.Token);

        await TalkAsync();
        Assert.Equal(["other: readings", "other: A", "cut: readings", "cut: B"], heard);
        heard.Clear();
        board.SetPartition(true);
        await TalkAsync();
        Assert.Empty(heard);
        Assert.False(cut.IsHearing);
        board.SetPartition(false);
        await TalkAsync();
        Assert.Equal(4, heard.Count);

        await stop.CancelAsync();
        await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        async Task TalkAsync()
        {
            await cut.PublishAsync("north", 1, readings, stop.Token);
            await cut.BeatAsync(new NodeBeat("A", true, null, []), stop.Token);
            await other.PublishAsync("north", 1, readings, stop.Token);
            await other.BeatAsync(new NodeBeat("B", true, null, []), stop.Token);
        }
    }
}
