namespace HealthDashboard.Data.Sqlite.Analytics;

/// <summary>The layout of <c>analytics.db</c>: a table a view, each led by what the view asks for. Described in docs/data-model.md.</summary>
internal static class AnalyticsSchema
{
    // Everything here is made from the vitals and the alerts, and the time it is true for is in the same commit:
    // a commit that a power cut takes back is only made again by the next roll-up. So it need not wait for the disk.
    public static SqliteDatabase Open(string path) => new("SQLite analytics", path, Migrations, synchronous: "NORMAL");

    /// <summary>The script of each version; released ones are never edited.</summary>
    public static readonly IReadOnlyList<string> Migrations =
    [
        """
        CREATE TABLE hourly_vital (
            patient_id BLOB NOT NULL,
            sign INTEGER NOT NULL,
            hour INTEGER NOT NULL,
            min REAL NOT NULL,
            max REAL NOT NULL,
            mean REAL NOT NULL,
            count INTEGER NOT NULL,
            PRIMARY KEY (patient_id, sign, hour)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE daily_ward_vital (
            region TEXT NOT NULL,
            ward TEXT NOT NULL,
            sign INTEGER NOT NULL,
            day TEXT NOT NULL,
            min REAL NOT NULL,
            max REAL NOT NULL,
            mean REAL NOT NULL,
            count INTEGER NOT NULL,
            patients INTEGER NOT NULL,
            PRIMARY KEY (region, ward, sign, day)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE daily_alerts (
            region TEXT NOT NULL,
            ward TEXT NOT NULL,
            day TEXT NOT NULL,
            priority INTEGER NOT NULL,
            raised INTEGER NOT NULL,
            acknowledged INTEGER NOT NULL,
            median_response REAL,
            longest_response REAL,
            PRIMARY KEY (region, ward, day, priority)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE as_of (
            view TEXT NOT NULL PRIMARY KEY,
            time INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """,
        """
        CREATE TABLE alarm_load (
            region TEXT NOT NULL,
            ward TEXT NOT NULL,
            period INTEGER NOT NULL,
            start TEXT NOT NULL,
            bed TEXT NOT NULL,
            raised INTEGER NOT NULL,
            tally BLOB NOT NULL,
            PRIMARY KEY (region, ward, period, start, bed)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE alarm_ward (
            region TEXT NOT NULL,
            ward TEXT NOT NULL,
            PRIMARY KEY (region, ward)
        ) STRICT, WITHOUT ROWID;
        """,
    ];
}
