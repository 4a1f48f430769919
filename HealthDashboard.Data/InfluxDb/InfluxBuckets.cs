using System.Net;
using System.Text.Json;

namespace HealthDashboard.Data.InfluxDb;

/// <summary>
/// The places of a server that has buckets: makes them, sets how long raw readings are kept, and maps the names of 1.x to them
/// [InfluxDB 2.x HTTP API, "Buckets" and "DBRPs"]. What is there already needs no more than reading and writing.
/// </summary>
/// <param name="client">The way to the server.</param>
/// <param name="options">Where the server is.</param>
/// <param name="rawKept">How long raw readings are kept.</param>
internal sealed class InfluxBuckets(InfluxClient client, InfluxDbOptions options, TimeSpan rawKept)
{
    private const long TwelveWeeks = 12 * 7 * 86_400;

    /// <summary>Makes what is missing.</summary>
    /// <returns>False when the server has no buckets, or shows them only to tokens.</returns>
    /// <exception cref="Stores.StoreRefusedException">Something is missing, and the account may not make it.</exception>
    public async Task<bool> EnsureAsync(CancellationToken cancel)
    {
        if (await FindAsync(InfluxSchema.Raw, cancel) is not { } raw || await FindAsync(InfluxSchema.RollUp, cancel) is not { } rollUp)
            return false;
        var org = raw.Org ?? rollUp.Org ?? await OrganizationAsync(cancel);
        if (raw.Id is null)
            raw = await MakeAsync(InfluxSchema.Raw, org, new { type = "expire", everySeconds = (long)rawKept.TotalSeconds }, cancel);
        else if (raw.Seconds != (long)rawKept.TotalSeconds)
            await KeepAsync(raw, cancel);
        // Wide shards, as in 1.x. How long roll-ups are kept is then the operator's.
        if (rollUp.Id is null)
            rollUp = await MakeAsync(InfluxSchema.RollUp, org, new { type = "expire", everySeconds = 0L, shardGroupDurationSeconds = TwelveWeeks }, cancel);
        await MapAsync(InfluxSchema.Raw, raw, isDefault: true, cancel);
        await MapAsync(InfluxSchema.RollUp, rollUp, isDefault: false, cancel);
        return true;
    }

    private static Bucket Missing => new(null, null, 0);

    private string NameOf(string policy) => $"{options.Database}/{policy}";

    // Null when the server does not say; without an id when it has none of that name.
    private async Task<Bucket?> FindAsync(string policy, CancellationToken cancel)
    {
        var inOrganization = options.Organization is { } name ? $"&org={Uri.EscapeDataString(name)}" : "";
        var (status, answer) = await client.AskAsync(HttpMethod.Get, $"api/v2/buckets?name={Uri.EscapeDataString(NameOf(policy))}{inOrganization}", null, cancel);
        // A server without buckets answers 404 too, without a code.
        if (status == HttpStatusCode.NotFound && answer.TryGetProperty("code", out _))
            return Missing;
        if (status != HttpStatusCode.OK || !answer.TryGetProperty("buckets", out var buckets))
            return null;
        return buckets.EnumerateArray().Select(Bucket.Of).DefaultIfEmpty(Missing).First();
    }

    private async Task<string> OrganizationAsync(CancellationToken cancel)
    {
        var (_, answer) = await client.AskAsync(
            HttpMethod.Get, options.Organization is { } name ? $"api/v2/orgs?org={Uri.EscapeDataString(name)}" : "api/v2/orgs", null, cancel);
        var found = answer.TryGetProperty("orgs", out var all)
            ? all.EnumerateArray().Select(static one => one.GetProperty("id").GetString()!).ToList() : [];
        return found switch
        {
            [var only] => only,
            [] => throw Lacks(),
            _ => throw InfluxErrors.Refused($"has several organizations. Name the right one: add ;Org=NAME to {InfluxDbOptions.Key}."),
        };
    }

    private async Task<Bucket> MakeAsync(string policy, string org, object rule, CancellationToken cancel)
    {
        var (status, answer) = await client.AskAsync(
            HttpMethod.Post, "api/v2/buckets", new { orgID = org, name = NameOf(policy), retentionRules = new[] { rule } }, cancel);
        if (status == HttpStatusCode.Created)
            return Bucket.Of(answer) with { IsNew = true };
        // Another node may have been faster.
        return await FindAsync(policy, cancel) is { Id: not null } there ? there : throw Lacks();
    }

    // An operator may keep them for longer; for shorter loses readings that count as kept.
    private async Task KeepAsync(Bucket raw, CancellationToken cancel)
    {
        var seconds = (long)rawKept.TotalSeconds;
        var (status, _) = await client.AskAsync(
            HttpMethod.Patch, $"api/v2/buckets/{raw.Id}", new { retentionRules = new[] { new { type = "expire", everySeconds = seconds } } }, cancel);
        if (status != HttpStatusCode.OK && raw.Seconds != 0 && raw.Seconds < seconds)
            throw InfluxErrors.Refused($"keeps {NameOf(InfluxSchema.Raw)} for {raw.Seconds / 3600}h only. Run: "
                + $"influx bucket update --id {raw.Id} --retention {InfluxSchema.Hours(options)}h");
    }

    // A server of today maps the name of a bucket by itself, but has no default then, without which people's SHOW statements fail. Only
    // who made the bucket maps it: two nodes at once would leave two mappings, with which the server answers nothing.
    private async Task MapAsync(string policy, Bucket bucket, bool isDefault, CancellationToken cancel)
    {
        var (status, answer) = await client.AskAsync(HttpMethod.Get, $"api/v2/dbrps?orgID={bucket.Org}&db={options.Database}&rp={policy}", null, cancel);
        if (status != HttpStatusCode.OK || !answer.TryGetProperty("content", out var mapped))
            return;
        var isMapped = mapped.EnumerateArray().Any(mapping => mapping.GetProperty("retention_policy").GetString() == policy);
        if (isMapped && !(isDefault && bucket.IsNew))
            return;
        // Whoever may not map is told so by the first reading, where the server does not map by itself.
        await client.AskAsync(
            HttpMethod.Post,
            "api/v2/dbrps",
            new Dictionary<string, object?>
            {
                ["orgID"] = bucket.Org,
                ["bucketID"] = bucket.Id,
                ["database"] = options.Database,
                ["retention_policy"] = policy,
                ["default"] = isDefault,
            },
            cancel);
    }

    private Stores.StoreRefusedException Lacks() => InfluxErrors.Refused(
        $"lacks the bucket {NameOf(InfluxSchema.Raw)} or {NameOf(InfluxSchema.RollUp)}, or does not show it to this token, and the token may not make it. "
        + InfluxSchema.HowToMakeBuckets(options));

    private sealed record Bucket(string? Id, string? Org, long Seconds)
    {
        public bool IsNew { get; init; }

        public static Bucket Of(JsonElement bucket) => new(
            bucket.GetProperty("id").GetString(),
            bucket.GetProperty("orgID").GetString(),
            bucket.TryGetProperty("retentionRules", out var rules) ? rules.EnumerateArray().Select(static rule => rule.GetProperty("everySeconds").GetInt64()).FirstOrDefault() : 0);
    }
}
