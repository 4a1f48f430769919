using System.Collections.Frozen;
using HealthDashboard.Data.Model;
using HealthDashboard.Fhir;

namespace HealthDashboard.Hl7;

/// <summary>What an OBX measures.</summary>
/// <param name="Sign">The sign.</param>
/// <param name="Rank">Of two values for one sign and moment the one with the lower rank is kept: what measures it more directly.</param>
internal readonly record struct MeasuredSign(VitalSign Sign, int Rank);

/// <summary>Codes of ISO/IEEE 11073-10101 (MDC) for signs and units, and where LOINC stands in their place.</summary>
internal static class Mdc
{
    private static readonly (int Code, string Name, VitalSign Sign, int Rank)[] Signs =
    [
        (147842, "MDC_ECG_HEART_RATE", VitalSign.HeartRate, 0),
        (149530, "MDC_PULS_OXIM_PULS_RATE", VitalSign.HeartRate, 1),
        (149522, "MDC_BLD_PULS_RATE_INV", VitalSign.HeartRate, 1),
        (149546, "MDC_PULS_RATE_NON_INV", VitalSign.HeartRate, 2),
        (150456, "MDC_PULS_OXIM_SAT_O2", VitalSign.Spo2, 0),
        (151562, "MDC_RESP_RATE", VitalSign.RespiratoryRate, 0),
        (151594, "MDC_CO2_RESP_RATE", VitalSign.RespiratoryRate, 1),
        (151578, "MDC_TTHOR_RESP_RATE", VitalSign.RespiratoryRate, 1),
        (150033, "MDC_PRESS_BLD_ART_SYS", VitalSign.Systolic, 0),
        (150034, "MDC_PRESS_BLD_ART_DIA", VitalSign.Diastolic, 0),
        (150035, "MDC_PRESS_BLD_ART_MEAN", VitalSign.MeanPressure, 0),
        (150037, "MDC_PRESS_BLD_ART_ABP_SYS", VitalSign.Systolic, 0),
        (150038, "MDC_PRESS_BLD_ART_ABP_DIA", VitalSign.Diastolic, 0),
        (150039, "MDC_PRESS_BLD_ART_ABP_MEAN", VitalSign.MeanPressure, 0),
        (150021, "MDC_PRESS_BLD_NONINV_SYS", VitalSign.Systolic, 1),
        (150022, "MDC_PRESS_BLD_NONINV_DIA", VitalSign.Diastolic, 1),
        (150023, "MDC_PRESS_BLD_NONINV_MEAN", VitalSign.MeanPressure, 1),
        (150301, "MDC_PRESS_CUFF_SYS", VitalSign.Systolic, 1),
        (150302, "MDC_PRESS_CUFF_DIA", VitalSign.Diastolic, 1),
        (150303, "MDC_PRESS_CUFF_MEAN", VitalSign.MeanPressure, 1),
        (150368, "MDC_TEMP_CORE", VitalSign.Temperature, 0),
        (150364, "MDC_TEMP_BODY", VitalSign.Temperature, 1),
        (150392, "MDC_TEMP_TYMP", VitalSign.Temperature, 1),
        (188420, "MDC_TEMP_RECT", VitalSign.Temperature, 1),
        (188424, "MDC_TEMP_ORAL", VitalSign.Temperature, 1),
        (150344, "MDC_TEMP", VitalSign.Temperature, 2),
    ];

    private static readonly FrozenDictionary<string, string> Units = new (int Code, string Name, string Ucum)[]
    {
        (262688, "MDC_DIM_PERCENT", "%"),
        (264864, "MDC_DIM_BEAT_PER_MIN", "/min"),
        (264928, "MDC_DIM_RESP_PER_MIN", "/min"),
        (264672, "MDC_DIM_PER_MIN", "/min"),
        (266016, "MDC_DIM_MMHG", "mm[Hg]"),
        (265987, "MDC_DIM_KILO_PASCAL", "kPa"),
        (265984, "MDC_DIM_PASCAL", "Pa"),
        (268192, "MDC_DIM_DEGC", "Cel"),
        (266560, "MDC_DIM_FAHR", "[degF]"),
        (265216, "MDC_DIM_L_PER_MIN", "L/min"),
    }.SelectMany(unit => new[] { KeyValuePair.Create(unit.Code.ToString(), unit.Ucum), KeyValuePair.Create(unit.Name, unit.Ucum) }).ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, MeasuredSign> ByCode = Signs
        .SelectMany(known => new[] { KeyValuePair.Create(known.Code.ToString(), new MeasuredSign(known.Sign, known.Rank)), KeyValuePair.Create(known.Name, new MeasuredSign(known.Sign, known.Rank)) })
        .ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What an OBX measures by its OBX-3; null when that is nothing that is kept.</summary>
    public static MeasuredSign? SignOf(Hl7Segment obx) => SignOf(obx.Text(3), obx.Text(3, 2), obx.Text(3, 3)) ?? SignOf(obx.Text(3, 4), obx.Text(3, 5), obx.Text(3, 6));

    /// <summary>The UCUM unit that an OBX-6 names by an MDC code, or by what stands there; null when it is empty.</summary>
    public static string? UnitOf(Hl7Segment obx)
    {
        foreach (var component in (int[])[1, 2, 4, 5])
        {
            if (Units.TryGetValue(obx.Text(6, component), out var ucum))
                return ucum;
        }
        return obx.Text(6) is { Length: > 0 } code ? code : obx.Text(6, 2) is { Length: > 0 } text ? text : null;
    }

    // The system is often left out, and codes of the two do not look alike.
    private static MeasuredSign? SignOf(string code, string name, string system) => system switch
    {
        "MDC" => OfMdc(code, name),
        "LN" or "LOINC" => OfLoinc(code),
        "" => OfMdc(code, name) ?? OfLoinc(code),
        _ => null,
    };

    private static MeasuredSign? OfMdc(string code, string name) =>
        ByCode.TryGetValue(code, out var known) || (code.Length == 0 && ByCode.TryGetValue(name, out known)) ? known : null;

    private static MeasuredSign? OfLoinc(string code) => Terms.SignOf(code) is { } sign ? new MeasuredSign(sign, sign.Info().Loinc == code ? 0 : 1) : null;
}
