using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Ingest;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Tests.Unit.Ingest;

/// <summary>The spool on a disk that fails: what was acknowledged is there, what was refused is not counted, nothing comes twice.</summary>
public sealed class SpoolFailureTests
{
    private const int Batches = 12;
    private static readonly ObjectId Patient = ObjectId.Parse("0123456789abcdef01234567");

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Whatever_call_fails_the_acknowledged_readings_are_there_once_and_in_order(bool forGood, bool powerCut)
    {
        var calls = (await RunAsync(_ => false, powerCut)).Calls;
        Assert.True(calls > 3 * Batches);
        var refused = 0;
        for (var n = 2; n <= calls; n++)
            refused += (await RunAsync(call => forGood ? call >= n : call == n, powerCut)).Refused;
        Assert.True(refused > calls / 2, $"Only {refused} batches were refused: the failures did not hit.");
    }

    [Fact]
    public async Task A_write_that_fails_half_way_leaves_the_file_and_every_count_as_they_were()
    {
        var disk = new TroubledDisk();
        using var spool = Open(disk);
        await spool.AppendAsync(Batch(0));
        var (before, bytes) = (spool.Statistics, Assert.Single(disk.Bytes).Value);

        // The write itself, and then the flush after it.
        foreach (var failing in (int[])[1, 2])
        {
            var next = disk.Calls + failing;
            disk.Fails = call => call == next;
            await Assert.ThrowsAsync<StoreUnavailableException>(() => spool.AppendAsync(Batch(1)));
            Assert.Equal(before, spool.Statistics);
            Assert.Equal(bytes, Assert.Single(disk.Bytes).Value);
        }

        await spool.AppendAsync(Batch(2));
        Assert.Equal([.. Batch(0), .. Batch(2)], (await spool.PeekAsync(100, default))!.Readings);
    }

    [Fact]
    public async Task After_half_a_frame_that_cannot_be_cut_off_the_next_one_goes_to_another_file()
    {
        var disk = new TroubledDisk();
        using (var spool = Open(disk))
        {
            await spool.AppendAsync(Batch(0));
            var flush = disk.Calls + 2;
            disk.Fails = call => call >= flush;
            await Assert.ThrowsAsync<StoreUnavailableException>(() => spool.AppendAsync([.. Batch(1), .. Batch(2)]));
            disk.Fails = _ => false;
            await spool.AppendAsync(Batch(3));
        }
        Assert.Equal(2, disk.Bytes.Count);

        // The refused ones are whole in the first file. They may count as stored, but never as newer than what came after them.
        using var again = Open(disk);
        Assert.Equal([.. Batch(0), .. Batch(1), .. Batch(2), .. Batch(3)], await DrainAsync(again));
    }

    [Fact]
    public async Task Nothing_is_acknowledged_before_it_is_on_the_disk_itself_and_who_comes_meanwhile_shares_the_next_flush()
    {
        var disk = new TroubledDisk();
        using var spool = Open(disk);
        disk.Hold.Reset();
        var first = spool.AppendAsync(Batch(0));
        await IngestHost.UntilAsync(() => disk.Flushes == 1);
        var others = Task.WhenAll(Enumerable.Range(1, 20).Select(i => spool.AppendAsync(Batch(i))));
        Assert.False(first.IsCompleted);
        disk.CutPower();
        Assert.Empty(Assert.Single(disk.Bytes).Value);

        disk.Hold.Set();
        await first;
        await others;
        Assert.Equal(2, disk.Flushes);
    }

    [Fact]
    public async Task Every_file_that_the_last_run_left_is_still_there_after_a_start_that_drains_nothing()
    {
        var disk = new TroubledDisk();
        for (var file = 1; file <= 4; file++)
        {
            var one = new TroubledDisk();
            using (var spool = Open(one))
                await spool.AppendAsync(Batch(file));
            disk.Put($"readings-v1-{file:D12}.spool", Assert.Single(one.Bytes).Value);
        }
        var left = disk.Bytes;

        for (var start = 0; start < 3; start++)
        {
            using var spool = Open(disk);
            Assert.Equal(8, spool.Readings);
            Assert.Equal(left, disk.Bytes);
        }
        using var last = Open(disk);
        Assert.Equal(Enumerable.Range(1, 4).SelectMany(Batch), await DrainAsync(last));
        Assert.Empty(disk.Bytes);
    }

