using System.Globalization;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Ingest;

/// <summary>What a reading may say. Each rule gives null, or why the reading is refused: the field, its value, what is allowed.</summary>
/// <param name="now">The time it is.</param>
/// <param name="rawRetention">How long raw readings are kept.</param>
/// <param name="isHistory">Whether they are of the past: not so young that they could still count for an alarm or a score, and as old as may be.</param>
internal readonly struct ReadingRules(DateTimeOffset now, TimeSpan rawRetention, bool isHistory = false)
{
    /// <summary>How far a device's clock may be ahead of this server's.</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    // Longer than any value counts as current.
    private static readonly TimeSpan Past = TimeSpan.FromDays(1);

    /// <summary>The names of all signs, for messages.</summary>
    public static readonly string SignNames = string.Join(", ", VitalSigns.All.Select(sign => sign.Name));

    private readonly long now = now.ToUnixTimeMilliseconds();
    private readonly long latest = (isHistory ? now - (rawRetention < Past ? rawRetention : Past) : now + ClockTolerance).ToUnixTimeMilliseconds();
    private readonly long earliest = isHistory ? 0 : (now - rawRetention).ToUnixTimeMilliseconds();

    /// <summary>Whether the readings are of the past.</summary>
    public bool IsHistory { get; } = isHistory;

    /// <summary>When the readings arrived: the time it is, in milliseconds since 1970-01-01 UTC.</summary>
    public long Arrival => now;

    /// <summary>
    /// Whether a number can be that sign's value. Between 0, which is "sensor off", and 1 no device measures any sign that has an
    /// "off", nor an SpO2 of 1 %: such a number is in another unit, most likely a fraction, and would raise a wrong alarm.
    /// </summary>
    public static string? Value(VitalSignInfo sign, double value)
    {
        if (!(value >= sign.Minimum && value <= sign.Maximum))
            return $"value {value} is impossible for {sign.Name}: {sign.Minimum} to {sign.Maximum} {sign.Unit} is allowed";
        if (!sign.ZeroIsSensorOff || value == 0)
            return null;
        if (sign.Sign == VitalSign.Spo2)
            return value > 1 ? null : $"value {value} is impossible for {sign.Name}, a fraction? 0 (sensor off) or above 1 to {sign.Maximum} {sign.Unit} is allowed";
        return value >= 1 ? null : $"value {value} is impossible for {sign.Name}, another unit? 0 (sensor off) or 1 to {sign.Maximum} {sign.Unit} is allowed";
    }

    /// <summary>The value of a consciousness letter; NaN when it is none.</summary>
    public static double Consciousness(ReadOnlySpan<byte> letter) => letter is [var c] ? c switch
    {
        (byte)'A' => (double)Acvpu.A,
        (byte)'C' => (double)Acvpu.C,
        (byte)'V' => (double)Acvpu.V,
        (byte)'P' => (double)Acvpu.P,
        (byte)'U' => (double)Acvpu.U,
        _ => double.NaN,
    } : double.NaN;

    /// <summary>Whether a time, in milliseconds since 1970, is neither ahead nor older than what is kept.</summary>
    public string? Time(long time)
    {
        if (time > latest && IsHistory)
            return $"time {Shown(time)} is too recent for an import: {Shown(latest)} is the latest allowed, POST /api/vitals takes what is later";
        if (time > latest)
            return $"time {Shown(time)} is more than {ClockTolerance.TotalMinutes} minutes ahead of the server's clock, {Shown(now)}";
        if (time < earliest)
            return $"time {Shown(time)} is older than what is kept: {Shown(earliest)} is the oldest allowed";
        return null;
    }

    private static string Shown(long time)
    {
        // Line protocol can say times that no calendar has.
        const long first = -62_135_596_800_000, last = 253_402_300_799_999;
        return DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(time, first, last))
            .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
    }
}
