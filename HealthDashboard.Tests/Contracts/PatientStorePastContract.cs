using HealthDashboard.Data.Model;

using static HealthDashboard.Tests.Contracts.Samples;

namespace HealthDashboard.Tests.Contracts;

/// <summary>Who was here at a past moment.</summary>
public abstract partial class PatientStoreContract
{
    [Fact]
    public async Task Who_was_admitted_at_a_past_moment_is_as_the_record_was_then()
    {
        var came = (await store.AddAsync([Patient("M1") with { Bed = "1", ChangedAt = Noon }]))[0];
        var moved = await store.ReplaceAsync(came with { Ward = "Surgery", Bed = "2", ChangedAt = Noon.AddHours(1) });
        var elsewhere = await store.ReplaceAsync(moved with { Region = "elsewhere", ChangedAt = Noon.AddHours(2) });
        var left = await store.ReplaceAsync(elsewhere with { Status = PatientStatus.Discharged, ChangedAt = Noon.AddHours(3) });
        var back = await store.ReplaceAsync(left with { Status = PatientStatus.Admitted, ChangedAt = Noon.AddHours(4) });
        var always = (await store.AddAsync([Patient("M2")]))[0];

        Assert.Equal(Json(new[] { always }), await AtAsync(-0.1));
        Assert.Equal(Json(new[] { came, always }), await AtAsync(0));
        Assert.Equal(Json(new[] { came, always }), await AtAsync(0.9));
        Assert.Equal(Json(new[] { moved, always }), await AtAsync(1.5));
        Assert.Equal(Json(new[] { elsewhere, always }), await AtAsync(2));
        Assert.Equal(Json(new[] { always }), await AtAsync(3.5));
        Assert.Equal(Json(new[] { back, always }), await AtAsync(5));
    }

    [Fact]
    public async Task Who_has_left_and_whose_record_was_deleted_was_there_and_is_not_shown()
    {
        var left = (await store.AddAsync([Patient("M1") with { ChangedAt = Noon }]))[0];
        await store.ReplaceAsync(left with { Status = PatientStatus.Discharged, ChangedAt = Noon.AddHours(1) });
        var deleted = (await store.AddAsync([Patient("M2") with { ChangedAt = Noon }]))[0];
        await store.DeleteAsync(deleted.Id, deleted.Version);

        Assert.Equal(Json(new[] { left }), await AtAsync(0.5));
        Assert.Equal("[]", await AtAsync(2));
    }

    private async Task<string> AtAsync(double hours) =>
        Json((await store.AdmittedAtAsync(Noon.AddHours(hours))).OrderBy(patient => patient.Mrn, StringComparer.Ordinal).ToArray());
}
