using HealthDashboard.Data.Model;

namespace HealthDashboard.Tests.Unit.Oracle;

/// <summary>Sensors that are off, sources and pressures that contradict each other: docs/clinical.md, "Technical alarms" and B4.</summary>
internal sealed class SensorAlarms(IReadOnlyDictionary<VitalSign, SignHistory> signs, Freshness fresh, HashSet<VitalSign> silent, AlertBook book)
{
    private readonly Dictionary<VitalSign, long> differSince = [];

    /// <summary>The zeros that stand: since when, and how urgent.</summary>
    private readonly Dictionary<VitalSign, (long Since, AlertPriority Priority)> off = [];

    /// <summary>What is due before a moment on the clock of a sign happens.</summary>
    public void Before(VitalSign sign, long moment, long now)
    {
        Differ(signs[sign], moment, now);
        if (!sign.Info().ZeroIsSensorOff || book.Technical(Alert.SensorsSign) is not null && Values.Monitored.Contains(sign))
            return;
        if (OffAt(sign) is not { } due || due >= moment || book.Technical(sign.Info().Name) is not null)
            return;
        if (!Values.Monitored.Contains(sign) || !AllOff(due))
        {
            book.Stand(sign.Info().Name, due, now, off[sign].Priority);
            return;
        }
        book.Stand(Alert.SensorsSign, due, now, AlertPriority.Medium);
        foreach (var single in Values.Monitored)
            book.EndTechnical(single.Info().Name, due);
    }

    /// <summary>A reading has just been applied.</summary>
    public void After(VitalSign sign, Source source, long arrived, long now)
    {
        var moment = source.Last.From;
        Turn(sign, source);
        var wasSilent = silent.Remove(sign);
        if (source.Last.Value is not null)
        {
            // Silence is counted by arrival, and so is its end.
            book.EndTechnical(sign.Info().Name, wasSilent ? arrived : moment);
            if (Values.Monitored.Contains(sign) && book.Technical(Alert.SensorsSign) is not null)
            {
                book.EndTechnical(Alert.SensorsSign, moment);
                // Those that are still off have as long to come back as they had at first.
                foreach (var other in Values.Monitored.Where(off.ContainsKey))
                    off[other] = (moment, off[other].Priority);
            }
        }
        Compare(signs[sign], moment);
        Pressures(sign, source.Last, now);
    }

    /// <summary>When a sensor has been off for 10 s; null when it is not off.</summary>
    private long? OffAt(VitalSign sign) => OffSince(sign) + Values.SensorOff;

    /// <summary>Whether at a moment all three are off: two at least, and the third off or without a current value.</summary>
    private bool AllOff(long moment)
    {
        var on = Values.Monitored.Where(sign => !(OffSince(sign) <= moment)).ToList();
        return on.Count == 0 || (on.Count == 1 && !HadValue(signs[on[0]], moment));
    }

    /// <summary>Whether a value was current at a moment that may lie before the last reading.</summary>
    private bool HadValue(SignHistory history, long moment) => history.Sources.Exists(source =>
        source.Readings.FindLast(reading => reading.From <= moment) is { Value: not null } stood && moment <= fresh.Until(history.Sign, stood.Measured));

    private long? OffSince(VitalSign sign) => off.TryGetValue(sign, out var zero) ? zero.Since : null;

    /// <summary>A reading of the sign: the first zero while no other source has a value turns it off.</summary>
    private void Turn(VitalSign sign, Source source)
    {
        var last = source.Last;
        if (last.Value is not null)
        {
            off.Remove(sign);
            return;
        }
        if (off.ContainsKey(sign) || signs[sign].CurrentValues(last.From, fresh).Any(current => current.Source != source))
            return;
        // H2: a heart that stops and a lead that falls off look the same.
        var before = source.Readings.Count > 1 ? source.Readings[^2] : null;
        var extreme = before?.Value < before?.Limits.ExtremeLow && last.From - before!.From <= Values.Minute;
        off[sign] = (last.From, extreme ? AlertPriority.Medium : AlertPriority.Low);
    }

    private static double Spread(SignHistory history, long moment, Freshness fresh)
    {
        var values = history.CurrentValues(moment, fresh).Select(current => current.Value).ToList();
        return values.Count < 2 ? 0 : values.Max() - values.Min();
    }

    private void Compare(SignHistory history, long moment)
    {
        if (Spread(history, moment, fresh) > 3 * Values.Hysteresis(history.Sign) && Values.Limited.Contains(history.Sign))
        {
            differSince.TryAdd(history.Sign, moment);
            return;
        }
        differSince.Remove(history.Sign);
        book.EndTechnical(Alert.SourcesSign + history.Sign.Info().Name, moment);
    }

    private void Differ(SignHistory history, long moment, long now)
    {
        if (!differSince.TryGetValue(history.Sign, out var since))
            return;
        var name = Alert.SourcesSign + history.Sign.Info().Name;
        var due = since + 10 * Values.Second;
        if (due < moment && history.Sources.TrueForAll(source => due - source.Last.Measured <= SignHistory.SourceGap))
            book.Stand(name, due, now);
    }

    private void Pressures(VitalSign sign, Applied reading, long now)
    {
        if (sign is not (VitalSign.Systolic or VitalSign.Diastolic) || reading.Value is null)
            return;
        var other = sign == VitalSign.Systolic ? VitalSign.Diastolic : VitalSign.Systolic;
        var pair = signs[other].Sources.SelectMany(source => source.Readings).LastOrDefault(r => r.From == reading.From && r.Value is not null);
        if (pair is null)
            return;
        var (systolic, diastolic) = sign == VitalSign.Systolic ? (reading.Value, pair.Value) : (pair.Value, reading.Value);
        if (diastolic >= systolic)
            book.Stand(Alert.PressuresSign, reading.From, now);
        else
            book.EndTechnical(Alert.PressuresSign, reading.From);
    }
}
