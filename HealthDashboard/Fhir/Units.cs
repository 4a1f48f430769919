using HealthDashboard.Data.Model;

namespace HealthDashboard.Fhir;

/// <summary>UCUM units of vital signs, and how they become the unit in which a sign is kept.</summary>
internal static class Units
{
    // Beyond any value in any unit, and small enough to reckon with.
    private const decimal Most = 1_000_000_000m;

    private const decimal MmHgPerKilopascal = 7.500_616_827m;

    /// <summary>A value in the sign's unit, rounded to what a device can mean by it.</summary>
    /// <param name="sign">The sign.</param>
    /// <param name="value">The value as it was sent.</param>
    /// <param name="unit">Its UCUM code, or what was written in its place; null when no unit was given.</param>
    /// <returns>Null when the unit cannot be this sign's.</returns>
    public static double? Convert(VitalSignInfo sign, decimal value, string? unit)
    {
        if (Math.Abs(value) > Most)
            return null;
        var plain = Plain(unit);
        decimal? converted = sign.Sign switch
        {
            VitalSign.HeartRate or VitalSign.RespiratoryRate => plain is "/min" or "1/min" or "min-1" or "bpm" ? value : plain is "/s" or "Hz" ? value * 60 : null,
            VitalSign.Spo2 => plain is "%" ? value : null,
            VitalSign.Systolic or VitalSign.Diastolic or VitalSign.MeanPressure =>
                plain is "mm[Hg]" or "mmHg" ? value : plain is "kPa" ? decimal.Round(value * MmHgPerKilopascal, 1) : plain is "Pa" ? decimal.Round(value * MmHgPerKilopascal / 1000, 1) : null,
            VitalSign.Temperature => plain is "Cel" or "C" or "°C" or "degC" ? value
                : plain is "[degF]" or "F" or "°F" or "degF" ? decimal.Round((value - 32) * 5 / 9, 2)
                : plain is "K" ? value - 273.15m : null,
            VitalSign.OxygenFlow => plain is "L/min" or "l/min" ? value : plain is "mL/min" or "ml/min" ? value / 1000 : null,
            _ => null,
        };
        return (double?)converted;
    }

    // Annotations in braces say what is counted, and are no part of the unit [UCUM, 6].
    private static string? Plain(string? unit)
    {
        if (unit is null)
            return null;
        var open = unit.IndexOf('{', StringComparison.Ordinal);
        var close = unit.IndexOf('}', StringComparison.Ordinal);
        return (open >= 0 && close > open ? unit.Remove(open, close - open + 1) : unit).Trim();
    }
}
