using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Live;
using static HealthDashboard.Tests.Contracts.Samples;

namespace HealthDashboard.Tests.Live;

public sealed class LiveOutboxTests
{
    [Fact]
    public void The_newest_of_each_sign_waits_and_is_taken_once()
    {
        var outbox = new LiveOutbox(new NoBus());
        var (first, second) = (Id(), Id());
        outbox.Add([new(first, VitalSign.Spo2, 2, 95), new(second, VitalSign.Spo2, 1, 90), new(first, VitalSign.HeartRate, 1, 70)]);
        outbox.Add([new(first, VitalSign.Spo2, 1, 94), new(second, VitalSign.Spo2, 2, 91)]);

        Assert.Equal(
            [new(first, VitalSign.Spo2, 2, 95), new(first, VitalSign.HeartRate, 1, 70), new(second, VitalSign.Spo2, 2, 91)],
            outbox.Take().OrderBy(reading => reading.PatientId).ThenByDescending(reading => reading.Sign));
        Assert.Empty(outbox.Take());
    }

    [Fact]
    public void On_a_node_that_runs_alone_nothing_waits()
    {
        var outbox = new LiveOutbox();
        outbox.Add([new(Id(), VitalSign.Spo2, 1, 95)]);
        Assert.Empty(outbox.Take());
    }

    private sealed class NoBus : ILiveBus
    {
        public bool IsHearing => true;

        public Task PublishAsync(string region, IReadOnlyList<Reading> readings, CancellationToken cancel) => Task.CompletedTask;

        public Task SubscribeAsync(Action<IReadOnlyList<Reading>> heard, CancellationToken cancel) => Task.CompletedTask;
    }
}
