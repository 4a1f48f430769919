using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Faults;
using HealthDashboard.Tests.Contracts;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Faults;

/// <summary>A store behind its switch: what each switch does to reads and writes, and that nothing is in the way while none is on.</summary>
public sealed class FaultyStoreTests
{
    private static readonly ObjectId Patient = Samples.Id();

    // Every call that changes something, of every role; a new one is added here, and the switch must know it.
    private static readonly string[] Changes =
    [
        "IAccountStore.AddAsync", "IAccountStore.ReplaceAsync",
        "IAlertStore.WriteAsync",
        "IAnalyticsStore.PutAsync", "IAnalyticsStore.PutAsync", "IAnalyticsStore.PutAsync", "IAnalyticsStore.PutAsync",
        "IAuditStore.AppendAsync", "IAuditStore.SealAsync",
        "ICareTeamStore.AssignAsync", "ICareTeamStore.MoveAsync", "ICareTeamStore.PutCliniciansAsync", "ICareTeamStore.ReferAsync",
        "ICareTeamStore.RemoveClinicianAsync", "ICareTeamStore.SetOnCallAsync", "ICareTeamStore.UnassignAsync",
        "IGrantStore.AddAsync", "IGrantStore.RemoveAsync", "IGrantStore.ReplaceAsync",
        "IPatientStore.AddAsync", "IPatientStore.AddNoteAsync", "IPatientStore.DeleteAsync", "IPatientStore.PutLimitsAsync", "IPatientStore.ReplaceAsync",
        "IVitalStore.AppendAsync", "IVitalStore.ImportAsync",
    ];

    private readonly ManualTime time = new();
    private readonly FaultBoard board;
    private readonly MemoryVitals inner = new();
    private readonly IVitalStore store;

    public FaultyStoreTests()
    {
        board = new FaultBoard(time);
        store = (IVitalStore)FaultyStore.Of(typeof(IVitalStore), inner, board, "vitals", "Memory");
    }

    private DateTimeOffset Now => time.GetUtcNow();

    [Fact]
    public void It_knows_what_changes_a_store() => Assert.Equal(
        Changes,
        from type in typeof(IVitalStore).Assembly.GetTypes()
        where type is { IsInterface: true, Namespace: "HealthDashboard.Data.Stores" } && type.Name.EndsWith("Store", StringComparison.Ordinal)
        orderby type.Name
        from call in type.GetMethods().OrderBy(call => call.Name, StringComparer.Ordinal)
        where FaultyStore.Writes(call)
        select $"{type.Name}.{call.Name}");

    [Fact]
    public async Task With_no_fault_it_is_the_store_itself()
    {
        await WriteAsync();
        Assert.Single(await store.LatestAsync(Patient));
        Assert.Single(await store.LatestAtAsync(Patient, Now, TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public async Task An_unavailable_store_answers_nothing_until_it_is_switched_back()
    {
        await WriteAsync();
        board.Set("vitals", new StoreFault(FaultMode.Unavailable));
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.LatestAsync(Patient));
        Assert.Equal("Memory", error.Store);
        await Assert.ThrowsAsync<StoreUnavailableException>(WriteAsync);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.LatestAtAsync(Patient, Now, TimeSpan.FromMinutes(1)));
        board.Set("vitals", default);
        Assert.Single(await store.LatestAsync(Patient));
    }

    [Fact]
    public async Task A_read_only_store_answers_and_refuses_changes()
    {
        await WriteAsync();
        board.Set("vitals", new StoreFault(FaultMode.ReadOnly));
        Assert.Single(await store.LatestAsync(Patient));
        await Assert.ThrowsAsync<StoreRefusedException>(WriteAsync);
        await Assert.ThrowsAsync<StoreRefusedException>(() => store.ImportAsync(Patient, VitalSign.HeartRate, [new Sample(0, 70)]));
    }

    [Fact]
    public async Task A_slow_store_answers_later()
    {
        await WriteAsync();
        board.Set("vitals", new StoreFault(FaultMode.Slow, 800));
        var answer = store.LatestAsync(Patient);
        time.Advance(TimeSpan.FromMilliseconds(799));
        Assert.False(answer.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Single(await answer);
    }

    [Fact]
    public async Task With_the_same_seed_the_same_calls_fail()
    {
        board.Set("vitals", new StoreFault(FaultMode.Fails, 30));
        board.Seed(7);
        var first = await FailuresAsync();
        board.Seed(7);
        Assert.Equal(first, await FailuresAsync());
        Assert.InRange(first.Count(failed => failed), 200, 400);
        board.Seed(8);
        Assert.NotEqual(first, await FailuresAsync());
    }

    [Fact]
    public async Task A_fault_ends_by_itself()
    {
        board.Set("vitals", new StoreFault(FaultMode.Unavailable));
        board.SetPartition(true);
        board.SetStorm(true);
        board.SetClock(TimeSpan.FromMinutes(2));
        time.Advance(FaultBoard.Longest - TimeSpan.FromSeconds(1));
        Assert.True(board is { IsAny: true, IsPartitioned: true, IsStorm: true });
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.LatestAsync(Patient));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(board.IsAny);
        Assert.Empty(await store.LatestAsync(Patient));
    }

    [Theory]
    [InlineData(FaultMode.Slow, 0, 0, false)]
    [InlineData(FaultMode.Slow, 10_000, 0, true)]
    [InlineData(FaultMode.Slow, 10_001, 0, false)]
    [InlineData(FaultMode.Fails, 101, 0, false)]
    [InlineData(FaultMode.Unavailable, 1, 0, false)]
    [InlineData(FaultMode.Unavailable, 2, 3, true)]
    [InlineData(FaultMode.Unavailable, 4, 3, false)]
    [InlineData(FaultMode.ReadOnly, 1, 3, false)]
    [InlineData(FaultMode.None, 0, 0, true)]
    public void An_amount_has_its_bounds(FaultMode mode, int amount, int servers, bool allowed) =>
        Assert.Equal(allowed, new StoreFault(mode, amount).Refusal(servers) is null);

    [Fact]
    public async Task Records_that_stream_fail_too()
    {
        using var factory = SqlitePatientStoreTests.Sqlite();
        var patients = (IPatientStore)FaultyStore.Of(typeof(IPatientStore), factory.Open(), board, "patients", "SQLite");
        await patients.AddAsync([Samples.Patient("M1")]);
        Assert.Single(await patients.AllAsync().ToListAsync());
        board.Set("patients", new StoreFault(FaultMode.Unavailable));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await patients.AllAsync().ToListAsync());
    }

    private async Task<List<bool>> FailuresAsync()
    {
        List<bool> failed = [];
        for (var i = 0; i < 1_000; i++)
            failed.Add(await Record.ExceptionAsync(() => store.LatestAsync(Patient)) is StoreUnavailableException);
        return failed;
    }

    private Task WriteAsync() => store.AppendAsync([new Reading(Patient, VitalSign.HeartRate, Now.ToUnixTimeMilliseconds(), 70)]);
}
