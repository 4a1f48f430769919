using HealthDashboard.Ingest;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Tests.Unit.Ingest;

public class IngestRoomTests
{
    private readonly ManualTime time = new(DateTimeOffset.UnixEpoch);
    private readonly IngestRoom room;

    public IngestRoomTests() => room = new IngestRoom(Options.Create(new IngestOptions { QueueReadings = 100 }), time);

    [Fact]
    public async Task Who_finds_no_room_gets_in_when_there_is_some_in_the_order_of_coming()
    {
        Assert.True(await room.EnterAsync(80));
        var first = room.EnterAsync(50).AsTask();
        // Would fit, and does not overtake.
        var second = room.EnterAsync(20).AsTask();
        Assert.False(first.IsCompleted || second.IsCompleted);
        Assert.Equal(80, room.Inside);

        room.Leave(80);
        Assert.True(await first);
        Assert.True(await second);
        Assert.Equal(70, room.Inside);
    }

    [Fact]
    public async Task Who_waits_too_long_gets_none_and_holds_nobody_up()
    {
        Assert.True(await room.EnterAsync(80));
        var large = room.EnterAsync(90).AsTask();
        time.Advance(IngestRoom.Patience / 2);
        var small = room.EnterAsync(10).AsTask();
        time.Advance(IngestRoom.Patience / 2);

        Assert.False(await large);
        Assert.True(await small);
        Assert.Equal(90, room.Inside);
        room.Leave(80);
        room.Leave(10);
        Assert.Equal(0, room.Inside);
    }

    [Fact]
    public async Task Behind_too_many_nobody_waits()
    {
        Assert.True(await room.EnterAsync(100));
        var waiting = Enumerable.Range(0, IngestRoom.MostInLine).Select(_ => room.EnterAsync(100).AsTask()).ToList();
        Assert.False(await room.EnterAsync(1));

        for (var i = 0; i < waiting.Count; i++)
        {
            room.Leave(100);
            Assert.True(await waiting[i]);
        }
    }

    [Fact]
    public async Task A_request_that_is_larger_than_the_room_enters_alone()
    {
        Assert.True(await room.EnterAsync(1_000));
        var other = room.EnterAsync(1).AsTask();
        Assert.False(other.IsCompleted);
        room.Leave(1_000);
        Assert.True(await other);
    }
}
