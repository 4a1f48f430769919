using HealthDashboard.Data.MongoDb;
using HealthDashboard.Data.Stores;
using Microsoft.Extensions.Logging.Abstractions;
using MongoDB.Bson;

namespace HealthDashboard.Tests.Servers.MongoDb;

/// <summary>Databases on scripted servers, which are asked often so that tests need not wait for a heartbeat. Nothing is repeated above the driver.</summary>
internal static class MongoFixture
{
    private static readonly StorePolicyOptions OnlyOnce = new() { Timeout = TimeSpan.FromSeconds(20), Retries = 0, BreakAfter = 1000 };

    private static int count;

    /// <summary>The options of an address, with a name of their own: clients of equal options share their connections, and one closes them for all.</summary>
    public static MongoOptions Options(string uri)
    {
        List<string> errors = [];
        var options = MongoOptions.Parse($"{uri}{(uri.Contains('?', StringComparison.Ordinal) ? '&' : "/?")}appName=test{Interlocked.Increment(ref count)}", errors);
        Assert.Empty(errors);
        return options!;
    }

    public static PatientDatabase Database(string uri, StorePolicy? policy = null) =>
        new(Options(Impatient(uri)), policy ?? Policy(OnlyOnce), TimeProvider.System);

    public static StorePolicy Policy(StorePolicyOptions options) => new(MongoDbServices.Store, options, TimeProvider.System, NullLogger.Instance);

    /// <summary>The address with options by which the driver finds out soon what a server has become.</summary>
    public static string Impatient(string uri)
    {
        var withOptions = uri.Contains('?', StringComparison.Ordinal) ? $"{uri}&" : $"{uri}/?";
        return $"{withOptions}heartbeatFrequencyMS=50{(uri.Contains("serverSelection", StringComparison.Ordinal) ? "" : "&serverSelectionTimeoutMS=2000")}";
    }

    public static BsonDocument Item(int id) => new("_id", id);

    /// <summary>Adds a document as the stores do.</summary>
    public static Task InsertAsync(this PatientDatabase database, int id, CancellationToken cancel = default) => database.OnceAsync(
        async token =>
        {
            await database.Audit.InsertOneAsync(Item(id), cancellationToken: token);
            return true;
        },
        cancel);

    /// <summary>Finds a document as the stores do.</summary>
    public static Task<BsonDocument?> FindAsync(this PatientDatabase database, int id, CancellationToken cancel = default) =>
        database.RepeatAsync(token => database.Audit.FindOneAsync(Item(id), token), cancel);

    /// <summary>Nothing that a server wrote about a record is in what people see.</summary>
    public static T WithoutSecrets<T>(T error)
        where T : Exception
    {
        Assert.DoesNotContain("SECRET", error.ToString(), StringComparison.OrdinalIgnoreCase);
        return error;
    }
}
