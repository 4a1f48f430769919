using System.Text.Json;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.MongoDb;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Contracts;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Servers.MongoDb;

/// <summary>The scripts for operators are in step with the code: same collections, and an index for every shard key.</summary>
public sealed class DeployScriptTests
{
    [Fact]
    public async Task Every_shard_key_has_an_index_and_every_region_its_zone()
    {
        var calls = await RunAsync("shard.js", new { ZONES = "North=shardNorth,South=shardSouth" });
        Assert.Equal(["shardNorth,North", "shardSouth,South"], calls.Where(call => call[0].GetString() == "sh.addShardToZone").Select(call => $"{call[1]},{call[2]}"));
        Assert.Equal(
            from collection in new[] { "deletedPatients", "patientNotes", "patientVersions", "patients" } from region in new[] { "North", "South" } select $"health.{collection} {region}",
            calls.Where(call => call[0].GetString() == "sh.updateZoneKeyRange").Select(call => $"{call[1].GetString()} {call[4].GetString()}").Order(StringComparer.Ordinal));
        var made = await MadeAsync();
        foreach (var shard in calls.Where(call => call[0].GetString() == "sh.shardCollection"))
        {
            var collection = shard[1].GetString()!["health.".Length..];
            var key = string.Join(',', shard[2].EnumerateObject().Select(field => field.Name));
            Assert.Contains(collection, made.Keys);
            Assert.True(key == "_id" || made[collection].Contains(key), $"{collection} has no index {key}");
        }
    }

    [Fact]
    public async Task The_programs_account_may_use_its_collections_and_not_change_the_audit()
    {
        var calls = await RunAsync("user.js", new { APP_USER = "health", APP_PASSWORD = "pencil" });
        var role = calls.Single(call => call[0].GetString() == "admin.createRole")[1];
        var actions = role.GetProperty("privileges").EnumerateArray().ToDictionary(
            privilege => privilege.GetProperty("resource").GetProperty("collection").GetString()!,
            privilege => privilege.GetProperty("actions").EnumerateArray().Select(action => action.GetString()!).ToHashSet());
        Assert.Equal((await MadeAsync()).Keys.Append("").Order(), actions.Keys.Order());
        Assert.Contains("changeStream", actions[""]);
        foreach (var kept in new[] { "auditLog", "auditSeals", "limitHistory", "patientNotes", "patientVersions" })
            Assert.Empty(actions[kept].Intersect(["update", "remove"]));
    }

    // What the stores create, and in it the fields of every index.
    private static async Task<Dictionary<string, HashSet<string>>> MadeAsync()
    {
        using var factory = MongoStoreFactory<IAuditStore>.OverScript(database => new MongoAuditStore(database));
        await factory.Open().AddAsync(new AuditEntry(Samples.Noon, "nina", "signIn"));
        return factory.Scripted!.Primary.Received
            .Where(command => command.GetElement(0).Name is "create" or "createIndexes")
            .GroupBy(command => command.GetElement(0).Value.AsString)
            .ToDictionary(group => group.Key, group => group
                .Where(command => command.GetElement(0).Name == "createIndexes")
                .SelectMany(command => command["indexes"].AsBsonArray)
                .Select(index => string.Join(',', index["key"].AsBsonDocument.Select(field => field.Name)))
                .ToHashSet());
    }

    private static async Task<JsonElement[]> RunAsync(string script, object environment)
    {
        var output = await NodeScript.RunAsync("mongodb-deploy.mjs", $"../../deploy/mongodb/{script}", JsonSerializer.Serialize(environment));
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }
}
