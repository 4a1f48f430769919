using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Faults;
using HealthDashboard.Tests.Contracts;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Tests.Unit.Faults;

/// <summary>The ledger of what was acknowledged, over a kill too, and the proof, which can fail.</summary>
public sealed class ReadingLedgerTests : IDisposable
{
    private static readonly ObjectId Patient = Samples.Id();
    private readonly TempDirectory data = new();
    private readonly ManualTime time = new();

    private string LedgerFile => data["fault-ledger.bin"];

    public void Dispose() => data.Dispose();

    [Fact]
    public void It_counts_what_was_sent_and_what_was_acknowledged()
    {
        using var ledger = Open();
        Assert.Equal(new LedgerCount(null, 0, 0, false), ledger.Count);
        Acknowledge(ledger, 1, 2);
        Assert.Equal(0, ledger.Count.Sent);

        ledger.Begin();
        Acknowledge(ledger, 1, 2);
        Acknowledge(ledger, 2, 3);
        ledger.Send(5);
        Assert.Equal(new LedgerCount(time.GetUtcNow(), 9, 4, false), ledger.Count);
        Assert.Equal([1, 2, 3], Assert.Single(ledger.Acknowledged()).Times);
    }

    [Fact]
    public void What_was_sent_before_the_count_began_is_not_counted()
    {
        using var ledger = Open();
        ledger.Begin();
        var before = ledger.Send(1);
        ledger.Begin();
        ledger.Acknowledge(before, [At(1)]);
        Assert.Equal((0, 0), (ledger.Count.Sent, ledger.Count.Acknowledged));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(13)]
    public void It_goes_on_after_a_kill_without_the_half_that_was_cut(int half)
    {
        using (var ledger = Open())
        {
            ledger.Begin();
            Acknowledge(ledger, 1, 2);
        }
        using (var file = new FileStream(LedgerFile, FileMode.Append))
            file.Write(new byte[half]);
        using (var ledger = Open())
        {
            Assert.Equal((2, 2), (ledger.Count.Sent, ledger.Count.Acknowledged));
            Acknowledge(ledger, 3);
        }
        using var last = Open();
        Assert.Equal([1, 2, 3], Assert.Single(last.Acknowledged()).Times);
    }

    [Fact]
    public void What_was_counted_long_ago_is_over()
    {
        using (var ledger = Open())
        {
            ledger.Begin();
            Acknowledge(ledger, 1);
        }
        time.Advance(TimeSpan.FromMinutes(61));
        using var late = Open();
        Assert.Null(late.Count.Since);
        late.Begin();
        Assert.Empty(late.Acknowledged());
    }

    [Fact]
    public async Task The_proof_finds_what_is_lost_and_what_is_doubled()
    {
        var token = TestContext.Current.CancellationToken;
        using var ledger = Open();
        ledger.Begin();
        Acknowledge(ledger, 1, 2, 3, 4);
        var store = new MemoryVitals();
        await store.AppendAsync([At(1), At(2), At(3), At(4), At(9)], token);
        Assert.Equal((4L, 4L, 0L), await FaultProof.FindAsync(ledger.Acknowledged(), store, token));

        Acknowledge(ledger, 5);
        Assert.Equal((5L, 4L, 0L), await FaultProof.FindAsync(ledger.Acknowledged(), store, token));
        Assert.Equal((5L, 4L, 1L), await FaultProof.FindAsync(ledger.Acknowledged(), new Doubling(store), token));
    }

    private static void Acknowledge(ReadingLedger ledger, params long[] times) => ledger.Acknowledge(ledger.Send(times.Length), [.. times.Select(At)]);

    private static Reading At(long time) => new(Patient, VitalSign.HeartRate, time, 70);

    private ReadingLedger Open() => new(Options.Create(new StoreOptions { DataDirectory = data.Path }), time);

    // A store that keeps the first of its readings twice.
    private sealed class Doubling(IVitalStore inner) : IVitalStore
    {
        public async Task<IReadOnlyList<Sample>> ReadAsync(ObjectId patientId, VitalSign sign, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel = default) =>
            await inner.ReadAsync(patientId, sign, from, to, cancel) is { Count: > 0 } all ? [all[0], .. all] : [];

        public Task AppendAsync(IReadOnlyList<Reading> readings, CancellationToken cancel = default) => throw new NotSupportedException();

        public Task ImportAsync(ObjectId patientId, VitalSign sign, IReadOnlyList<Sample> samples, CancellationToken cancel = default) => throw new NotSupportedException();

        public Task<IReadOnlyList<VitalPoint>> ChartAsync(ObjectId patientId, VitalSign sign, DateTimeOffset from, DateTimeOffset to, int points, CancellationToken cancel = default) =>
            throw new NotSupportedException();

        public Task<IReadOnlyList<Reading>> LatestAsync(ObjectId patientId, CancellationToken cancel = default) => throw new NotSupportedException();
    }
}
