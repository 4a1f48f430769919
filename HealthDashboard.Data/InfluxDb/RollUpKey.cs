using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.InfluxDb;

/// <summary>Which roll-up: whose, of what, from when on.</summary>
internal readonly record struct RollUpKey(ObjectId Patient, VitalSign Sign, long Time)
{
    /// <summary>The wider roll-up that this one is part of.</summary>
    public RollUpKey In(RollUpLevel level) => this with { Time = InfluxTime.Floor(Time, level.Step) };
}

/// <summary>What the readings of a minute come to.</summary>
/// <param name="Readings">How many there are, those that say "sensor off" too.</param>
/// <param name="Valid">The others.</param>
internal readonly record struct RawMinute(int Readings, Aggregate Valid)
{
    /// <summary>With one reading more.</summary>
    public RawMinute With(in Reading reading)
    {
        var valid = Valid;
        if (!reading.IsSensorOff)
            valid.Add(reading.Value);
        return new RawMinute(Readings + 1, valid);
    }
}

/// <summary>Adds readings up by minute. No two may be of one series for one moment; those of one minute best come together.</summary>
internal sealed class MinuteCounter
{
    private readonly Dictionary<RollUpKey, RawMinute> minutes = [];
    private RollUpKey key;
    private RawMinute minute;

    /// <summary>The minutes of readings.</summary>
    public static Dictionary<RollUpKey, RawMinute> Count(IEnumerable<Reading> readings)
    {
        var counter = new MinuteCounter();
        foreach (var reading in readings)
            counter.Add(reading);
        return counter.Finish();
    }

    public void Add(in Reading reading)
    {
        var next = new RollUpKey(reading.PatientId, reading.Sign, InfluxTime.Floor(reading.Time, InfluxTime.Minute));
        if (next != key)
        {
            Keep();
            (key, minute) = (next, minutes.GetValueOrDefault(next));
        }
        minute = minute.With(reading);
    }

    public Dictionary<RollUpKey, RawMinute> Finish()
    {
        Keep();
        return minutes;
    }

    private void Keep()
    {
        if (minute.Readings > 0)
            minutes[key] = minute;
    }
}

/// <summary>How the widths of roll-ups follow each other.</summary>
internal static class RollUpLevels
{
    /// <summary>What a width of roll-up is made of; null for minutes, which are made of readings.</summary>
    public static RollUpLevel? Below(this RollUpLevel level) => RollUpLevel.All.LastOrDefault(below => below.Step < level.Step);
}
