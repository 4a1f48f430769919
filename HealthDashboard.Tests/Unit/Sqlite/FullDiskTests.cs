using HealthDashboard.Data.Model;
using HealthDashboard.Data.Sqlite.Alerts;
using HealthDashboard.Data.Sqlite.Vitals;
using HealthDashboard.Data.Stores;
using HealthDashboard.Ingest;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Tests.Unit.Sqlite;

/// <summary>A disk that is full in the middle of writing: what was acknowledged is there, what was refused is not, and it goes on when there is room.</summary>
public sealed class FullDiskTests : IDisposable
{
    private static readonly ObjectId Patient = ObjectId.Parse("0123456789abcdef01234567");
    private readonly SmallDisk disk = new(megabytes: 8);
    private readonly ManualTime time = new();

    public void Dispose() => disk.Dispose();

    [Fact]
    public async Task Vital_signs_that_were_refused_are_neither_shown_nor_stored_and_the_others_are()
    {
        List<Reading> acknowledged = [];
        var last = 0;
        await using (var store = Vitals())
        {
            await FillAsync(batch => store.AppendAsync(batch));
            Assert.Equal(acknowledged.Count, (await AllAsync(store)).Count);
        }
        await using var again = Vitals();
        Assert.Equal(acknowledged.Select(reading => new Sample(reading.Time, reading.Value)), await AllAsync(again));

        async Task FillAsync(Func<Reading[], Task> append)
        {
            foreach (var full in (bool[])[false, true, false, true, false])
            {
                if (full)
                    disk.Fill();
                else
                    disk.Free();
                var refused = false;
                for (var i = 0; full ? !refused && i < 5_000 : i < 20; i++)
                {
                    Reading[] batch = [.. Enumerable.Range(last, 100).Select(At)];
                    last += 100;
                    try
                    {
                        await append(batch);
                        acknowledged.AddRange(batch);
                    }
                    catch (StoreUnavailableException)
                    {
                        refused = true;
                    }
                }
                Assert.Equal(full, refused);
            }
        }
    }

    [Fact]
    public async Task Changes_of_alerts_that_were_refused_are_not_in_the_log_and_can_be_written_again()
    {
        var database = AlertSchema.Open(Path.Combine(disk.Path, "alerts.db"));
        var store = new SqliteAlertStore(database, NullLogger<SqliteAlertStore>.Instance);
        List<ObjectId> written = [];
        AlertChange? refused = null;
        disk.Fill();
        for (var i = 0; refused is null && i < 5_000; i++)
        {
            var change = Contracts.Samples.Raised(Contracts.Samples.Alert());
            try
            {
                await store.WriteAsync([change], [new AlarmState(change.Alert.PatientId, new byte[1000])]);
                written.Add(change.Alert.Id);
            }
            catch (StoreUnavailableException)
            {
                refused = change;
            }
        }
        Assert.NotNull(refused);
        Assert.Null(await store.FindAsync(refused.Alert.Id));

        disk.Free();
        Assert.True(Assert.Single(await store.WriteAsync([refused], [])).Taken);
        database.Dispose();
        using var again = AlertSchema.Open(Path.Combine(disk.Path, "alerts.db"));
        var log = await new SqliteAlertStore(again, NullLogger<SqliteAlertStore>.Instance).ReadChangesAsync(0, 10_000);
        Assert.Equal([.. written, refused.Alert.Id], log.Select(change => change.Alert.Id));
        Assert.Equal(Enumerable.Range(1, log.Count).Select(number => (long)number), log.Select(change => change.Sequence));
    }

    [Fact]
    public async Task The_spool_keeps_what_it_acknowledged_and_has_no_half_frame()
    {
        List<Reading> acknowledged = [];
        long bytes;
        using (var spool = Spool())
        {
            await spool.AppendAsync([At(0)]);
            acknowledged.Add(At(0));
            disk.Fill();
            var refused = 0;
            for (var i = 1; refused < 3 && i < 5_000; i++)
            {
                Reading[] batch = [.. Enumerable.Range(1_000 * i, 1_000).Select(At)];
                try
                {
                    await spool.AppendAsync(batch);
                    acknowledged.AddRange(batch);
                }
                catch (StoreUnavailableException)
                {
                    refused++;
                }
            }
            Assert.Equal(3, refused);
            bytes = spool.Statistics.Bytes;
            Assert.Equal(bytes, Directory.EnumerateFiles(Path.Combine(disk.Path, "spool")).Sum(file => new FileInfo(file).Length));
            disk.Free();
            await spool.AppendAsync([At(1)]);
            acknowledged.Add(At(1));
        }
        using var again = Spool();
        Assert.Equal(acknowledged, (await again.PeekAsync(int.MaxValue / 100, default))!.Readings);
    }

    private SqliteVitalStore Vitals() => new(new SqliteVitalOptions { Directory = disk.Path, FoldOnClose = false }, time, NullLogger<SqliteVitalStore>.Instance);

    private Spool Spool() => new(new SpoolDisk(Path.Combine(disk.Path, "spool")), 1 << 30, new DeviceNames(), NullLogger<Spool>.Instance);

    private Reading At(int i) => new(Patient, VitalSign.HeartRate, time.GetUtcNow().ToUnixTimeMilliseconds() - 3_600_000 + i, 60 + (i % 40));

    private async Task<IReadOnlyList<Sample>> AllAsync(SqliteVitalStore store) =>
        await store.ReadAsync(Patient, VitalSign.HeartRate, time.GetUtcNow().AddDays(-1), time.GetUtcNow().AddDays(1));
}
