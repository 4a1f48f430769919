using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Servers.MongoDb;

/// <summary>
/// A server in Node.js whose meaning of queries, updates and pipelines is the package mingo's, and whose BSON is that of MongoDB's own
/// client: what our statements say is judged by code that we did not write. One for all tests, each in a database of its own.
/// </summary>
internal static class MongoEngine
{
    private static readonly Lazy<Task<string>> Address = new(() => NodeScript.StartAsync("mongodb-engine.mjs"));

    /// <summary>Where it is. Without Node.js the test skips.</summary>
    public static string Uri => $"mongodb://{Task.Run(() => Address.Value).GetAwaiter().GetResult()}/?replicaSet=rs0";
}
