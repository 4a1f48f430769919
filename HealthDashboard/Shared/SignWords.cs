using HealthDashboard.Data.Model;

namespace HealthDashboard.Shared;

/// <summary>Signs and units as people write them; UCUM is for machines.</summary>
internal static class SignWords
{
    /// <summary>The short name.</summary>
    public static string Label(VitalSign sign) => sign switch
    {
        VitalSign.OxygenFlow => "Oxygen",
        VitalSign.Consciousness => "ACVPU",
        _ => sign.Info().Label,
    };

    /// <summary>The unit; empty for consciousness.</summary>
    public static string Unit(VitalSign sign) => sign.Info().Unit switch
    {
        "mm[Hg]" => "mmHg",
        "Cel" => "\u00b0C",
        "{ACVPU}" => "",
        var unit => unit,
    };

    /// <summary>A charted value in words: "air", "2 L/min", "alert".</summary>
    public static string Charted(VitalSign sign, double value) => sign switch
    {
        VitalSign.OxygenFlow => value == 0 ? "air" : $"{value:0.#} L/min",
        VitalSign.Consciousness => (Acvpu)(int)value switch
        {
            Acvpu.A => "alert",
            Acvpu.C => "new confusion",
            Acvpu.V => "to voice",
            Acvpu.P => "to pain",
            _ => "unresponsive",
        },
        _ => Display.Value(sign.Info().Name, value),
    };
}
