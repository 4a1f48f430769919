using HealthDashboard.Data.Model;
using HealthDashboard.Live;
using HealthDashboard.Tests.Support;

using static HealthDashboard.Tests.Contracts.Samples;

namespace HealthDashboard.Tests.Unit.Live;

public sealed class LiveOutboxTests
{
    private readonly LiveOutbox outbox = new(new MemoryBus().Connect());

    [Fact]
    public void Every_reading_waits_as_it_came_and_is_taken_once()
    {
        var id = Id();
        Reading[] received = [new(id, VitalSign.Spo2, 2, 95, "m1", 3), new(id, VitalSign.Spo2, 1, 0), new(id, VitalSign.Spo2, 2, 94)];
        outbox.Add(received[..2]);
        outbox.Add(received[2..]);
        Assert.Equal(received, outbox.Take(out var dropped));
        Assert.False(dropped);
        Assert.Empty(outbox.Take(out _));
    }

    [Fact]
    public void When_too_many_wait_the_oldest_go_and_it_is_said()
    {
        var id = Id();
        for (var i = 0; i <= LiveOutbox.Most; i++)
            outbox.Add([new(id, VitalSign.Spo2, i, 95)]);
        var taken = outbox.Take(out var dropped);
        Assert.True(dropped);
        Assert.Equal((LiveOutbox.Most, 1), (taken.Count, taken[0].Time));
        outbox.Add([new(id, VitalSign.Spo2, 1, 95)]);
        Assert.Single(outbox.Take(out dropped));
        Assert.False(dropped);
    }

    [Fact]
    public void On_a_node_that_runs_alone_nothing_waits()
    {
        var alone = new LiveOutbox();
        alone.Add([new(Id(), VitalSign.Spo2, 1, 95)]);
        Assert.Empty(alone.Take(out _));
    }
}
