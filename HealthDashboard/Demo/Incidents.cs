namespace HealthDashboard.Demo;

/// <summary>
/// What happens by itself on a calm ward: now and then a short desaturation, a fast heart, a probe that slips off. Rare enough that
/// a bed alarms less than once a day (docs/clinical.md has what a noisy ward comes to).
/// </summary>
internal static class Incidents
{
    private const int Window = 4 * 3600;
    private const double Chance = 0.12;
    private const int First = 100;

    /// <summary>What is wrong by itself at a second.</summary>
    public static Disturbance At(in Noise noise, long second)
    {
        var (window, at) = Math.DivRem(second, Window);
        if (noise.Unit(First, window) >= Chance)
            return default;
        // Shorter than the score's hold-off: it passes before anybody would score it.
        var length = 30 + (16 * noise.Unit(First + 1, window));
        var into = at - (noise.Unit(First + 2, window) * (Window - length));
        if (into < 0 || into > length)
            return default;
        // Up in the first quarter, down in the last.
        var level = Math.Min(Curve.Ease(4 * into / length), Curve.Ease(4 * (length - into) / length));
        var kind = noise.Unit(First + 3, window);
        return kind switch
        {
            < 0.40 => new Disturbance(Shunt: 10 * level),
            < 0.45 => new Disturbance(Shunt: 21 * level),
            < 0.80 => new Disturbance(Tachycardia: 62 * level),
            _ => new Disturbance(ProbeOff: level),
        };
    }
}

/// <summary>What a monitor shows that no body did: seconds of motion, or of a cable that slips. All shorter than the hold-offs.</summary>
/// <param name="HeartRate">Added to the heart rate, /min.</param>
/// <param name="Spo2">Taken from the saturation, %.</param>
/// <param name="Off">Whether no sensor has contact.</param>
internal readonly record struct Artefact(double HeartRate, double Spo2, bool Off)
{
    /// <summary>The longest, in seconds: below the shortest hold-off, 6 s for the heart rate.</summary>
    public const int Longest = 4;

    private const int Window = 15 * 60;
    private const double Chance = 0.4;
    private const int First = 120;

    /// <summary>The artefact at a second; default when there is none.</summary>
    public static Artefact At(in Noise noise, long second)
    {
        var (window, at) = Math.DivRem(second, Window);
        if (noise.Unit(First, window) >= Chance)
            return default;
        var length = 2 + (int)(noise.Unit(First + 1, window) * (Longest - 1));
        var into = at - (int)(noise.Unit(First + 2, window) * (Window - length));
        if (into < 0 || into >= length)
            return default;
        return noise.Unit(First + 3, window) < 0.3
            ? new Artefact(0, 0, true)
            : new Artefact(65 * noise.White(First + 4, second), 14 * noise.Unit(First + 5, second), false);
    }
}
