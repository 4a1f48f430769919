using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

using static HealthDashboard.Tests.Contracts.Samples;

namespace HealthDashboard.Tests.Contracts;

/// <summary>What a change that was refused must leave behind: nothing. A store that keeps each write as it comes fails these.</summary>
public abstract partial class PatientStoreContract
{
    [Fact]
    public async Task A_refused_batch_leaves_every_mrn_and_id_of_it_free()
    {
        await store.AddAsync([Patient("M1")]);
        var refused = new[] { Patient("M2"), Patient("M3"), Patient("M1") };
        await ConflictAsync(ConflictReason.Duplicate, () => store.AddAsync(refused));
        Assert.All(await Task.WhenAll(refused.Select(patient => store.FindAsync(patient.Id))), Assert.Null);
        var added = await store.AddAsync([refused[0], refused[1]]);
        Assert.Equal(["M1", "M2", "M3"], await MrnsAsync(new PatientQuery()));
        Assert.Equal(Json(added[0]), Json(await store.FindByMrnAsync("M2")));
    }

    [Fact]
    public async Task A_refused_change_of_the_mrn_leaves_the_old_one_and_frees_the_new_one()
    {
        var added = await store.AddAsync([Patient("M1"), Patient("M2")]);
        await store.ReplaceAsync(added[0] with { Bed = "2" });
        await ConflictAsync(ConflictReason.Stale, () => store.ReplaceAsync(added[0] with { Mrn = "M9" }));
        await ConflictAsync(ConflictReason.Stale, () => store.ReplaceAsync(added[0] with { Mrn = "M8", Region = "south" }));
        await ConflictAsync(ConflictReason.Duplicate, () => store.ReplaceAsync(added[1] with { Mrn = "M1", Region = "south" }));
        Assert.Equal(added[0].Id, (await store.FindByMrnAsync("M1"))!.Id);
        Assert.Equal(Json(added[1]), Json(await store.FindByMrnAsync("M2")));
        Assert.Equal(Json(added[1]), Json(await store.FindAsync(added[1].Id)));
        Assert.Equal(2, (await store.AddAsync([Patient("M8"), Patient("M9")])).Count);
        Assert.Equal(4, (await store.SearchAsync(new PatientQuery())).Total);
    }

    [Fact]
    public async Task A_change_of_mrn_and_region_leaves_one_record_and_frees_the_old_mrn()
    {
        var added = (await store.AddAsync([Patient("M1", region: "north")]))[0];
        var moved = await store.ReplaceAsync(added with { Mrn = "M2", Region = "south" });
        Assert.Equal(Json(moved), Json(await store.FindAsync(added.Id)));
        Assert.Equal(1, (await store.SearchAsync(new PatientQuery())).Total);
        await store.AddAsync([Patient("M1")]);
        await store.DeleteAsync(added.Id, moved.Version);
        await store.AddAsync([Patient("M2")]);
        Assert.Equal(["M1", "M2"], await MrnsAsync(new PatientQuery()));
    }

    [Fact]
    public async Task A_refused_deletion_leaves_the_record_and_no_copy_of_it()
    {
        var added = (await store.AddAsync([Patient("M1")]))[0];
        var edited = await store.ReplaceAsync(added with { Bed = "2" });
        await ConflictAsync(ConflictReason.Stale, () => store.DeleteAsync(added.Id, 1));
        Assert.Empty(await store.DeletedAsync([added.Id]));
        Assert.Equal(Json(edited), Json(await store.FindByMrnAsync("M1")));
        await ConflictAsync(ConflictReason.Duplicate, () => store.AddAsync([Patient("M1")]));
    }

    [Fact]
    public async Task Refused_limits_leave_no_trace_in_the_history()
    {
        var scope = LimitScope.OfPatient(Id());
        var first = await store.PutLimitsAsync(scope, new AlarmLimits { SetBy = "dora" });
        var second = await store.PutLimitsAsync(scope, first with { SetBy = "nina" });
        await ConflictAsync(ConflictReason.Stale, () => store.PutLimitsAsync(scope, first with { SetBy = "late" }));
        await ConflictAsync(ConflictReason.Stale, () => store.PutLimitsAsync(scope, new AlarmLimits { SetBy = "late" }));
        Assert.Equal(["nina", "dora"], (await store.LimitHistoryAsync(scope, 10)).Select(limits => limits.SetBy));
        Assert.Equal("nina", (await store.FindLimitsAsync(scope))!.SetBy);
        Assert.Equal(3, (await store.PutLimitsAsync(scope, second)).Version);
    }
}
