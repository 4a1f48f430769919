using HealthDashboard.Data.MongoDb;
using HealthDashboard.Tests.Servers.MongoDb.Scripted;
using HealthDashboard.Tests.Support;
using MongoDB.Driver;

namespace HealthDashboard.Tests.Servers.MongoDb;

/// <summary>Stores over a database of their own: on a scripted replica set, on an engine of others, or on the servers of <c>TEST_MONGODB</c>.</summary>
internal sealed class MongoStoreFactory<T> : StoreFactory<T>
{
    // What stores do is asked here, and not how soon on a machine that has other work.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Func<PatientDatabase, T> make;
    private readonly string address;
    private readonly List<PatientDatabase> databases = [];

    private MongoStoreFactory(Func<PatientDatabase, T> make, string uri, ScriptedSet? scripted)
    {
        (this.make, Scripted) = (make, scripted);
        address = new MongoUrlBuilder(uri) { DatabaseName = Database, SocketTimeout = Patience, ConnectTimeout = 2 * Patience }.ToString();
    }

    /// <summary>The scripted servers; null over real ones.</summary>
    public ScriptedSet? Scripted { get; }

    public static MongoStoreFactory<T> OverScript(Func<PatientDatabase, T> make)
    {
        var set = new ScriptedSet();
        return new(make, set.Uri, set);
    }

    /// <summary>The database.</summary>
    public string Database { get; } = $"test_{Guid.NewGuid():N}";

    public static MongoStoreFactory<T> OverEngine(Func<PatientDatabase, T> make) => new(make, MongoEngine.Uri, scripted: null);

    public static MongoStoreFactory<T> OverServer(Func<PatientDatabase, T> make) => new(make, Needs.MongoDb(), scripted: null);

    public override T Open()
    {
        var patient = MongoDbServices.Policy with { Timeout = Patience };
        var database = new PatientDatabase(MongoFixture.Options(address), MongoFixture.Policy(patient), TimeProvider.System);
        databases.Add(database);
        return make(database);
    }

    /// <summary>The same database past the stores, as an operator's shell has it.</summary>
    public IMongoDatabase Shell() => new MongoClient(address).GetDatabase(Database);

    public override T Reopen()
    {
        Close();
        return Open();
    }

    public override void Dispose() => DisposeAsync().GetAwaiter().GetResult();

    private async Task DisposeAsync()
    {
        Close();
        if (Scripted is not null)
        {
            await Scripted.DisposeAsync();
            return;
        }
        using var client = new MongoClient(address);
        try
        {
            await client.DropDatabaseAsync(Database);
        }
        catch (MongoConnectionException)
        {
            // The server has other work: the database stays behind, under a name that nobody else uses.
        }
    }

    private void Close()
    {
        foreach (var database in databases)
            database.Dispose();
        databases.Clear();
    }
}
