using System.Text;
using HealthDashboard.Data.Model;
using HealthDashboard.Ingest;
using R4 = Hl7.Fhir.Model;

namespace HealthDashboard.Fhir;

/// <summary>A value of a vital sign as an Observation says it.</summary>
internal readonly record struct SignValue(VitalSign Sign, double Value);

/// <summary>What an Observation says of vital signs.</summary>
internal static class ObservationIn
{
    /// <summary>The values of its own code and of its components that are vital signs which are kept.</summary>
    /// <param name="observation">The resource.</param>
    /// <param name="reasons">Gets why a part is not kept.</param>
    public static List<SignValue> Values(R4.Observation observation, List<string> reasons)
    {
        List<SignValue> values = [];
        if (observation.Status is not (R4.ObservationStatus.Final or R4.ObservationStatus.Amended or R4.ObservationStatus.Corrected or R4.ObservationStatus.Preliminary))
        {
            reasons.Add($"its status is {observation.StatusElement?.JsonValue}");
            return values;
        }
        Take(observation.Code, observation.Value, values, reasons);
        foreach (var component in observation.Component)
            Take(component.Code, component.Value, values, reasons);
        if (values.Count == 0 && reasons.Count == 0)
            reasons.Add("its code is no vital sign that is kept");
        return values;
    }

    /// <summary>When it was measured, in milliseconds since 1970 UTC; null when it does not say so to the second and with its zone.</summary>
    public static long? TimeOf(R4.Observation observation)
    {
        var text = observation.Effective switch
        {
            R4.FhirDateTime time => time.Value,
            R4.Instant => observation.Effective.ToString(),
            R4.Period period => period.Start,
            _ => null,
        };
        return text is not null && IsoTime.TryParse(Encoding.UTF8.GetBytes(text), out var milliseconds) ? milliseconds : null;
    }

    private static void Take(R4.CodeableConcept? code, R4.DataType? value, List<SignValue> values, List<string> reasons)
    {
        var sign = code?.Coding.Where(coding => coding.System == Terms.Loinc).Select(coding => Terms.SignOf(coding.Code)).FirstOrDefault(found => found is not null);
        if (sign?.Info() is not { } info || value is null)
            return;
        if (info.Sign == VitalSign.Consciousness)
        {
            if (LevelOf(value) is { } level)
                values.Add(new(info.Sign, (double)level));
            else
                reasons.Add("its level of consciousness is none of ACVPU");
            return;
        }
        if (value is not R4.Quantity { Value: { } number } quantity)
        {
            reasons.Add($"its {info.Name} is no quantity");
            return;
        }
        if (quantity.Comparator is not null)
            reasons.Add($"its {info.Name} is a bound and no value");
        else if (Units.Convert(info, number, quantity.Code ?? quantity.Unit) is not { } converted)
            reasons.Add($"its unit '{Excerpt.Of(quantity.Code ?? quantity.Unit)}' cannot be that of {info.Name}, which is kept in {info.Unit}");
        else if (ReadingRules.Value(info, converted) is { } wrong)
            reasons.Add(wrong);
        else
            values.Add(new(info.Sign, converted));
    }

    private static Acvpu? LevelOf(R4.DataType value) => value switch
    {
        R4.CodeableConcept concept => concept.Coding.Select(coding => Terms.LevelOf(coding.System, coding.Code, coding.Display)).FirstOrDefault(level => level is not null) ?? Terms.LevelOf(null, null, concept.Text),
        R4.FhirString text => Terms.LevelOf(null, null, text.Value),
        _ => null,
    };
}
