using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Sqlite.Audit;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Contracts;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Access;

/// <summary>Many who look at once share a write; prints how many rows a second that makes, each on disk before its caller goes on.</summary>
public sealed class AuditSpeedTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Rows_of_many_callers_are_written_together()
    {
        const int Callers = 64, Each = 50;
        using var directory = new TempDirectory();
        using var database = AuditSchema.Open(directory["audit.db"]);
        var store = new SqliteAuditStore(database);
        var writer = new AuditWriter(new AuditChain(store, "test"));
        var begun = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async caller =>
        {
            for (var n = 0; n < Each; n++)
                await writer.AppendAsync(new AuditEntry(Samples.Noon, $"nurse{caller}", "look.patient", Samples.Id()));
        }));
        var took = TimeProvider.System.GetElapsedTime(begun);
        output.WriteLine($"{Callers * Each / took.TotalSeconds:#,0} rows/s, {Callers} callers at once");
        Assert.Equal(Callers * Each, (await store.HeadAsync("test")).Sequence);
    }
}