    [Fact]
    public async Task A_file_that_cannot_be_removed_keeps_its_readings_counted_so_that_newer_ones_queue_behind_them()
    {
        var disk = new TroubledDisk();
        using var spool = Open(disk);
        await spool.AppendAsync(Batch(0));
        var chunk = await spool.PeekAsync(100, default);
        disk.Fails = _ => true;
        await Assert.ThrowsAsync<IOException>(() => spool.RemoveAsync(chunk!));
        Assert.Equal(2, spool.Readings);

        disk.Fails = _ => false;
        await spool.AppendAsync(Batch(1));
        Assert.Equal([.. Batch(0), .. Batch(1)], await DrainAsync(spool));
        Assert.Equal(0, spool.Readings);
        Assert.Empty(disk.Bytes);
    }

    [Fact]
    public async Task Frames_of_the_first_format_are_read_and_may_be_followed_by_those_of_today()
    {
        var disk = new TroubledDisk();
        disk.Put(
            "readings-v1-000000000007.spool",
            Convert.FromHexString(
                "2a000000bee8da26010000000123456789abcdef0123456703008c2b8d9b010000000000000060584008476572c3a4742031"
                + "4100000005e64491020000000123456789abcdef0123456701e88f2b8d9b0100000000000000005240000123456789abcdef0123456707e88f2b8d9b010000cdcccccccc4c4240016d"));
        using var spool = Open(disk);
        await spool.AppendAsync(Batch(1));

        const long time = 1_767_600_000_000;
        Reading[] old =
        [
            new(Patient, VitalSign.Spo2, time, 97.5, "Gerät 1"),
            new(Patient, VitalSign.HeartRate, time + 1000, 72),
            new(Patient, VitalSign.Temperature, time + 1000, 36.6, "m"),
        ];
        Assert.Equal(5, spool.Readings);
        Assert.Equal([.. old, .. Batch(1)], await DrainAsync(spool));
    }

    /// <summary>
    /// Sends batches, drains now and then, lets calls fail, ends the process and starts it again on a sound disk. Each batch has a
    /// reading of a moment of its own, and one of a moment that all have: its value says who came last.
    /// </summary>
    private static async Task<(int Calls, int Refused)> RunAsync(Predicate<int> fails, bool powerCut)
    {
        var disk = new TroubledDisk();
        Dictionary<long, double> store = [];
        List<int> acknowledged = [];
        using (var spool = Open(disk))
        {
            disk.Fails = fails;
            for (var i = 0; i < Batches; i++)
            {
                try
                {
                    await spool.AppendAsync(Batch(i));
                    acknowledged.Add(i);
                }
                catch (StoreUnavailableException)
                {
                }
                if (i % 4 == 3)
                    await TryDrainAsync(spool, store);
            }
            Assert.Equal(spool.Readings == 0, spool.Statistics.Bytes == 0);
        }
        var calls = disk.Calls;
        disk.Fails = _ => false;
        if (powerCut)
            disk.CutPower();

        using var again = Open(disk);
        var left = again.Readings;
        var drained = await DrainAsync(again);
        Assert.Equal(left, drained.Count);
        Assert.Distinct(drained.Where(reading => reading.Time > 0).Select(reading => reading.Time));
        foreach (var reading in drained)
            store[reading.Time] = reading.Value;
        Assert.All(acknowledged, i => Assert.Equal(i, store[i + 1]));
        // One that was refused may have come to the disk all the same, but then it is not older than the last that was acknowledged.
        if (acknowledged.Count > 0)
            Assert.True(store[0] >= acknowledged[^1], $"{store[0]} stands in place of {acknowledged[^1]}.");
        return (calls, Batches - acknowledged.Count);
    }

    private static async Task TryDrainAsync(Spool spool, Dictionary<long, double> store)
    {
        try
        {
            while (await spool.PeekAsync(3, default) is { } chunk)
            {
                foreach (var reading in chunk.Readings)
                    store[reading.Time] = reading.Value;
                await spool.RemoveAsync(chunk);
            }
        }
        catch (Exception error) when (error is IOException or InvalidDataException)
        {
        }
    }

    private static async Task<List<Reading>> DrainAsync(Spool spool)
    {
        List<Reading> all = [];
        while (await spool.PeekAsync(3, default) is { } chunk)
        {
            all.AddRange(chunk.Readings);
            await spool.RemoveAsync(chunk);
        }
        return all;
    }

    private static Spool Open(TroubledDisk disk) => new(disk, 1 << 20, new DeviceNames(), NullLogger<Spool>.Instance);

    private static Reading[] Batch(int i) =>
    [
        new(Patient, VitalSign.HeartRate, i + 1, i, $"bed {i}", 1000 + i),
        new(Patient, VitalSign.HeartRate, 0, i, null, 1000 + i),
    ];
}
