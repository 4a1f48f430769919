using System.ComponentModel.DataAnnotations;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Clinical;

/// <summary>The alarm rules of one sign as an operator may set them, from <c>Alarms:Limits:{sign}</c>. Values are in the sign's unit.</summary>
internal sealed class SignOptions
{
    /// <summary>The low limit, within the sign's plausible range; null for no low alarm.</summary>
    public double? Low { get; set; }

    /// <summary>The high limit, above <see cref="Low"/>; null for no high alarm.</summary>
    public double? High { get; set; }

    /// <summary>Below this the alarm is of high priority; not above <see cref="Low"/>.</summary>
    public double? ExtremeLow { get; set; }

    /// <summary>Above this the alarm is of high priority; not below <see cref="High"/>.</summary>
    public double? ExtremeHigh { get; set; }

    /// <summary>How long a value must be below the low limit; 0 to 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan LowHoldOff { get; set; }

    /// <summary>How long a value must be above the high limit; 0 to 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan HighHoldOff { get; set; }

    /// <summary>How far back inside the limit a value must be before the alarm ends; 0 to 20, and no more than the limits are apart.</summary>
    [Range(0.0, 20.0)]
    public double Hysteresis { get; set; }

    /// <summary>How long a reading may be scored as current; 1 min to 24 h.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan FreshFor { get; set; }

    /// <summary>Whether the sign has any limit.</summary>
    internal bool HasLimits => Low is not null || High is not null;

    internal SignLimits ToLimits() => new(Low, High, ExtremeLow, ExtremeHigh);

    internal SignRule ToRule(VitalSign sign) => new()
    {
        LowHoldOff = LowHoldOff,
        HighHoldOff = HighHoldOff,
        Hysteresis = Hysteresis,
        FreshFor = FreshFor,
        Continuous = sign is VitalSign.HeartRate or VitalSign.RespiratoryRate or VitalSign.Spo2,
    };
}

/// <summary>The default alarm rules of every sign [monitor manuals: Mindray, LIFEPAK, Draeger]. Cuff and charted values alarm at once.</summary>
internal sealed class SignTable
{
    public SignTable()
    {
        foreach (var (sign, options) in All)
            options.FreshFor = sign.Info().FreshFor;
    }

    public SignOptions HeartRate { get; } = new()
    {
        Low = 50,
        High = 120,
        ExtremeLow = 40,
        ExtremeHigh = 150,
        LowHoldOff = TimeSpan.FromSeconds(6),
        HighHoldOff = TimeSpan.FromSeconds(6),
        Hysteresis = 2,
    };

    public SignOptions RespiratoryRate { get; } = new()
    {
        Low = 8,
        High = 30,
        ExtremeLow = 5,
        LowHoldOff = TimeSpan.FromSeconds(14),
        HighHoldOff = TimeSpan.FromSeconds(14),
        Hysteresis = 1,
    };

    public SignOptions Spo2 { get; } = new()
    {
        Low = 90,
        High = 100,
        ExtremeLow = 80,
        LowHoldOff = TimeSpan.FromSeconds(10),
        Hysteresis = 1,
    };

    public SignOptions Systolic { get; } = new() { Low = 90, High = 160, Hysteresis = 2 };

    public SignOptions Diastolic { get; } = new() { Low = 50, High = 90, Hysteresis = 2 };

    public SignOptions MeanPressure { get; } = new() { Low = 60, High = 110, Hysteresis = 2 };

    public SignOptions Temperature { get; } = new() { Low = 36, High = 39, Hysteresis = 0.2 };

    public SignOptions OxygenFlow { get; } = new();

    public SignOptions Consciousness { get; } = new();

    /// <summary>The rules by sign.</summary>
    public IReadOnlyDictionary<VitalSign, SignOptions> All => new Dictionary<VitalSign, SignOptions>
    {
        [VitalSign.HeartRate] = HeartRate,
        [VitalSign.RespiratoryRate] = RespiratoryRate,
        [VitalSign.Spo2] = Spo2,
        [VitalSign.Systolic] = Systolic,
        [VitalSign.Diastolic] = Diastolic,
        [VitalSign.MeanPressure] = MeanPressure,
        [VitalSign.Temperature] = Temperature,
        [VitalSign.OxygenFlow] = OxygenFlow,
        [VitalSign.Consciousness] = Consciousness,
    };
}
