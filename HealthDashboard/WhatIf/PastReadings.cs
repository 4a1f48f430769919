using System.Runtime.InteropServices;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.WhatIf;

/// <summary>
/// A patient's stored readings in the order of their own time, a few hours in memory at once. When each arrived, and from which device, is
/// not stored: each counts as arrived when it was measured, from one device.
/// </summary>
internal sealed class PastReadings(IVitalStore vitals, ObjectId patientId)
{
    private const long Piece = 6 * 3_600_000;

    // Few enough to stay near the processor while every proposal goes over them.
    private const long Part = 30 * 60_000;

    private static readonly VitalSign[] Signs = [.. VitalSigns.All.Select(info => info.Sign).Order()];

    private readonly List<Reading> merged = [];

    /// <summary>Readings of a stretch, in parts: each with the moment up to which it reaches.</summary>
    /// <param name="from">Its start, in milliseconds since 1970-01-01 UTC.</param>
    /// <param name="to">Its end, exclusive.</param>
    /// <param name="take">What is done with a part, which is overwritten by the next.</param>
    /// <param name="cancel">Ends the call.</param>
    public async Task ReadAsync(long from, long to, TakeReadings take, CancellationToken cancel)
    {
        for (var start = from; start < to; start += Piece)
        {
            var end = Math.Min(start + Piece, to);
            var samples = await Task.WhenAll(Signs.Select(sign => vitals.ReadAsync(patientId, sign, Time(start), Time(end), cancel)));
            var next = new int[Signs.Length];
            for (var until = Math.Min(start + Part, end); ; until = Math.Min(until + Part, end))
            {
                cancel.ThrowIfCancellationRequested();
                Merge(samples, next, until);
                take(CollectionsMarshal.AsSpan(merged), until);
                if (until == end)
                    break;
            }
        }
    }

    /// <summary>Of each sign that is charted, and not streamed, the last reading of a stretch.</summary>
    public async Task<Reading[]> LastChartedAsync(long from, long to, AlarmRules rules, CancellationToken cancel)
    {
        var charted = Array.FindAll(Signs, sign => !rules[sign].Continuous);
        var samples = await Task.WhenAll(charted.Select(sign => vitals.ReadAsync(patientId, sign, Time(from), Time(to), cancel)));
        var last = new List<Reading>();
        for (var i = 0; i < charted.Length; i++)
        {
            if (samples[i] is [.., var sample])
                last.Add(new Reading(patientId, charted[i], sample.Time, sample.Value));
        }
        return [.. last.OrderBy(reading => reading.Time).ThenBy(reading => reading.Sign)];
    }

    /// <summary>Whether a device streamed in a stretch: once a minute or more often.</summary>
    public async Task<bool> IsStreamedAsync(long from, long to, CancellationToken cancel)
    {
        foreach (var sign in TechnicalAlarms.Stream)
        {
            if ((await vitals.ReadAsync(patientId, sign, Time(from), Time(to), cancel)).Count >= (to - from) / 60_000)
                return true;
        }
        return false;
    }

    /// <summary>Whether anything was measured in a stretch.</summary>
    public async Task<bool> HasAnyAsync(long from, long to, CancellationToken cancel)
    {
        foreach (var info in VitalSigns.All)
        {
            if ((await vitals.ReadAsync(patientId, info.Sign, Time(from), Time(to), cancel)).Count > 0)
                return true;
        }
        return false;
    }

    private void Merge(IReadOnlyList<Sample>[] samples, int[] next, long until)
    {
        merged.Clear();
        while (true)
        {
            var (time, sign) = (until, -1);
            for (var i = 0; i < samples.Length; i++)
            {
                if (next[i] < samples[i].Count && samples[i][next[i]].Time < time)
                    (time, sign) = (samples[i][next[i]].Time, i);
            }
            if (sign < 0)
                return;
            var sample = samples[sign][next[sign]++];
            merged.Add(new Reading(patientId, Signs[sign], sample.Time, sample.Value));
        }
    }

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}

/// <summary>Takes readings in order, and the moment up to which they reach; they are valid during the call alone.</summary>
internal delegate void TakeReadings(ReadOnlySpan<Reading> readings, long until);
