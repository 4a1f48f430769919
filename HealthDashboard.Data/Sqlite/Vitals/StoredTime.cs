namespace HealthDashboard.Data.Sqlite.Vitals;

/// <summary>The times and values that a file can hold, and hours counted from 1970.</summary>
internal static class StoredTime
{
    /// <summary>The last millisecond of the year 9999, the last that .NET's dates know.</summary>
    public const long Last = 253_402_300_799_999;

    public static long HourOf(long time) => time / BlockCodec.Hour;

    public static long StartOf(long hour) => hour * BlockCodec.Hour;

    /// <summary>Refuses what cannot be stored, before anything is written.</summary>
    /// <exception cref="ArgumentException">A value is not finite, or a time is before 1970 or after 9999.</exception>
    public static void Check(long time, double value)
    {
        if (time is < 0 or > Last)
            throw new ArgumentException($"time is {time} ms since 1970; allowed is 0 to {Last} (1970 to 9999).");
        if (!double.IsFinite(value))
            throw new ArgumentException($"value is {value}; allowed is a finite number.");
    }
}
