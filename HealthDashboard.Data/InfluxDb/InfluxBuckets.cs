using InfluxDB.Client;
using InfluxDB.Client.Api.Domain;
using InfluxDB.Client.Api.Service;
using InfluxDB.Client.Core.Exceptions;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.InfluxDb;

/// <summary>
/// The places of a server that has buckets, by its official client: finds or creates them, makes the server keep raw readings long enough,
/// maps the names of 1.x to them, and says which rights the token lacks. What is there already needs no more than reading and writing.
/// </summary>
/// <param name="client">The way to the server; the official client shares its connections.</param>
/// <param name="options">Where the server is.</param>
/// <param name="rawKept">How long raw readings must be kept.</param>
internal sealed class InfluxBuckets(InfluxClient client, InfluxDbOptions options, TimeSpan rawKept)
{
    private const long TwelveWeeks = 12 * 7 * 86_400;

    // An organization has two of its own, and ours.
    private const int SomeBuckets = 20;

    /// <summary>Creates what is missing.</summary>
    /// <returns>For how many seconds raw readings are kept, 0 for good; null when the server has no buckets, or shows them only to tokens.</returns>
    /// <exception cref="StoreRefusedException">The token lacks a right; the message says which.</exception>
    public async Task<long?> EnsureAsync(CancellationToken cancel)
    {
        using var server = new InfluxDBClient(new InfluxDBClientOptions(options.Address.AbsoluteUri.TrimEnd('/'))
        {
            // It has the token already.
            HttpClient = client.Http,
        });
        var api = server.GetBucketsApi();
        if (await FindAsync(api, InfluxSchema.Raw, cancel) is not { } raws || await FindAsync(api, InfluxSchema.RollUp, cancel) is not { } rollUps)
            return null;
        var (raw, rollUp) = (Single(raws), Single(rollUps));
        var isNew = false;
        if (raw is null || rollUp is null)
        {
            var org = raw?.OrgID ?? rollUp?.OrgID ?? await OrganizationAsync(server, cancel);
            if (raw is null)
                (raw, isNew) = await CreateAsync(api, InfluxSchema.Raw, org, new(everySeconds: (long)rawKept.TotalSeconds), cancel);
            // Wide shards, as in 1.x. How long roll-ups are kept is then the operator's.
            if (rollUp is null)
                (rollUp, _) = await CreateAsync(api, InfluxSchema.RollUp, org, new(everySeconds: 0, shardGroupDurationSeconds: TwelveWeeks), cancel);
        }
        if (raw is null || rollUp is null)
            throw await LacksAsync(raw is not null, rollUp is not null, cancel);
        var seconds = await KeepAsync(api, raw, cancel);
        var mappings = server.CreateService<DBRPsService>(typeof(DBRPsService));
        await MapAsync(mappings, InfluxSchema.Raw, raw, isNew, cancel);
        await MapAsync(mappings, InfluxSchema.RollUp, rollUp, isNew: false, cancel);
        return seconds;
    }

    private string NameOf(string policy) => $"{options.Database}/{policy}";

    // Null when the server has no buckets, or does not say.
    private async Task<List<Bucket>?> FindAsync(BucketsApi api, string policy, CancellationToken cancel)
    {
        try
        {
            return await AskAsync(() => api.FindBucketsAsync(name: NameOf(policy), org: options.Organization, cancellationToken: cancel), cancel);
        }
        catch (HttpException error)
        {
            if (error is NotFoundException && options.Organization is { } name && error.Message.StartsWith("organization", StringComparison.Ordinal))
                throw InfluxErrors.Refused($"does not know the organization '{name}' that {InfluxDbOptions.Key} names after ;Org=, or does not show it to this token.");
            // A server without buckets answers 404 too, without a code.
            return error is NotFoundException && error.ErrorBody.ContainsKey("code") ? [] : null;
        }
    }

    private static Bucket? Single(List<Bucket> found) => found.Count < 2 ? found.FirstOrDefault() : throw SeveralOrganizations();

    // Whoever may read buckets sees those that the server itself has in each organization; reading organizations is a right of its own.
    private async Task<string?> OrganizationAsync(InfluxDBClient server, CancellationToken cancel)
    {
        try
        {
            var seen = await AskAsync(
                () => server.GetBucketsApi().FindBucketsAsync(limit: SomeBuckets, org: options.Organization, cancellationToken: cancel), cancel);
            var organizations = (seen ?? []).Select(bucket => bucket.OrgID).Distinct(StringComparer.Ordinal).ToList();
            if (organizations.Count == 0)
                organizations = [.. (await AskAsync(() => server.GetOrganizationsApi().FindOrganizationsAsync(org: options.Organization, cancellationToken: cancel), cancel) ?? []).Select(org => org.Id)];
            return organizations.Count < 2 ? organizations.FirstOrDefault() : throw SeveralOrganizations();
        }
        catch (HttpException)
        {
            return null;
        }
    }

