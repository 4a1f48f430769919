using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Monitoring;
using HealthDashboard.Tests.Contracts;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Tests.Unit.Monitoring;

public sealed class AlertWriterTests : IAsyncLifetime
{
    private readonly List<(AlertChange[] Changes, AlarmState[] States)> writes = [];
    private readonly CancellationTokenSource end = new();
    private AlertWorld world = null!;
    private TroubledAlertStore store = null!;
    private AlertWriter writer = null!;
    private Task writing = null!;

    public async ValueTask InitializeAsync()
    {
        world = await AlertWorld.MakeAsync();
        store = new TroubledAlertStore(world.Alerts) { OnWrite = (changes, states) => writes.Add(([.. changes], [.. states])) };
        writer = new AlertWriter(store, new AlertFeed(store, world.Time, NullLogger<AlertFeed>.Instance), world.Time, NullLogger<AlertWriter>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        if (writing is not null)
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        end.Dispose();
        await world.DisposeAsync();
    }

    [Fact]
    public async Task State_is_stored_with_the_last_change_of_its_evaluation_and_never_ahead_of_it()
    {
        // Three versions of one alert go out in three writes. A process that ends between two of them must not find the state of the third.
        var raised = Samples.Alert(world.Patient.Id);
        var worse = raised.Next(alert => alert with { Priority = AlertPriority.High });
        writer.Enqueue(
            world.Patient.Id,
            [Samples.Raised(raised), Samples.Change(AlertChangeKind.Updated, worse), Samples.Change(AlertChangeKind.Ended, worse.Ended())],
            new MonitorState(world.Patient.Id));
        Begin();
        await Eventually.HoldsAsync(() => writer.Depth == 0, "all written");

        Assert.Equal([1, 2, 3], writes.Select(write => Assert.Single(write.Changes).Alert.Version));
        Assert.Equal([0, 0, 1], writes.Select(write => write.States.Length));
    }

    [Fact]
    public async Task State_without_a_change_does_not_overtake_a_change_of_its_patient_that_waits()
    {
        var raised = Samples.Alert(world.Patient.Id);
        var state = new MonitorState(world.Patient.Id);
        writer.Enqueue(world.Patient.Id, [Samples.Raised(raised)], state);
        writer.Enqueue(world.Patient.Id, [Samples.Change(AlertChangeKind.Ended, raised.Ended())], state);
        writer.Enqueue(world.Patient.Id, [], state);
        Begin();
        await Eventually.HoldsAsync(() => writer.Depth == 0, "all written");
        Assert.Equal([(1, 1), (1, 1)], writes.Select(write => (write.Changes.Length, write.States.Length)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_waits_for_an_act_to_be_written_is_answered_when_the_store_goes_away(bool hangs)
    {
        var hold = store.Hold();
        var other = Samples.Alert(world.Patient.Id);
        writer.Enqueue(world.Patient.Id, [Samples.Raised(other)], new MonitorState(world.Patient.Id));
        Begin();
        await Eventually.HoldsAsync(() => store.Writes == 1, "the first write");

        // Queued behind the write that is on its way.
        var queued = writer.WriteAsync(world.Patient.Id, Samples.Raised(Samples.Alert(world.Patient.Id, "heartRate")));
        Assert.False(queued.IsCompleted);
        if (hangs)
            await PassUntilAsync(queued);
        else
            hold.SetException(new StoreUnavailableException("alerts", "its disk is full."));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => queued);
        hold.TrySetResult();
    }

    [Fact]
    public async Task Who_waits_for_an_act_that_is_on_its_way_is_answered_when_the_store_hangs()
    {
        var hold = store.Hold();
        var act = writer.WriteAsync(world.Patient.Id, Samples.Raised(Samples.Alert(world.Patient.Id)));
        Begin();
        await Eventually.HoldsAsync(() => store.Writes == 1, "the write");
        await PassUntilAsync(act);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => act);
        hold.SetResult();
    }

    // Once would not do: the writer may not have begun to count.
    private Task PassUntilAsync(Task answered) => Eventually.HoldsAsync(
        () =>
        {
            world.Time.Advance(TimeSpan.FromSeconds(1));
            return answered.IsCompleted;
        },
        "the answer");

    private void Begin() => writing = writer.RunAsync(_ => { }, end.Token);
}
