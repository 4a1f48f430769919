using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Data.InfluxDb;

namespace HealthDashboard.Tests.Support;

/// <summary>What the operator of an InfluxDB 2.x server does: looks at buckets, removes them, gives tokens.</summary>
/// <param name="options">The server, with an operator's token.</param>
internal sealed class InfluxOperator(InfluxDbOptions options)
{
    /// <summary>Both buckets of the database: name, id, and for how many seconds they keep what they have.</summary>
    public async Task<List<(string Name, string Id, string Organization, long Seconds)>> BucketsAsync() =>
    [
        .. (await GetAsync("api/v2/buckets?limit=100")).GetProperty("buckets").EnumerateArray()
            .Select(bucket => (
                bucket.GetProperty("name").GetString()!,
                bucket.GetProperty("id").GetString()!,
                bucket.GetProperty("orgID").GetString()!,
                bucket.GetProperty("retentionRules").EnumerateArray().Select(rule => rule.GetProperty("everySeconds").GetInt64()).FirstOrDefault()))
            .Where(bucket => bucket.Item1.StartsWith($"{options.Database}/", StringComparison.Ordinal))
            .OrderBy(bucket => bucket.Item1, StringComparer.Ordinal),
    ];

    /// <summary>Creates one of the database's buckets, before the program does.</summary>
    public async Task CreateAsync(string bucket, long seconds)
    {
        using var client = Client();
        using var answer = await client.PostAsJsonAsync(
            "api/v2/buckets",
            new { orgID = await OrganizationAsync(), name = $"{options.Database}/{bucket}", retentionRules = new[] { new { type = "expire", everySeconds = seconds } } });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>A token for the database's buckets; without rights it may read the organization.</summary>
    /// <param name="rights">For example <c>read raw</c>, <c>write rollup</c>, or <c>read</c> for all buckets of the organization.</param>
    public async Task<string> TokenAsync(params string[] rights)
    {
        var buckets = await BucketsAsync();
        var organization = await OrganizationAsync();
        object[] permissions = rights.Length == 0
            ? [new { action = "read", resource = new { type = "orgs", orgID = organization } }]
            : [.. rights.Select(right => right.Split(' ')).Select(right => new
            {
                action = right[0],
                resource = new
                {
                    type = "buckets",
                    orgID = organization,
                    id = right.Length == 1 ? null : buckets.Single(bucket => bucket.Name.EndsWith($"/{right[1]}", StringComparison.Ordinal)).Id,
                },
            })];
        using var client = Client();
        using var answer = await client.PostAsJsonAsync("api/v2/authorizations", new { orgID = organization, permissions });
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
    }

    /// <summary>Removes the buckets and their names of 1.x.</summary>
    public async Task DropAsync()
    {
        using var client = Client();
        foreach (var bucket in await BucketsAsync())
        {
            var mappings = await GetAsync($"api/v2/dbrps?orgID={bucket.Organization}&bucketID={bucket.Id}");
            foreach (var mapping in mappings.GetProperty("content").EnumerateArray().Where(mapping => !mapping.GetProperty("virtual").GetBoolean()))
                (await client.DeleteAsync($"api/v2/dbrps/{mapping.GetProperty("id")}?orgID={bucket.Organization}")).EnsureSuccessStatusCode();
            (await client.DeleteAsync($"api/v2/buckets/{bucket.Id}")).EnsureSuccessStatusCode();
        }
    }

    /// <summary>Removes everything of a stretch from a bucket.</summary>
    public async Task DeleteAsync(string bucket, DateTimeOffset from, DateTimeOffset to)
    {
        using var client = Client();
        var (_, id, organization, _) = (await BucketsAsync()).Single(one => one.Name.EndsWith($"/{bucket}", StringComparison.Ordinal));
        using var answer = await client.PostAsJsonAsync($"api/v2/delete?orgID={organization}&bucketID={id}", new { start = from, stop = to });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>One more organization, which is removed with all its buckets when what is returned is disposed.</summary>
    public async Task<IAsyncDisposable> OrganizationAsync(string name)
    {
        var client = Client();
        using var answer = await client.PostAsJsonAsync("api/v2/orgs", new { name });
        answer.EnsureSuccessStatusCode();
        return new Organization(client, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!);
    }

    private async Task<string> OrganizationAsync() => (await GetAsync("api/v2/orgs")).GetProperty("orgs")[0].GetProperty("id").GetString()!;

    private async Task<JsonElement> GetAsync(string path)
    {
        using var client = Client();
        return await client.GetFromJsonAsync<JsonElement>(path);
    }

    private sealed class Organization(HttpClient client, string id) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            (await client.DeleteAsync($"api/v2/orgs/{id}")).EnsureSuccessStatusCode();
            client.Dispose();
        }
    }

    private HttpClient Client() => new() { BaseAddress = options.Address, DefaultRequestHeaders = { { "Authorization", $"Token {options.Token}" } } };
}
