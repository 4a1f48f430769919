using HealthDashboard.Data.Stores;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Data.Redis;

/// <summary>
/// Asks the server how safe it keeps what is written. Alerts are clinical records: a server that is set up as a cache takes them and
/// may lose them, which the health of the store must say before it happens.
/// </summary>
internal sealed partial class RedisHealth(RedisConnection redis, IOptions<RedisOptions> options, ILogger<RedisHealth> log)
{
    private string told = "";

    /// <summary>Healthy, or degraded with what an operator must change. Called through the server's policy.</summary>
    public async ValueTask<HealthCheckResult> CheckAsync(CancellationToken cancel)
    {
        var info = Parse((string)(await redis.AskAsync(database => database.ExecuteAsync("INFO"), cancel))!);
        var (text, warning) = Judge(info, await FsyncAsync(cancel), options.Value.Replicas);
        if (warning is null)
            return HealthCheckResult.Healthy(text);
        if (Interlocked.Exchange(ref told, warning) != warning)
            LogWarning(warning);
        return HealthCheckResult.Degraded($"{text}. {warning}");
    }

    /// <summary>What the server's settings mean.</summary>
    /// <param name="info">The fields of INFO.</param>
    /// <param name="fsync">The setting appendfsync; null when the server does not tell.</param>
    /// <param name="replicas">How many replicas each write waits for.</param>
    /// <returns>The state in a line, and what must be changed; null when nothing.</returns>
    internal static (string Text, string? Warning) Judge(IReadOnlyDictionary<string, string> info, string? fsync, int replicas)
    {
        long Number(string field) => long.TryParse(info.GetValueOrDefault(field), out var number) ? number : 0;
        var log = Number("aof_enabled") == 1;
        var text = $"Redis {info.GetValueOrDefault("redis_version")}, {(log ? $"appendfsync {fsync ?? "unknown"}" : "no append-only file")}";
        List<string> warnings = [];
        if (!log)
            warnings.Add("Set appendonly yes: a crash of the server loses alerts.");
        if (log && fsync == "no")
            warnings.Add("Set appendfsync everysec or always: a power cut loses half a minute of alerts.");
        if (log && info.GetValueOrDefault("aof_last_write_status") is { } status && status != "ok")
            warnings.Add("The append-only file cannot be written.");
        if (Number("maxmemory") is > 0 and var limit)
        {
            if (info.GetValueOrDefault("maxmemory_policy") != "noeviction")
                warnings.Add("Set maxmemory-policy noeviction: a full server drops alerts.");
            if (Number("used_memory") > limit / 10 * 9)
                warnings.Add("Memory is nine tenths full; a full server takes no more alerts.");
        }
        if (Number("connected_slaves") < replicas)
            warnings.Add($"Of the {replicas} replicas that each write waits for {Number("connected_slaves")} are connected.");
        return (text, warnings.Count == 0 ? null : string.Join(' ', warnings));
    }

    // A server that somebody else runs may not tell its settings; then only the rest is judged.
    private async Task<string?> FsyncAsync(CancellationToken cancel)
    {
        try
        {
            var setting = (string[]?)await redis.AskAsync(database => database.ExecuteAsync("CONFIG", "GET", "appendfsync"), cancel);
            return setting is [_, var value] ? value : null;
        }
        catch (StoreException error) when (error is not StoreUnavailableException)
        {
            return null;
        }
    }

    private static Dictionary<string, string> Parse(string info) => info
        .Split("\r\n", StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split(':', 2))
        .Where(parts => parts.Length == 2)
        .GroupBy(parts => parts[0], parts => parts[1], StringComparer.Ordinal)
        .ToDictionary(field => field.Key, field => field.First(), StringComparer.Ordinal);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Redis does not keep alerts safe. {Warning}")]
    private partial void LogWarning(string warning);
}
