using HealthDashboard.Data.Model;
using HealthDashboard.Data.MongoDb;
using HealthDashboard.Data.Stores;

using static HealthDashboard.Tests.Contracts.Samples;

namespace HealthDashboard.Tests.Servers.MongoDb;

/// <summary>Changes are followed on the servers that <c>TEST_MONGODB</c> names: what one program changes another one hears of.</summary>
public sealed class MongoFollowTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly MongoStoreFactory<IPatientStore> factory = MongoStoreFactory<IPatientStore>.OverServer(database => new MongoPatientStore(database));

    public void Dispose() => factory.Dispose();

    [Fact]
    public async Task Every_change_of_a_record_or_of_limits_is_told_to_whoever_follows()
    {
        var (store, other) = (factory.Open(), factory.Open());
        using var limit = new CancellationTokenSource(Patience);
        await using var changes = store.FollowAsync(limit.Token)!.GetAsyncEnumerator(limit.Token);
        Assert.True(await changes.MoveNextAsync());
        Assert.Empty(changes.Current.Records);

        var patient = (await other.AddAsync([Patient("M1")]))[0];
        await ToldAsync(changes, told => told.Records.Contains(patient.Id));
        patient = await other.ReplaceAsync(patient with { Ward = "elsewhere" });
        await ToldAsync(changes, told => told.Records.Contains(patient.Id));
        patient = await other.ReplaceAsync(patient with { Region = "another" });
        await ToldAsync(changes, told => told.Records.Contains(patient.Id));
        await other.PutLimitsAsync(LimitScope.OfPatient(patient.Id), new AlarmLimits { SetBy = "dora", SetAt = Noon });
        await ToldAsync(changes, told => told.Limits);
        await other.DeleteAsync(patient.Id, patient.Version);
        await ToldAsync(changes, told => told.Records.Contains(patient.Id));
    }

    private static async Task ToldAsync(IAsyncEnumerator<PatientChanges> changes, Func<PatientChanges, bool> isIt)
    {
        do
            Assert.True(await changes.MoveNextAsync());
        while (!isIt(changes.Current));
    }
}
