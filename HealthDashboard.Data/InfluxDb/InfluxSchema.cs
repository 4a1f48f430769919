using System.Globalization;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.InfluxDb;

/// <summary>
/// The layout, made where it is missing. A retention policy is a bucket in 2.x and a database in 3.x, of the name health/raw.
/// <code>
/// retention policy raw (Vitals:RawRetention and an hour)
///   vitals,patient=ID,sign=NAME value=72,device="monitor-1"              a reading, at its own time, to the millisecond
///   probe ok=true                                                        readings could be written in this hour
/// retention policy rollup (for good)
///   vitals_1m|10m|1h|1d,patient=ID,sign=NAME count=60i,min=,max=,sum=,check=    the valid readings of that stretch, at its start
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
    public const string Probe = "probe";

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

    /// <summary>
    /// Makes what is missing when the account may: buckets where the server has those, else database and retention policies. In 3.x only
    /// the operator can. Which of them it is, is decided by what the server answers: what it calls itself may be anything.
    /// </summary>
    /// <returns>
    /// Up to when the roll-ups are made, milliseconds since 1970, null when none ever was; and for how many hours the server keeps raw
    /// readings, 0 for good, null when it does not say.
    /// </returns>
    /// <exception cref="StoreRefusedException">Something is missing, and the message says what an operator has to do.</exception>
    public static async Task<(long? Settled, long? RawHours)> EnsureAsync(InfluxClient client, InfluxDbOptions options, InfluxStatements statements, CancellationToken cancel)
    {
        await client.PingAsync(cancel);
        var hours = await new InfluxBuckets(client, options, TimeSpan.FromHours(Hours(options))).EnsureAsync(cancel) / 3600;
        if (hours is null)
        {
            try
            {
                hours = await MakeAsync(client, options, cancel);
            }
            catch (StoreException error) when (error is not StoreUnavailableException)
            {
                // It does not know these statements, and with a name and password 2.x shows no buckets: what is there must do.
                await LookAsync(client, options, statements, cancel);
            }
        }

        long? settled = null;
        await client.QueryAsync(statements.LastSettled, row => settled = row.Long(1), cancel);
        return (settled, hours);
    }

    /// <summary>How long the server must keep raw readings.</summary>
    public static long Hours(InfluxDbOptions options) => (long)Math.Ceiling((options.RawRetention + Margin).TotalHours);

    // A later server makes a database of its own accord when something is written to it, and would keep everything for good.
    private static async Task LookAsync(InfluxClient client, InfluxDbOptions options, InfluxStatements statements, CancellationToken cancel)
    {
        try
        {
            await client.QueryAsync(statements.Places, static _ => { }, cancel);
        }
        catch (StoreUnavailableException error) when (error.Message.Contains(InfluxErrors.NotFound, StringComparison.Ordinal))
        {
            throw InfluxErrors.Refused(
                $"lacks {options.Database}/{Raw} or {options.Database}/{RollUp}. " + (client.Version?.TrimStart('v').StartsWith('3') == true
                    ? $"Make them: influxdb3 create database --retention-period {Hours(options)}h {options.Database}/{Raw}; influxdb3 create database {options.Database}/{RollUp}"
                    : $"Give {InfluxDbOptions.Key} a token in place of the user name: with one that may read and write buckets the program creates them."),
                error);
        }
    }

    private static async Task<long> MakeAsync(InfluxClient client, InfluxDbOptions options, CancellationToken cancel)
    {
        var name = options.Database;
        var found = false;
        await client.QueryAsync(new("SHOW DATABASES"), row => found |= row.Text(0) == name, cancel);
        if (!found)
            await RunAsync(client, $"CREATE DATABASE \"{name}\"", cancel);

        var policies = new Dictionary<string, string>();
        await client.QueryAsync(new($"SHOW RETENTION POLICIES ON \"{name}\""), row => policies[row.Text(0)] = row.Text(1), cancel);
        var needed = Hours(options);
        var kept = needed;
        if (!policies.TryGetValue(Raw, out var duration))
            await RunAsync(client, $"CREATE RETENTION POLICY \"{Raw}\" ON \"{name}\" DURATION {needed}h REPLICATION 1 DEFAULT", cancel);
        // What an operator keeps for longer is not shortened.
        else if ((kept = HoursOf(duration)) > 0 && kept < needed)
            await RunAsync(client, $"ALTER RETENTION POLICY \"{Raw}\" ON \"{name}\" DURATION {kept = needed}h", cancel);
        // Wide shards: a year of roll-ups is about five of them. How long they are kept is then the operator's.
        if (!policies.ContainsKey(RollUp))
            await RunAsync(client, $"CREATE RETENTION POLICY \"{RollUp}\" ON \"{name}\" DURATION INF REPLICATION 1 SHARD DURATION 12w", cancel);
        return kept;
    }

    // As in "169h0m0s"; "0s" is for good.
    private static long HoursOf(string duration) =>
        duration.Split('h') is [var hours, _] && long.TryParse(hours, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static Task RunAsync(InfluxClient client, string statement, CancellationToken cancel) =>
        client.QueryAsync(new(statement), static _ => { }, cancel);
}
