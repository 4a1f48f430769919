using HealthDashboard.Data.Cql;

namespace HealthDashboard.Data.Cassandra;

/// <summary>
/// Every statement of analytics, with its consistency. Each write names its own timestamp, so that it does the same however often it
/// runs, and of two writes of a row the later one counts, whichever arrives last.
/// </summary>
/// <param name="keyspace">The keyspace, checked.</param>
/// <param name="life">What writes say of how long rows are kept: nothing for as long as the table says, or <see cref="NoEnd"/>.</param>
internal sealed class AnalyticsStatements(string keyspace, string life = "")
{
    /// <summary>Rows are kept for good.</summary>
    public const string NoEnd = " AND TTL 0";

    public Statement PutHour { get; } = new(
        $"""
        INSERT INTO {keyspace}.hourly_vital (patient_id, sign, year, hour, lowest, highest, mean, readings)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?) USING TIMESTAMP ?{life}
        """,
        Consistency.LocalQuorum);

    public Statement PutDay { get; } = new(
        $"""
        INSERT INTO {keyspace}.daily_ward_vital (region, ward, sign, year, day, lowest, highest, mean, readings, patients)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) USING TIMESTAMP ?{life}
        """,
        Consistency.LocalQuorum);

    public Statement PutAlerts { get; } = new(
        $"""
        INSERT INTO {keyspace}.daily_alerts (region, ward, year, day, priority, raised, acknowledged, median_response, longest_response)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) USING TIMESTAMP ?{life}
        """,
        Consistency.LocalQuorum);

    public Statement PutLoad { get; } = new(
        $"""
        INSERT INTO {keyspace}.alarm_load (region, ward, period, year, start, bed, raised, tally)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?) USING TIMESTAMP ?{life}
        """,
        Consistency.LocalQuorum);

    public Statement PutWard { get; } = new($"INSERT INTO {keyspace}.alarm_ward (part, region, ward) VALUES (?, ?, ?) USING TIMESTAMP ?", Consistency.LocalQuorum);

    public Statement PutAsOf { get; } = new($"INSERT INTO {keyspace}.as_of (name, true_until) VALUES (?, ?) USING TIMESTAMP ?", Consistency.LocalQuorum);

    public Statement Hours { get; } = new(
        $"""
        SELECT hour, lowest, highest, mean, readings FROM {keyspace}.hourly_vital
        WHERE patient_id = ? AND sign = ? AND year = ? AND hour >= ? AND hour < ?
        """,
        Consistency.LocalQuorum);

    public Statement Days { get; } = new(
        $"""
        SELECT day, lowest, highest, mean, readings, patients FROM {keyspace}.daily_ward_vital
        WHERE region = ? AND ward = ? AND sign = ? AND year = ? AND day >= ? AND day <= ?
        """,
        Consistency.LocalQuorum);

    public Statement Alerts { get; } = new(
        $"""
        SELECT day, priority, raised, acknowledged, median_response, longest_response FROM {keyspace}.daily_alerts
        WHERE region = ? AND ward = ? AND year = ? AND day >= ? AND day <= ?
        """,
        Consistency.LocalQuorum);

    public Statement Load { get; } = new(
        $"""
        SELECT start, bed, raised, tally FROM {keyspace}.alarm_load
        WHERE region = ? AND ward = ? AND period = ? AND year = ? AND start >= ? AND start <= ?
        """,
        Consistency.LocalQuorum);

    public Statement Wards { get; } = new($"SELECT region, ward FROM {keyspace}.alarm_ward WHERE part = ?", Consistency.LocalQuorum);

    public Statement AsOf { get; } = new($"SELECT true_until FROM {keyspace}.as_of WHERE name = ?", Consistency.LocalQuorum);
}
