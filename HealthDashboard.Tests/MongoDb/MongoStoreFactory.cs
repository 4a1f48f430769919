using HealthDashboard.Data.MongoDb;
using HealthDashboard.Data.MongoDb.Wire;
using HealthDashboard.Data.Resilience;
using HealthDashboard.Tests.MongoDb.Scripted;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Tests.MongoDb;

/// <summary>Stores over a database of their own: on a scripted replica set, on an engine of others, or on the servers of <c>TEST_MONGODB</c>.</summary>
internal sealed class MongoStoreFactory<T> : StoreFactory<T>
{
    private readonly Func<PatientDatabase, T> make;
    private readonly MongoClientOptions options;
    private readonly List<PatientDatabase> databases = [];

    private MongoStoreFactory(Func<PatientDatabase, T> make, string uri, ScriptedSet? scripted)
    {
        (this.make, Scripted) = (make, scripted);
        var (read, errors) = MongoUri.Parse(uri);
        Assert.Empty(errors);
        options = read with { Database = $"test_{Guid.NewGuid():N}" };
    }

    /// <summary>The scripted servers; null over real ones.</summary>
    public ScriptedSet? Scripted { get; }

    public static MongoStoreFactory<T> OverScript(Func<PatientDatabase, T> make)
    {
        var set = new ScriptedSet();
        return new(make, set.Uri, set);
    }

    /// <summary>The database.</summary>
    public string Database => options.Database;

    public static MongoStoreFactory<T> OverEngine(Func<PatientDatabase, T> make) => new(make, MongoEngine.Uri, scripted: null);

    public static MongoStoreFactory<T> OverServer(Func<PatientDatabase, T> make) => new(make, Needs.MongoDb(), scripted: null);

    public override T Open()
    {
        // What stores do is asked here, and not how soon on a machine that has other work.
        var patient = MongoRegistration.Policy with { Timeout = TimeSpan.FromSeconds(30) };
        var policy = new StorePolicy(MongoRegistration.Store, patient, TimeProvider.System, NullLogger.Instance);
        var database = new PatientDatabase(new MongoClient(options, TimeProvider.System), policy);
        databases.Add(database);
        return make(database);
    }

    /// <summary>The same database past the stores, as an operator's shell has it.</summary>
    public MongoClient Shell() => new(options, TimeProvider.System);

    public override T Reopen()
    {
        CloseAsync().GetAwaiter().GetResult();
        return Open();
    }

    public override void Dispose() => DisposeAsync().GetAwaiter().GetResult();

    private async Task DisposeAsync()
    {
        await CloseAsync();
        if (Scripted is not null)
        {
            await Scripted.DisposeAsync();
            return;
        }
        await using var client = new MongoClient(options, TimeProvider.System);
        await client.DefineAsync(new MongoCommand(options.Database, new() { ["dropDatabase"] = 1 }), CancellationToken.None);
    }

    private async Task CloseAsync()
    {
        foreach (var database in databases)
            await database.DisposeAsync();
        databases.Clear();
    }
}
