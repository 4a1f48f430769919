using System.Runtime.CompilerServices;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Fhir;

/// <summary>
/// The values of one sign one after the other, without reading a stretch whole: charts say where there are any, and only there it looks
/// closer. What is older than raw readings are kept comes minute by minute. Sensor-off values are left out.
/// </summary>
/// <param name="vitals">Where they are.</param>
/// <param name="patientId">Whose.</param>
/// <param name="sign">Which sign.</param>
/// <param name="rawFrom">Raw readings before this time may be gone; milliseconds since 1970.</param>
/// <param name="newestFirst">Whether it goes back in time.</param>
internal sealed class VitalWalk(IVitalStore vitals, ObjectId patientId, VitalSign sign, long rawFrom, bool newestFirst)
{
    private const int Parts = 100;
    private const int FewReadings = 500;
    private const long Minute = 60_000;
    private const long MostMinutes = 600;
    private const long ShortStretch = 10 * Minute;

    // The first minute of which all readings are there.
    private readonly long firstRaw = (rawFrom + Minute - 1) / Minute * Minute;

    /// <summary>The values from a time to a time, exclusive.</summary>
    public async IAsyncEnumerable<Measured> GoAsync(long from, long to, [EnumeratorCancellation] CancellationToken cancel)
    {
        from = Math.Max(from, 0);
        (long From, long To, bool IsRaw)[] stretches = [(from, Math.Min(to, firstRaw), false), (Math.Max(from, firstRaw), to, true)];
        foreach (var (start, end, isRaw) in newestFirst ? stretches.Reverse() : stretches)
        {
            if (start >= end)
                continue;
            await foreach (var value in isRaw ? RawAsync(start, end, cancel) : MinutesAsync(start, end, cancel))
                yield return value;
        }
    }

    private async IAsyncEnumerable<Measured> RawAsync(long from, long to, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (to - from <= ShortStretch)
        {
            var samples = await vitals.ReadAsync(patientId, sign, At(from), At(to), cancel);
            foreach (var sample in newestFirst ? samples.Reverse() : samples)
            {
                if (sample.Value != 0 || !sign.Info().ZeroIsSensorOff)
                    yield return new(sign, sample.Time, sample.Value);
            }
            yield break;
        }
        foreach (var (start, end, count) in await PartsAsync(from, to, cancel))
        {
            if (count <= FewReadings)
            {
                var samples = await vitals.ReadAsync(patientId, sign, At(start), At(end), cancel);
                foreach (var sample in newestFirst ? samples.Reverse() : samples)
                {
                    if (sample.Value != 0 || !sign.Info().ZeroIsSensorOff)
                        yield return new(sign, sample.Time, sample.Value);
                }
                continue;
            }
            await foreach (var value in RawAsync(start, end, cancel))
                yield return value;
        }
    }

    private async IAsyncEnumerable<Measured> MinutesAsync(long from, long to, [EnumeratorCancellation] CancellationToken cancel)
    {
        var (first, last) = (from / Minute * Minute, (to + Minute - 1) / Minute * Minute);
        var minutes = (last - first) / Minute;
        if (minutes <= MostMinutes)
        {
            var points = await vitals.ChartAsync(patientId, sign, At(first), At(last), (int)minutes, cancel);
            foreach (var point in newestFirst ? points.Reverse() : points)
            {
                var time = point.Time.ToUnixTimeMilliseconds();
                if (time >= from && time < to)
                    yield return new(sign, time, point.Mean, point);
            }
            yield break;
        }
        foreach (var (start, end, _) in await PartsAsync(first, last, cancel))
        {
            await foreach (var value in MinutesAsync(Math.Max(start, from), Math.Min(end, to), cancel))
                yield return value;
        }
    }

    // Where there are values. A part may begin before the stretch and be wider than a hundredth of it, by a roll-up that still fits into one.
    private async Task<List<(long From, long To, long Count)>> PartsAsync(long from, long to, CancellationToken cancel)
    {
        var points = await vitals.ChartAsync(patientId, sign, At(from), At(to), Parts, cancel);
        var widest = (2 * ((to - from) / Parts)) + (2 * Minute);
        List<(long, long, long)> parts = new(points.Count);
        for (var i = 0; i < points.Count; i++)
        {
            var start = points[i].Time.ToUnixTimeMilliseconds();
            var end = Math.Min(i + 1 < points.Count ? points[i + 1].Time.ToUnixTimeMilliseconds() : to, start + widest);
            if (Math.Max(start, from) < Math.Min(end, to))
                parts.Add((Math.Max(start, from), Math.Min(end, to), points[i].Count));
        }
        if (newestFirst)
            parts.Reverse();
        return parts;
    }

    private static DateTimeOffset At(long time) => DateTimeOffset.FromUnixTimeMilliseconds(time);
}
