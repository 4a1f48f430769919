using HealthDashboard.Data.Model;

namespace HealthDashboard.Clinical;

/// <summary>The NEWS2 chart: what each value scores [Royal College of Physicians 2017, chart 1 and chart 4].</summary>
internal static class News2Chart
{
    /// <summary>The points of one parameter, 0 to 3.</summary>
    /// <param name="sign">One of <see cref="News2.Parameters"/>.</param>
    /// <param name="value">In the sign's unit. It is rounded to the chart's precision first, half away from zero.</param>
    /// <param name="spo2Scale">2 for a target of 88-92 %, else 1.</param>
    /// <param name="oxygen">Whether the patient breathes extra oxygen; null when not known, which scores SpO2 as on air: the lower bound.</param>
    public static int Points(VitalSign sign, double value, int spo2Scale, bool? oxygen) => sign switch
    {
        VitalSign.RespiratoryRate => Round(value) switch { <= 8 => 3, <= 11 => 1, <= 20 => 0, <= 24 => 2, _ => 3 },
        VitalSign.Spo2 => spo2Scale == 2 ? Spo2Scale2(Round(value), oxygen) : Spo2Scale1(Round(value)),
        VitalSign.OxygenFlow => IsOxygen(value) ? 2 : 0,
        VitalSign.Systolic => Round(value) switch { <= 90 => 3, <= 100 => 2, <= 110 => 1, <= 219 => 0, _ => 3 },
        VitalSign.HeartRate => Round(value) switch { <= 40 => 3, <= 50 => 1, <= 90 => 0, <= 110 => 1, <= 130 => 2, _ => 3 },
        VitalSign.Consciousness => Round(value) == (int)Acvpu.A ? 0 : 3,
        VitalSign.Temperature => Tenths(value) switch { <= 350 => 3, <= 360 => 1, <= 380 => 0, <= 390 => 1, _ => 2 },
        _ => throw new ArgumentOutOfRangeException(nameof(sign), sign, "Not a parameter of NEWS2."),
    };

    /// <summary>Whether a flow in L/min counts as extra oxygen: above 0 at the precision of 0.1.</summary>
    public static bool IsOxygen(double flow) => Tenths(flow) > 0;

    private static int Spo2Scale1(int spo2) => spo2 switch { <= 91 => 3, <= 93 => 2, <= 95 => 1, _ => 0 };

    private static int Spo2Scale2(int spo2, bool? oxygen) => spo2 switch
    {
        <= 83 => 3,
        <= 85 => 2,
        <= 87 => 1,
        <= 92 => 0,
        _ when oxygen is not true => 0,
        <= 94 => 1,
        <= 96 => 2,
        _ => 3,
    };

    private static int Round(double value) => (int)Math.Round(value, MidpointRounding.AwayFromZero);

    // By way of decimal, because 36.05 as a double is a little less than 36.05 and must still become 36.1.
    private static int Tenths(double value) => (int)decimal.Round((decimal)value * 10, MidpointRounding.AwayFromZero);
}
