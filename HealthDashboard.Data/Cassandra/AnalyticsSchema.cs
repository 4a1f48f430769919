namespace HealthDashboard.Data.Cassandra;

/// <summary>
/// The layout of analytics in Cassandra: a table for each question, its partition key what the question names, its rows in the order of
/// the answer. Described, with sizes, in docs/data-model.md.
/// </summary>
/// <remarks>
/// A partition holds one calendar year (UTC), so it stops growing: a sign of a patient has at most 8,784 rows a year, under 1 MB.
/// A month would make the same question 12 times as many reads, a patient's whole life no bound at all.
/// </remarks>
internal static class AnalyticsSchema
{
    public const string Hourly = "hourly_vital";
    public const string Daily = "daily_ward_vital";
    public const string Alerts = "daily_alerts";
    public const string Load = "alarm_load";
    public const string Wards = "alarm_ward";
    public const string AsOf = "as_of";

    /// <summary>How long hours are kept.</summary>
    public static readonly TimeSpan HoursKept = TimeSpan.FromSeconds(94_694_400);

    /// <summary>How long days are kept.</summary>
    public static readonly TimeSpan DaysKept = TimeSpan.FromSeconds(316_224_000);

    /// <summary>
    /// The last moment at which a row may end, in the storage format that Cassandra up to 5 writes unless configured otherwise: it refuses
    /// a write that would end later.
    /// </summary>
    public static readonly DateTimeOffset LastEnd = new(2038, 1, 19, 3, 14, 6, TimeSpan.Zero);

    /// <summary>Every table.</summary>
    public static readonly IReadOnlyList<string> Tables = [Hourly, Daily, Alerts, Load, Wards, AsOf];

    /// <summary>The statement that makes the keyspace.</summary>
    /// <param name="keyspace">Its name, checked.</param>
    /// <param name="datacenter">Where its replicas are, checked.</param>
    /// <param name="replicas">How many.</param>
    public static string Keyspace(string keyspace, string datacenter, int replicas) =>
        $$"""
        CREATE KEYSPACE IF NOT EXISTS {{keyspace}}
          WITH replication = {'class': 'NetworkTopologyStrategy', '{{datacenter}}': {{replicas}}}
        """;

    /// <summary>
    /// The statements that make the tables. What is rolled up is written again and again, so rows are compacted by levels: a read finds
    /// them in one or two files. Hours are kept 3 years and days 10; the times count from the last time a row was written.
    /// A node asks one more replica after 100 ms: left to itself it waits 2.5 s in a new table, longer than a page, when one is frozen.
    /// </summary>
    /// <param name="keyspace">The keyspace, checked.</param>
    public static IReadOnlyList<string> Definitions(string keyspace) =>
    [
        $$"""
        CREATE TABLE IF NOT EXISTS {{keyspace}}.hourly_vital (
          patient_id blob,
          sign text,
          year int,
          hour timestamp,
          lowest double,
          highest double,
          mean double,
          readings bigint,
          PRIMARY KEY ((patient_id, sign, year), hour)
        ) WITH compaction = {'class': 'LeveledCompactionStrategy'} AND speculative_retry = '100ms' AND default_time_to_live = {{(int)HoursKept.TotalSeconds}}
        """,
        $$"""
        CREATE TABLE IF NOT EXISTS {{keyspace}}.daily_ward_vital (
          region text,
          ward text,
          sign text,
          year int,
          day date,
          lowest double,
          highest double,
          mean double,
          readings bigint,
          patients int,
          PRIMARY KEY ((region, ward, sign, year), day)
        ) WITH compaction = {'class': 'LeveledCompactionStrategy'} AND speculative_retry = '100ms' AND default_time_to_live = {{(int)DaysKept.TotalSeconds}}
        """,
        $$"""
        CREATE TABLE IF NOT EXISTS {{keyspace}}.daily_alerts (
          region text,
          ward text,
          year int,
          day date,
          priority int,
          raised int,
          acknowledged int,
          median_response double,
          longest_response double,
          PRIMARY KEY ((region, ward, year), day, priority)
        ) WITH compaction = {'class': 'LeveledCompactionStrategy'} AND speculative_retry = '100ms' AND default_time_to_live = {{(int)DaysKept.TotalSeconds}}
        """,
        $$"""
        CREATE TABLE IF NOT EXISTS {{keyspace}}.alarm_load (
          region text,
          ward text,
          period int,
          year int,
          start date,
          bed text,
          raised int,
          tally blob,
          PRIMARY KEY ((region, ward, period, year), start, bed)
        ) WITH compaction = {'class': 'LeveledCompactionStrategy'} AND speculative_retry = '100ms' AND default_time_to_live = {{(int)DaysKept.TotalSeconds}}
        """,
        $$"""
        CREATE TABLE IF NOT EXISTS {{keyspace}}.alarm_ward (
          part int,
          region text,
          ward text,
          PRIMARY KEY ((part), region, ward)
        ) WITH speculative_retry = '100ms'
        """,
        $$"""
        CREATE TABLE IF NOT EXISTS {{keyspace}}.as_of (
          name text,
          true_until timestamp,
          PRIMARY KEY ((name))
        ) WITH speculative_retry = '100ms'
        """,
    ];

    /// <summary>Everything as one script, as deploy/cassandra/schema.cql has it.</summary>
    public static string Script(string keyspace, string datacenter, int replicas) =>
        string.Join("\n\n", Definitions(keyspace).Prepend(Keyspace(keyspace, datacenter, replicas)).Select(statement => $"{statement};")) + "\n";
}
