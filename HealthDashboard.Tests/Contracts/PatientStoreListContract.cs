using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

using static HealthDashboard.Tests.Contracts.Samples;

namespace HealthDashboard.Tests.Contracts;

/// <summary>The part of the contract that a directory of patients lives on: whole lists, deletions and limits.</summary>
public abstract partial class PatientStoreContract
{
    [Fact]
    public async Task All_gives_each_record_once()
    {
        var added = await store.AddAsync([.. Enumerable.Range(0, 1001).Select(n => Patient($"{n}"))]);
        var all = await store.AllAsync().Select(p => p.Id).ToListAsync();
        Assert.Equal(added.Select(p => p.Id).Order(), all.Order());
    }

    [Fact]
    public async Task Admitted_gives_those_who_are_in_the_hospital()
    {
        var added = await store.AddAsync([.. Enumerable.Range(0, 1010).Select(n => Patient($"{n}"))]);
        foreach (var leaves in added.Take(5))
            await store.ReplaceAsync(leaves with { Status = PatientStatus.Discharged });
        await store.DeleteAsync(added[5].Id, 1);
        Assert.Equal(added.Skip(6).Select(p => p.Id).Order(), (await store.AdmittedAsync().Select(p => p.Id).ToListAsync()).Order());
    }

    [Fact]
    public async Task Only_what_was_deleted_is_said_to_be()
    {
        var added = await store.AddAsync([Patient("M1"), Patient("M2"), Patient("M3")]);
        await store.DeleteAsync(added[0].Id, 1);
        await store.DeleteAsync(added[2].Id, 1);
        Assert.Equal([added[0].Id], await store.DeletedAsync([added[0].Id, added[1].Id, Id()]));
        Assert.Empty(await store.DeletedAsync([]));
    }

    [Fact]
    public async Task Limits_come_back_by_their_scope()
    {
        var (ward, patient) = (LimitScope.OfWard("north", "ICU"), LimitScope.OfPatient(Id()));
        Assert.Null(await store.FindLimitsAsync(ward));
        var limits = new AlarmLimits
        {
            Signs = new Dictionary<VitalSign, SignLimits> { [VitalSign.Spo2] = new(88, null, 80), [VitalSign.HeartRate] = new(45.5, 130, 40, 150) },
            SetBy = "dora",
            SetAt = Noon,
        };
        var stored = await store.PutLimitsAsync(ward, limits);
        await store.PutLimitsAsync(patient, limits with { Signs = new Dictionary<VitalSign, SignLimits>() });

        Assert.Equal(Json(limits with { Version = 1 }), Json(stored));
        Assert.Equal(Json(stored), Json(await store.FindLimitsAsync(ward)));
        Assert.Empty((await store.FindLimitsAsync(patient))!.Signs);
        Assert.Null(await store.FindLimitsAsync(LimitScope.OfWard("north", "Ward 2")));
        Assert.Equal([patient, ward], (await store.AllLimitsAsync()).Select(pair => pair.Key).OrderBy(scope => scope.Region));
    }

    [Fact]
    public async Task Limits_are_replaced_only_from_their_version()
    {
        var scope = LimitScope.OfPatient(Id());
        await ConflictAsync(ConflictReason.Stale, () => store.PutLimitsAsync(scope, new AlarmLimits { Version = 1 }));
        var first = await store.PutLimitsAsync(scope, new AlarmLimits { SetBy = "a" });
        var second = await store.PutLimitsAsync(scope, first with { SetBy = "b" });
        Assert.Equal(2, second.Version);
        await ConflictAsync(ConflictReason.Stale, () => store.PutLimitsAsync(scope, first with { SetBy = "c" }));
        await ConflictAsync(ConflictReason.Stale, () => store.PutLimitsAsync(scope, new AlarmLimits { SetBy = "d" }));
        Assert.Equal("b", (await store.FindLimitsAsync(scope))!.SetBy);
    }

    [Fact]
    public async Task Of_writers_that_race_for_limits_exactly_one_wins()
    {
        var other = factory.Open();
        var scope = LimitScope.OfWard("north", "ICU");
        var (done, failed) = await RaceAsync(6, n => (n % 2 == 0 ? store : other).PutLimitsAsync(scope, new AlarmLimits { SetBy = $"{n}" }));
        Assert.All(failed, error => Assert.Equal(ConflictReason.Stale, Assert.IsType<ConflictException>(error).Reason));
        Assert.Equal(Assert.Single(done).SetBy, (await store.FindLimitsAsync(scope))!.SetBy);
    }
}
