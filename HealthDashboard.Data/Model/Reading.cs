namespace HealthDashboard.Data.Model;

/// <summary>One value of one sign of one patient. A second reading with the same patient, sign and time replaces the first.</summary>
/// <param name="PatientId">Whose it is.</param>
/// <param name="Sign">What was measured.</param>
/// <param name="Time">When it was measured: milliseconds since 1970-01-01 UTC. Finer times are cut to the millisecond.</param>
/// <param name="Value">In the sign's unit; for consciousness an <see cref="Acvpu"/> as a number. Finite.</param>
/// <param name="Device">The device that measured it; null when not reported.</param>
/// <param name="Arrived">When this system received it, as <paramref name="Time"/>; 0 when not known, as for what a store gives back.</param>
public readonly record struct Reading(ObjectId PatientId, VitalSign Sign, long Time, double Value, string? Device = null, long Arrived = 0)
{
    /// <summary>
    /// The time that alarms, freshness and scores go by: the earlier of its own time and its arrival, so that a device whose clock runs
    /// ahead cannot stand in front of later readings (docs/clinical.md, T1).
    /// </summary>
    public long Effective => Arrived != 0 && Arrived < Time ? Arrived : Time;

    /// <summary>What stands as the device of a value that somebody measured and typed.</summary>
    public const string ByHand = "by hand";

    /// <summary>Whether somebody measured and typed it.</summary>
    public bool IsByHand => Device == ByHand;

    /// <summary>Whether the value says "sensor off" instead of a measurement.</summary>
    public bool IsSensorOff => Value == 0 && Sign.Info().ZeroIsSensorOff;

    /// <summary><see cref="Time"/> as a point in time.</summary>
    public DateTimeOffset At => DateTimeOffset.FromUnixTimeMilliseconds(Time);
}

/// <summary>A value and its time, within one patient and sign.</summary>
/// <param name="Time">Milliseconds since 1970-01-01 UTC.</param>
/// <param name="Value">In the sign's unit.</param>
public readonly record struct Sample(long Time, double Value);

/// <summary>What the readings of one stretch of time come to. Sensor-off readings are not in it.</summary>
/// <param name="Time">The start of the stretch.</param>
/// <param name="Min">The lowest value.</param>
/// <param name="Max">The highest value.</param>
/// <param name="Mean">The mean of the values.</param>
/// <param name="Count">How many values; at least 1.</param>
public readonly record struct VitalPoint(DateTimeOffset Time, double Min, double Max, double Mean, long Count);
