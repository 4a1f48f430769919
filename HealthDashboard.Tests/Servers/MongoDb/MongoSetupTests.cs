using HealthDashboard.Data.MongoDb;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Servers.MongoDb.Scripted;
using HealthDashboard.Tests.Support;

using static HealthDashboard.Tests.Servers.MongoDb.MongoFixture;

namespace HealthDashboard.Tests.Servers.MongoDb;

/// <summary>Collections and indexes are created at the first call.</summary>
public sealed class MongoSetupTests : IAsyncDisposable
{
    private readonly ScriptedSet set = new(1);

    public ValueTask DisposeAsync() => set.DisposeAsync();

    [Fact]
    public async Task An_index_that_takes_long_is_created_although_the_calls_that_needed_it_gave_up()
    {
        var gate = new TaskCompletionSource();
        set.Primary.Next("createIndexes", new Fault.Late(gate.Task));
        using var database = Database(set.Uri, Policy(MongoDbServices.Policy with { Timeout = TimeSpan.FromSeconds(1), BreakAfter = 1000 }));
        await Eventually.HoldsAsync(
            async () => await Record.ExceptionAsync(() => database.FindAsync(1)) is StoreUnavailableException { Reason: "collections and indexes are being created." },
            "what is being done");
        gate.SetResult();
        await Eventually.HoldsAsync(async () => await Record.ExceptionAsync(() => database.FindAsync(1)) is null, "the indexes");
        Assert.Single(set.Primary.Commands("createIndexes"), command => command["createIndexes"].AsString == "patients");
    }

    [Fact]
    public async Task Several_programs_may_create_them_at_once()
    {
        var databases = Enumerable.Range(0, 4).Select(_ => Database(set.Uri)).ToArray();
        await Task.WhenAll(databases.Select(database => database.FindAsync(1)));
        foreach (var database in databases)
            database.Dispose();
    }

    [Fact]
    public async Task What_could_not_be_created_is_created_at_the_next_call()
    {
        set.Primary.Next("createIndexes", Fault.Error(13, "Unauthorized"));
        using var database = Database(set.Uri);
        await Assert.ThrowsAsync<StoreRefusedException>(() => database.FindAsync(1));
        await database.FindAsync(1);
    }

    [Fact]
    public async Task Nothing_of_a_closed_database_stays_open()
    {
        var database = Database(set.Uri);
        await database.InsertAsync(1);
        database.Dispose();
        await Eventually.HoldsAsync(() => set.Primary.OpenConnections == 0, "every connection closed");
    }
}
