using HealthDashboard.Data.Sqlite.Vitals;

namespace HealthDashboard.Data.InfluxDb;

/// <summary>
/// The layout, made where it is missing.
/// <code>
/// retention policy raw (Vitals:RawRetention and an hour)
///   vitals,patient=ID,sign=NAME value=72,device="monitor-1"              a reading, at its own time, to the millisecond
/// retention policy rollup (for good)
///   vitals_1m|10m|1h|1d,patient=ID,sign=NAME count=60i,min=,max=,sum=    the valid readings of that stretch, at its start
///   settled until=MILLISECONDS                                           roll-ups are whole up to there, at that time
/// </code>
/// Patient and sign are tags, because every query asks by them: nine series a patient, and raw ones are gone a retention after the
/// patient. The device is a field: as a tag it would multiply the series by every monitor that a patient ever had, and a repeat
/// from another device would be a second reading instead of the same one again.
/// </summary>
internal static class InfluxSchema
{
    public const string Raw = "raw";
    public const string RollUp = "rollup";
    public const string Vitals = "vitals";
    public const string Settled = "settled";

    // The server's clock may be behind ours: what we still take for young enough must be so for the server.
    private static readonly TimeSpan Margin = TimeSpan.FromHours(1);

    /// <summary>The measurement of a width of roll-up.</summary>
    public static string Of(RollUpLevel level) => $"{Vitals}_{Width(level)}";

    /// <summary>The width of a roll-up in InfluxQL.</summary>
    public static string Width(RollUpLevel level) => level.Step switch
    {
        60_000 => "1m",
        600_000 => "10m",
        3_600_000 => "1h",
        86_400_000 => "1d",
        _ => throw new ArgumentOutOfRangeException(nameof(level), level, "No such roll-up."),
    };

    /// <summary>Makes database and retention policies where they are missing; needs an administrator's account only then.</summary>
    /// <returns>Up to when the roll-ups are made, milliseconds since 1970; null when none ever was.</returns>
    public static async Task<long?> EnsureAsync(InfluxClient client, InfluxDbOptions options, CancellationToken cancel)
    {
        var name = options.Database;
        var found = false;
        await client.QueryAsync(new("SHOW DATABASES"), row => found |= row.Text(0) == name, cancel);
        if (!found)
            await RunAsync(client, $"CREATE DATABASE \"{name}\"", cancel);
        if (client.Version is { } version && !version.TrimStart('v').StartsWith("1.", StringComparison.Ordinal))
            throw InfluxErrors.Away($"is version {version}: roll-ups are made with SELECT INTO, which only 1.x has.");

        var policies = new Dictionary<string, string>();
        await client.QueryAsync(new($"SHOW RETENTION POLICIES ON \"{name}\""), row => policies[row.Text(0)] = row.Text(1), cancel);
        var hours = (long)Math.Ceiling((options.RawRetention + Margin).TotalHours);
        if (!policies.TryGetValue(Raw, out var duration))
            await RunAsync(client, $"CREATE RETENTION POLICY \"{Raw}\" ON \"{name}\" DURATION {hours}h REPLICATION 1 DEFAULT", cancel);
        else if (duration != $"{hours}h0m0s")
            await RunAsync(client, $"ALTER RETENTION POLICY \"{Raw}\" ON \"{name}\" DURATION {hours}h", cancel);
        // Wide shards: a year of roll-ups is about five of them. How long they are kept is then the operator's.
        if (!policies.ContainsKey(RollUp))
            await RunAsync(client, $"CREATE RETENTION POLICY \"{RollUp}\" ON \"{name}\" DURATION INF REPLICATION 1 SHARD DURATION 12w", cancel);

        long? settled = null;
        await client.QueryAsync(InfluxStatements.LastSettled, row => settled = row.Long(1), cancel);
        return settled;
    }

    private static Task RunAsync(InfluxClient client, string statement, CancellationToken cancel) =>
        client.QueryAsync(new(statement), static _ => { }, cancel);
}