    private async Task<(Bucket? Bucket, bool IsNew)> CreateAsync(BucketsApi api, string policy, string? org, BucketRetentionRules rule, CancellationToken cancel)
    {
        if (org is null)
            return (null, false);
        try
        {
            return (await AskAsync(() => api.CreateBucketAsync(new PostBucketRequest(org, NameOf(policy), retentionRules: [rule]), cancel), cancel), true);
        }
        catch (HttpException)
        {
            // Another node may have been faster.
            return ((await FindAsync(api, policy, cancel))?.FirstOrDefault(), false);
        }
    }

    // An operator may keep them for longer; for shorter loses readings that count as kept. What is kept is never shortened.
    private async Task<long> KeepAsync(BucketsApi api, Bucket raw, CancellationToken cancel)
    {
        var needed = (long)rawKept.TotalSeconds;
        var rule = raw.RetentionRules?.FirstOrDefault();
        var kept = rule?.EverySeconds ?? 0;
        if (rule is null || kept == 0 || kept >= needed)
            return kept;
        rule.EverySeconds = needed;
        try
        {
            await AskAsync(() => api.UpdateBucketAsync(raw, cancel), cancel);
            return needed;
        }
        catch (HttpException error)
        {
            throw InfluxErrors.Refused(
                $"keeps the bucket {raw.Name} for {kept / 3600}h, {needed / 3600}h are needed (Vitals:RawRetention and an hour), and the token lacks the right "
                + "to write that bucket, with which it would set so.",
                error);
        }
    }

    // A server of today maps the name of a bucket by itself, but has no default then, without which people's SHOW statements fail. Only
    // who created the bucket maps it: two nodes at once would leave two mappings, with which the server answers nothing.
    private async Task MapAsync(DBRPsService mappings, string policy, Bucket bucket, bool isNew, CancellationToken cancel)
    {
        try
        {
            var mapped = await AskAsync(
                () => mappings.GetDBRPsAsync(orgID: bucket.OrgID, db: options.Database, rp: policy, cancellationToken: cancel), cancel);
            if (mapped.Content is { Count: > 0 } && !isNew)
                return;
            var mapping = new DBRPCreate(bucket.OrgID, bucketID: bucket.Id, database: options.Database, retentionPolicy: policy, _default: policy == InfluxSchema.Raw);
            await AskAsync(() => mappings.PostDBRPAsync(mapping, cancellationToken: cancel), cancel);
        }
        catch (HttpException)
        {
            // Whoever may not map hears so with the first reading, where the server does not map by itself.
        }
    }

    // A bucket that the token may not read is as invisible as one that is not there. That nothing can be written to it shows the difference.
    private async Task<StoreRefusedException> LacksAsync(bool hasRaw, bool hasRollUp, CancellationToken cancel)
    {
        List<string> lacking = [];
        foreach (var (policy, isThere) in new[] { (InfluxSchema.Raw, hasRaw), (InfluxSchema.RollUp, hasRollUp) })
        {
            var canWrite = await client.CanWriteAsync(policy, cancel);
            if (isThere && !canWrite)
                lacking.Add($"write the bucket {NameOf(policy)}");
            else if (!isThere)
                lacking.Add(canWrite ? $"read the bucket {NameOf(policy)}" : $"read and write the bucket {NameOf(policy)}, or if it does not exist, to create it");
        }
        return InfluxErrors.Refused($"does not give this token the right to {string.Join("; to ", lacking)}. A token that may read and write buckets creates what is missing.");
    }

    private static StoreRefusedException SeveralOrganizations() =>
        InfluxErrors.Refused($"has several organizations. Name the right one: add ;Org=NAME to {InfluxDbOptions.Key}.");

    // Only what the server answered about the question itself is left to the caller.
    private static async Task<T> AskAsync<T>(Func<Task<T>> ask, CancellationToken cancel)
    {
        try
        {
            return await ask();
        }
        catch (HttpException error) when (error.Status is 0 or 408 or 429 or >= 500)
        {
            cancel.ThrowIfCancellationRequested();
            throw InfluxErrors.Unavailable(
                error.Status == 0 ? "cannot be reached." : $"answered {error.Status}.", error, error.RetryAfter is { } wait ? TimeSpan.FromSeconds(wait) : null);
        }
        catch (Exception error) when (error is not (HttpException or OperationCanceledException))
        {
            // The client has no kind of its own for an answer that it does not understand.
            throw InfluxErrors.Malformed(error);
        }
    }
}
