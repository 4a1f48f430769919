using HealthDashboard.Data.Model;

namespace HealthDashboard.Tests.Unit.Oracle;

/// <summary>A reading as it was applied.</summary>
/// <param name="From">The moment from which it stands: its effective time (T1), later where it was held against the rules again.</param>
/// <param name="Measured">Its effective time.</param>
/// <param name="Value">Null when it says "sensor off".</param>
/// <param name="Limits">The limits that held then.</param>
/// <param name="Anew">Whether it is a standing value that a change of limits or record holds against the rules again (S1).</param>
internal sealed record Applied(long From, long Measured, double? Value, SignLimits Limits, bool Anew = false);

/// <summary>What one source of a sign has sent.</summary>
internal sealed class Source(string device)
{
    public string Device { get; set; } = device;

    public List<Applied> Readings { get; } = [];

    public Applied Last => Readings[^1];

    /// <summary>The last that was a value; null when there was none.</summary>
    public Applied? LastValue => Readings.FindLast(reading => reading.Value is not null);
}

/// <summary>All readings of one sign, by source: docs/clinical.md, "Time" and B4.</summary>
internal sealed class SignHistory(VitalSign sign)
{
    /// <summary>How long after its last reading a source is one beside others.</summary>
    public const long SourceGap = 10_000;

    private long lastArrived;
    private bool staleOnArrival;

    public VitalSign Sign { get; } = sign;

    public List<Source> Sources { get; } = [];

    /// <summary>The latest moment of any reading; null while there is none.</summary>
    public long? LastTime => Sources.Count == 0 ? null : Sources.Max(source => source.Last.From);

    /// <summary>When the last reading arrived.</summary>
    public long LastArrived => lastArrived;

    /// <summary>
    /// Takes a reading; false when one of its source is later, so that it changes no alarm. A device that sends alone goes on where the
    /// last one stopped; one that sends beside others is a source of its own; one that has sent nothing for 10 s is none any more, which the
    /// next reading of the sign shows.
    /// </summary>
    public Source? Read(Reading reading, SignLimits limits, Freshness fresh)
    {
        var time = reading.Effective;
        var device = reading.Device ?? "";
        var own = Sources.Find(source => source.Device == device);
        if (own is not null && time < own.Last.Measured)
            return null;
        var live = Sources.Where(source => time - source.Last.Measured <= SourceGap).ToList();
        var target = own is not null && live.Contains(own) ? own : null;
        if (target is null && live.Count > 0)
            live.Add(target = new Source(device));
        if (target is null && Sources.Count > 0)
        {
            target = Sources.MaxBy(source => source.Last.Measured)!;
            target.Device = device;
            live.Add(target);
        }
        if (target is null)
            live.Add(target = new Source(device));
        Sources.Clear();
        Sources.AddRange(live);
        target.Readings.Add(new Applied(time, time, reading.IsSensorOff ? null : reading.Value, limits));
        lastArrived = reading.Arrived == 0 ? reading.Time : reading.Arrived;
        staleOnArrival = lastArrived > fresh.Until(Sign, time);
        return target;
    }

    /// <summary>
    /// Where the sign's clock is: it runs on from the last reading at the pace of real time since that arrived, no further than the
    /// reading is current, and not at all when it was not current on arrival. Null while there is no reading.
    /// </summary>
    public long? Clock(long now, Freshness fresh)
    {
        if (LastTime is null)
            return null;
        var last = Sources.Max(source => source.Last.Measured);
        return staleOnArrival ? last : Math.Max(last, Math.Min(last + (now - lastArrived), fresh.Until(Sign, last)));
    }

    /// <summary>Until when the last reading of a source stands, if nothing more comes.</summary>
    public long StandsUntil(Source source, Freshness fresh) => fresh.Until(Sign, source.Last.Measured);

    /// <summary>The values that are current at a moment, one for each source that is not off.</summary>
    public IEnumerable<(Source Source, double Value)> CurrentValues(long moment, Freshness fresh) =>
        from source in Sources
        where source.Last.Value is not null && moment <= StandsUntil(source, fresh)
        select (source, source.Last.Value!.Value);

    /// <summary>The value that is current: of two sources the worse; null when there is none.</summary>
    public double? Current(long moment, Freshness fresh, SignLimits limits)
    {
        var values = CurrentValues(moment, fresh).Select(current => current.Value).ToList();
        return values.Count == 0 ? null : values.MaxBy(value => Worse(value, limits));
    }

    /// <summary>The standing values are held against the rules again (S1), as if each had just been measured; what was before is over.</summary>
    public void Anew(long now, SignLimits limits, Freshness fresh, bool forget)
    {
        var moment = Clock(now, fresh)!.Value;
        foreach (var source in Sources)
        {
            var last = source.Last;
            var stands = moment <= StandsUntil(source, fresh);
            if (forget)
                source.Readings.Clear();
            if (stands)
                source.Readings.Add(last with { From = Math.Max(last.From, moment), Limits = limits, Anew = true });
        }
        Sources.RemoveAll(source => source.Readings.Count == 0);
    }

    /// <summary>How far a value is beyond a limit; negative is how far it is inside.</summary>
    private static double Worse(double value, SignLimits limits) =>
        Math.Max(limits.Low - value ?? double.NegativeInfinity, value - limits.High ?? double.NegativeInfinity);
}
