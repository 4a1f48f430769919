using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;

using static HealthDashboard.Tests.Contracts.Samples;

namespace HealthDashboard.Tests.Contracts;

/// <summary>What a store of records keeps of stays, and for ever of limits.</summary>
public abstract class StayStoreContract(StoreFactory<IPatientStore> factory) : IDisposable
{
    private readonly IPatientStore store = factory.Open();

    public void Dispose() => factory.Dispose();

    [Fact]
    public async Task Monitoring_standby_discharge_and_the_end_of_a_condition_come_back_as_they_were()
    {
        var patient = Patient("M1") with
        {
            Monitoring = MonitoringMode.Continuous,
            Standby = new Standby(Noon.AddHours(2), "in surgery", "nina"),
            MedicalHistory = [new("Pregnant", new DateOnly(2020, 1, 2), "77386006", new DateOnly(2020, 9, 30), ClinicalStatus.Resolved), new("Asthma")],
        };
        var added = (await store.AddAsync([patient]))[0];
        Assert.Equal(Json(added), Json(await store.FindAsync(added.Id)));
        var left = await store.ReplaceAsync(added with { Monitoring = null, Standby = null, Status = PatientStatus.Discharged, Discharge = new("nina", null, Noon) });
        var reopened = factory.Reopen();
        Assert.Equal(Json(left), Json(await reopened.FindAsync(added.Id)));
        var again = await reopened.ReplaceAsync(left with { Discharge = new("nina", "went home", Noon) });
        Assert.Equal(Json(again), Json(await reopened.FindByMrnAsync("M1")));
    }

    [Fact]
    public async Task Limits_keep_until_when_an_alarm_is_off_the_scores_threshold_and_why()
    {
        var scope = LimitScope.OfPatient(Id());
        var limits = new AlarmLimits
        {
            Signs = new Dictionary<VitalSign, SignLimits> { [VitalSign.HeartRate] = new(null, 130) { OffUntil = Noon.AddHours(8) } },
            ScoreThreshold = 6,
            Reason = "pacing wires",
            SetBy = "dora",
            SetAt = Noon,
        };
        var stored = await store.PutLimitsAsync(scope, limits);
        Assert.Equal(Json(limits with { Version = 1 }), Json(await store.FindLimitsAsync(scope)));
        Assert.Equal(Json(stored), Json(Assert.Single(await store.AllLimitsAsync()).Value));
    }

    [Fact]
    public async Task Every_version_of_limits_is_kept_the_latest_first()
    {
        var (scope, other) = (LimitScope.OfPatient(Id()), LimitScope.OfWard("north", "ICU"));
        Assert.Empty(await store.LimitHistoryAsync(scope, 10));
        var first = await store.PutLimitsAsync(scope, new AlarmLimits { SetBy = "a", SetAt = Noon, Reason = "b" });
        var second = await store.PutLimitsAsync(scope, first with { SetBy = "c", Reason = null, ScoreThreshold = 7 });
        await store.PutLimitsAsync(other, new AlarmLimits { SetBy = "d" });
        Assert.Equal(Json(new[] { second, first }), Json(await store.LimitHistoryAsync(scope, 10)));
        Assert.Equal(Json(new[] { second }), Json(await store.LimitHistoryAsync(scope, 1)));
        Assert.Equal("d", Assert.Single(await factory.Reopen().LimitHistoryAsync(other, 1000)).SetBy);
    }

    [Fact]
    public async Task A_change_that_was_refused_is_not_in_the_history()
    {
        var scope = LimitScope.OfPatient(Id());
        var first = await store.PutLimitsAsync(scope, new AlarmLimits { SetBy = "a" });
        await Assert.ThrowsAsync<ConflictException>(() => store.PutLimitsAsync(scope, new AlarmLimits { SetBy = "b" }));
        await store.PutLimitsAsync(scope, first with { SetBy = "c" });
        await Assert.ThrowsAsync<ConflictException>(() => store.PutLimitsAsync(scope, first with { SetBy = "d" }));
        Assert.Equal(["c", "a"], (await store.LimitHistoryAsync(scope, 10)).Select(limits => limits.SetBy));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task A_history_of_no_length_is_refused(int limit) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => store.LimitHistoryAsync(LimitScope.OfWard("north", "ICU"), limit));
}
