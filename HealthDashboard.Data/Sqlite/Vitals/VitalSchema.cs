using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.Sqlite.Vitals;

/// <summary>
/// The layout of <c>vitals.db</c>. Rows of blocks and roll-ups have one number as key, so that a stretch of one series is one
/// walk along the table: series in the upper 32 bits, then hour (or level and pack). The generated columns are for people.
/// </summary>
internal static class VitalSchema
{
    /// <summary>Larger than SQLite's own 4096: an hour of 1 Hz takes about 4 kB, and should not leave half a page empty.</summary>
    public const int PageSize = 8192;

    public static readonly IReadOnlyList<string> Migrations =
    [
        """
        -- One sign of one patient, and its latest reading as of the last fold.
        CREATE TABLE series (
            id INTEGER PRIMARY KEY,
            patient BLOB NOT NULL,
            sign INTEGER NOT NULL,
            latest_time INTEGER,
            latest_value REAL,
            latest_device TEXT,
            UNIQUE (patient, sign)
        ) STRICT;

        -- What has been appended and not yet folded: one row a commit (JournalPacket).
        CREATE TABLE journal (
            id INTEGER PRIMARY KEY,
            readings BLOB NOT NULL
        ) STRICT;

        -- Raw readings: one row for an hour of a series (BlockCodec).
        CREATE TABLE block (
            id INTEGER PRIMARY KEY,
            count INTEGER NOT NULL,
            samples BLOB NOT NULL,
            series INTEGER GENERATED ALWAYS AS (id >> 32) VIRTUAL,
            hour INTEGER GENERATED ALWAYS AS (id & 0xFFFFFFFF) VIRTUAL
        ) STRICT;

        -- Roll-ups: one row a pack (RollUpLevel, RollUpCodec).
        CREATE TABLE rollup (
            id INTEGER PRIMARY KEY,
            entries BLOB NOT NULL,
            series INTEGER GENERATED ALWAYS AS (id >> 32) VIRTUAL,
            level INTEGER GENERATED ALWAYS AS ((id >> 28) & 15) VIRTUAL,
            pack INTEGER GENERATED ALWAYS AS (id & 0xFFFFFFF) VIRTUAL
        ) STRICT;

        -- Counters that would be slow to count.
        CREATE TABLE total (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            raw_readings INTEGER NOT NULL
        ) STRICT;
        INSERT INTO total VALUES (1, 0);
        """,
    ];

    public static long BlockId(int series, long hour) => ((long)series << 32) | hour;

    public static long HourOfBlock(long id) => id & 0xFFFF_FFFF;

    public static long RollUpId(int series, RollUpLevel level, long pack) => ((long)series << 32) | ((long)level.Number << 28) | pack;

    public static long PackOfRollUp(long id) => id & 0xFFF_FFFF;
}
