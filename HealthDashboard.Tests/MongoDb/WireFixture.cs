using HealthDashboard.Data.MongoDb.Wire;
using HealthDashboard.Data.MongoDb.Wire.Bson;

namespace HealthDashboard.Tests.MongoDb;

/// <summary>Clients of scripted servers, which are asked often so that tests need not wait for a heartbeat.</summary>
internal static class WireFixture
{
    public static MongoClient Client(string uri, Func<MongoClientOptions, MongoClientOptions>? change = null)
    {
        var (options, errors) = MongoUri.Parse(uri);
        Assert.Empty(errors);
        options = options with { HeartbeatFrequency = TimeSpan.FromMilliseconds(50), MinHeartbeatFrequency = TimeSpan.FromMilliseconds(5) };
        return new MongoClient(change is null ? options : change(options), TimeProvider.System);
    }

    public static BsonDocument Item(int id) => new() { ["_id"] = id };

    public static BsonDocument[] Items(int count) => [.. Enumerable.Range(0, count).Select(Item)];

    /// <summary>Nothing that a server wrote about a record is in what people see.</summary>
    public static T WithoutSecrets<T>(T error)
        where T : Exception
    {
        Assert.DoesNotContain("SECRET", error.ToString(), StringComparison.OrdinalIgnoreCase);
        return error;
    }
}
