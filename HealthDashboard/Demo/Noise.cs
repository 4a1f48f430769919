namespace HealthDashboard.Demo;

/// <summary>
/// Randomness as a function: the same seed, channel and index always give the same number. So a simulated patient has a value at
/// every moment without being stepped there, history and present are one curve, and a restart goes on where the clock is.
/// </summary>
internal readonly struct Noise(ulong seed)
{
    /// <summary>A number from 0, inclusive, to 1, exclusive.</summary>
    public double Unit(int channel, long index) => (Mix(channel, index) >> 11) * (1.0 / (1UL << 53));

    /// <summary>A number from -1 to 1, independent of its neighbours.</summary>
    public double White(int channel, long index) => (2 * Unit(channel, index)) - 1;

    /// <summary>A curve between -1 and 1 that wanders: new heights every period, joined smoothly.</summary>
    public double Smooth(int channel, long second, int period)
    {
        var (index, rest) = Math.DivRem(second, period);
        var (left, right) = (White(channel, index), White(channel, index + 1));
        return left + ((right - left) * Curve.Ease((double)rest / period));
    }

    /// <summary>A whole number from 0 to below a bound.</summary>
    public int Pick(int channel, int bound) => (int)(Unit(channel, 0) * bound);

    // SplitMix64's finisher: every bit of seed, channel and index reaches every bit of the result.
    private ulong Mix(int channel, long index)
    {
        var z = seed + ((ulong)index * 0x9E3779B97F4A7C15) + ((ulong)(uint)channel * 0xD1B54A32D192ED03);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}

/// <summary>Shapes of change over time.</summary>
internal static class Curve
{
    /// <summary>From 0 at 0 to 1 at 1 without a corner at either end; flat outside.</summary>
    public static double Ease(double x)
    {
        x = Math.Clamp(x, 0, 1);
        return x * x * (3 - (2 * x));
    }

    /// <summary>Ease that begins and ends within the stretch.</summary>
    public static double Ease(double x, double from, double to) => Ease((x - from) / (to - from));
}
