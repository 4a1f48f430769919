namespace HealthDashboard.Data.Sqlite.Vitals;

/// <summary>
/// Values as whole numbers: what a monitor sends has at most three digits after the point, so value x 10^scale is whole,
/// and dividing gives back the very same bits. What is not so is kept as a raw double (<see cref="Raw"/>).
/// </summary>
internal static class DecimalScale
{
    /// <summary>The scale that says "not decimal: eight bytes each".</summary>
    public const int Raw = 4;

    // Small enough that differences of two, doubled twice, still fit in 64 bits.
    private const double Largest = 1L << 52;

    private static readonly double[] Powers = [1, 10, 100, 1000];

    /// <summary>The smallest scale from <paramref name="atLeast"/> up at which the value is exact; <see cref="Raw"/> when none is.</summary>
    public static int Of(double value, int atLeast = 0)
    {
        var scale = atLeast;
        while (scale < Raw && !IsExact(value, scale))
            scale++;
        return scale;
    }

    /// <summary>The smallest scale at least as large as <paramref name="atLeast"/> at which a sum of decimals is whole but for rounding errors.</summary>
    public static int OfSum(double sum, int atLeast)
    {
        var scale = atLeast;
        while (scale < Raw && !IsNearlyWhole(sum * Powers[scale]))
            scale++;
        return scale;
    }

    public static long ToWhole(double value, int scale) => (long)Math.Round(value * Powers[scale]);

    public static double FromWhole(long whole, int scale) => whole / Powers[scale];

    // Compared bit by bit: minus zero is not zero.
    private static bool IsExact(double value, int scale)
    {
        var whole = Math.Round(value * Powers[scale]);
        return Math.Abs(whole) <= Largest
            && BitConverter.DoubleToInt64Bits((long)whole / Powers[scale]) == BitConverter.DoubleToInt64Bits(value);
    }

    private static bool IsNearlyWhole(double scaled) =>
        Math.Abs(scaled) <= Largest && Math.Abs(scaled - Math.Round(scaled)) <= 1e-6 + (Math.Abs(scaled) * 1e-12);
}
