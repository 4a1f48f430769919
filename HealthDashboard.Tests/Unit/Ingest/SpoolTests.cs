using FsCheck;
using FsCheck.Fluent;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Ingest;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Tests.Unit.Ingest;

public sealed class SpoolTests : IDisposable
{
    private static readonly ObjectId Patient = ObjectId.Parse("0123456789abcdef01234567");
    private readonly TempDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task What_was_kept_is_there_in_order_after_a_restart()
    {
        var kept = Enumerable.Range(0, 50).Select(i => Batch(100 * i, i % 7 + 1)).ToList();
        using (var spool = Open())
        {
            foreach (var batch in kept)
                await spool.AppendAsync(batch);
        }

        using var again = Open();
        Assert.Equal(kept.Sum(batch => batch.Length), again.Readings);
        Assert.Equal(kept[0][0].At, again.Statistics.Oldest);
        Assert.Equal(kept.SelectMany(batch => batch), await DrainAsync(again));
        Assert.Equal(new SpoolStatistics(0, 0, null), again.Statistics);
        Assert.Empty(Directory.GetFiles(directory.Path));
    }

    [Fact]
    public async Task Whatever_a_crash_cut_off_or_left_behind_costs_no_acknowledged_reading()
    {
        List<long> ends = [];
        using (var spool = Open())
        {
            for (var i = 0; i < 20; i++)
            {
                await spool.AppendAsync(Batch(100 * i, 3));
                ends.Add(spool.Statistics.Bytes);
            }
        }
        var file = Assert.Single(Directory.GetFiles(directory.Path));
        var whole = await File.ReadAllBytesAsync(file);

        var crashes =
            from cut in Gen.Choose(0, whole.Length)
            from tail in Gen.OneOf(Gen.Choose(0, 5000).Select(zeros => new byte[zeros]), Gen.Choose(0, 255).Select(b => (byte)b).ArrayOf())
            select (cut, tail);
        Prop.ForAll(crashes.ToArbitrary(), crash =>
        {
            byte[] left = [.. whole[..crash.cut], .. crash.tail];
            File.WriteAllBytes(file, left);
            // What is there in full is kept, also when it is the tail that happens to have its last bytes.
            var acknowledged = ends.Count(end => end <= left.Length && left.AsSpan(0, (int)end).SequenceEqual(whole.AsSpan(0, (int)end)));

            using var spool = Open();
            spool.AppendAsync(Batch(9000, 2)).GetAwaiter().GetResult();
            var found = DrainAsync(spool).GetAwaiter().GetResult();
            Assert.Equal(Enumerable.Range(0, acknowledged).SelectMany(i => Batch(100 * i, 3)).Concat(Batch(9000, 2)), found);
            foreach (var rest in Directory.GetFiles(directory.Path))
                File.Delete(rest);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public async Task A_file_that_the_disk_has_changed_is_kept_for_people()
    {
        using (var spool = Open())
        {
            for (var i = 0; i < 10; i++)
                await spool.AppendAsync(Batch(100 * i, 3));
        }
        var file = Assert.Single(Directory.GetFiles(directory.Path));
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[bytes.Length / 2] ^= 0x40;
        await File.WriteAllBytesAsync(file, bytes);

        using var again = Open();
        Assert.Equal(Enumerable.Range(0, 5).SelectMany(i => Batch(100 * i, 3)).Take((int)again.Readings), await DrainAsync(again));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(file + ".damaged"));
    }

    [Fact]
    public async Task Callers_at_the_same_time_lose_nothing()
    {
        using var spool = Open();
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(() => spool.AppendAsync(Batch(100 * i, 5)))));

        var found = await DrainAsync(spool);
        Assert.Equal(Enumerable.Range(0, 200).SelectMany(i => Batch(100 * i, 5)), found.OrderBy(reading => reading.Time));
    }

    [Fact]
    public async Task A_full_spool_refuses_more_and_has_room_again_when_drained()
    {
        using var spool = Open(maxBytes: 2000);
        var taken = 0;
        var full = await Assert.ThrowsAsync<StoreUnavailableException>(async () =>
        {
            for (; taken < 100; taken++)
                await spool.AppendAsync(Batch(taken, 1));
        });

        Assert.Contains("full", full.Message);
        Assert.Equal(taken, (await DrainAsync(spool)).Count);
        await spool.AppendAsync(Batch(0, 1));
        Assert.Equal(1, spool.Readings);
    }

    [Fact]
    public async Task What_is_not_taken_out_comes_again()
    {
        using var spool = Open();
        await spool.AppendAsync(Batch(0, 3));
        await spool.AppendAsync(Batch(100, 3));

        var first = await spool.PeekAsync(1, default);
        Assert.Equal(first!.Readings, (await spool.PeekAsync(1, default))!.Readings);
        await spool.RemoveAsync(first);
        Assert.Equal(Batch(100, 3), (await spool.PeekAsync(1, default))!.Readings);
    }

    [Fact]
    public async Task Many_segments_are_drained_one_after_the_other()
    {
        using var spool = Open();
        var big = Batch(0, 100_000);
        for (var i = 0; i < 12; i++)
            await spool.AppendAsync(big);

        Assert.True(Directory.GetFiles(directory.Path).Length > 1);
        Assert.Equal(1_200_000, (await DrainAsync(spool)).Count);
        Assert.Empty(Directory.GetFiles(directory.Path));
    }

    private Spool Open(long maxBytes = 1L << 30) => new(new SpoolDisk(directory.Path), maxBytes, new DeviceNames(), NullLogger<Spool>.Instance);

    private static async Task<List<Reading>> DrainAsync(Spool spool)
    {
        List<Reading> all = [];
        while (await spool.PeekAsync(1000, default) is { } chunk)
        {
            all.AddRange(chunk.Readings);
            await spool.RemoveAsync(chunk);
        }
        return all;
    }

    private static Reading[] Batch(int from, int count) =>
        [.. Enumerable.Range(from, count).Select(i => new Reading(Patient, VitalSigns.All[i % 9].Sign, i, i / 8.0, i % 3 == 0 ? null : $"Gerät {i % 5}", i % 2 == 0 ? 0 : i + 7))];
}
