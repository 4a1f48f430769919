using System.Globalization;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using R4 = Hl7.Fhir.Model;

namespace HealthDashboard.Fhir;

/// <summary>A value of one sign: a reading, or what the readings of a minute come to.</summary>
/// <param name="Sign">The sign.</param>
/// <param name="Time">When, or when the minute begins; milliseconds since 1970.</param>
/// <param name="Value">The value, or the mean.</param>
/// <param name="Minute">The minute, where only that is kept; null for a reading.</param>
internal readonly record struct Measured(VitalSign Sign, long Time, double Value, VitalPoint? Minute = null);

/// <summary>Vital signs, scores and alerts as resources.</summary>
internal static class ObservationOut
{
    /// <summary>An Observation of one sign, or of the pressures of one time.</summary>
    /// <param name="patientId">Whose.</param>
    /// <param name="values">One value, or up to three pressures of the same time.</param>
    public static R4.Observation Write(ObjectId patientId, IReadOnlyList<Measured> values)
    {
        var first = values[0];
        var info = first.Sign.Info();
        var isPressure = ObservationIds.IsPressure(first.Sign);
        var observation = new R4.Observation
        {
            Id = Ids.Of(patientId, isPressure ? Ids.Pressure : info.Name, first.Time),
            Meta = new R4.Meta { VersionId = "1", LastUpdated = DateTimeOffset.FromUnixTimeMilliseconds(first.Time) },
            Status = R4.ObservationStatus.Final,
            Category = [new R4.CodeableConcept(Terms.ObservationCategory, "vital-signs", "Vital Signs", null)],
            Code = isPressure ? new R4.CodeableConcept(Terms.Loinc, Terms.BloodPressure, "Blood pressure panel with all children optional", null) : CodeOf(info),
            Subject = new R4.ResourceReference($"Patient/{patientId}"),
            Effective = EffectiveOf(first),
        };
        if (isPressure)
        {
            // Both must be there for a blood pressure [R4, vital signs].
            observation.Component = [Component(VitalSign.Systolic, values), Component(VitalSign.Diastolic, values)];
            if (values.Any(value => value.Sign == VitalSign.MeanPressure))
                observation.Component.Add(Component(VitalSign.MeanPressure, values));
        }
        else
        {
            observation.Value = ValueOf(first);
        }
        if (first.Minute is { Count: > 1 } minute)
            observation.Note = [new R4.Annotation { Text = string.Create(CultureInfo.InvariantCulture, $"Mean of {minute.Count} readings of this minute, from {minute.Min:0.##} to {minute.Max:0.##}.") }];
        return observation;
    }

    /// <summary>The NEWS2 score as it is now, of the latest of its values; null where there is none.</summary>
    /// <param name="patientId">Whose.</param>
    /// <param name="score">The score.</param>
    /// <param name="at">When the latest value that it counts was measured.</param>
    public static R4.Observation? Write(ObjectId patientId, NewsScore score, DateTimeOffset at)
    {
        if (score.Score is not { } total)
            return null;
        var observation = new R4.Observation
        {
            Id = $"{patientId}-{Ids.Score}",
            Meta = new R4.Meta { VersionId = at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), LastUpdated = at },
            Status = score.Complete ? R4.ObservationStatus.Final : R4.ObservationStatus.Preliminary,
            Category = [new R4.CodeableConcept(Terms.ObservationCategory, "survey", "Survey", null)],
            Code = new R4.CodeableConcept { Coding = [new R4.Coding(Terms.Loinc, Terms.News2)], Text = "NEWS2 total score" },
            Subject = new R4.ResourceReference($"Patient/{patientId}"),
            Effective = new R4.FhirDateTime(FhirJson.Instant(at)),
            Value = Points(total),
            Interpretation = [new R4.CodeableConcept { Text = $"Clinical risk: {score.Risk}" }],
        };
        foreach (var (name, points) in score.Parts)
            observation.Component.Add(new() { Code = PartOf(name), Value = Points(points) });
        foreach (var name in score.Missing)
            observation.Component.Add(new() { Code = PartOf(name), DataAbsentReason = new R4.CodeableConcept(Terms.DataAbsent, "unknown", "Unknown", null) });
        if (!score.Complete)
            observation.Note = [new R4.Annotation { Text = "Parts are missing: the score is at least this." }];
        return observation;
    }

    /// <summary>An alert of a patient.</summary>
    public static R4.Flag Write(Alert alert) => new()
    {
        Id = alert.Id.ToString(),
        Meta = new R4.Meta
        {
            VersionId = alert.Version.ToString(CultureInfo.InvariantCulture),
            LastUpdated = new[] { alert.RecordedAt, alert.EndedAt ?? default, alert.AcknowledgedAt ?? default }.Max(),
        },
        Status = alert.IsOpen ? R4.Flag.FlagStatus.Active : R4.Flag.FlagStatus.Inactive,
        Category = [new R4.CodeableConcept(Terms.FlagCategory, "clinical", "Clinical", null)],
        Code = new R4.CodeableConcept
        {
            Coding = [new R4.Coding(Terms.AlertSigns, alert.Sign), new R4.Coding(Terms.AlertPriorities, alert.Priority.ToString().ToLowerInvariant())],
            Text = alert.Text,
        },
        Subject = new R4.ResourceReference($"Patient/{alert.PatientId}"),
        Period = new R4.Period { Start = FhirJson.Instant(alert.RaisedAt), End = alert.EndedAt is { } end && !alert.IsOpen ? FhirJson.Instant(end < alert.RaisedAt ? alert.RaisedAt : end) : null },
    };

    private static R4.Observation.ComponentComponent Component(VitalSign sign, IReadOnlyList<Measured> values)
    {
        var component = new R4.Observation.ComponentComponent { Code = CodeOf(sign.Info()) };
        var found = values.FirstOrDefault(value => value.Sign == sign);
        if (found.Sign == sign)
            component.Value = ValueOf(found);
        else
            component.DataAbsentReason = new R4.CodeableConcept(Terms.DataAbsent, "unknown", "Unknown", null);
        return component;
    }

    private static R4.CodeableConcept CodeOf(VitalSignInfo info) => new()
    {
        // R4's profile of oxygen saturation asks for the code of arterial blood beside that of the pulse oximeter.
        Coding = info.Sign == VitalSign.Spo2 ? [new R4.Coding(Terms.Loinc, info.Loinc), new R4.Coding(Terms.Loinc, "2708-6")] : [new R4.Coding(Terms.Loinc, info.Loinc)],
        Text = info.Name,
    };

    private static R4.DataType ValueOf(in Measured value)
    {
        var info = value.Sign.Info();
        if (value.Sign != VitalSign.Consciousness)
            return new R4.Quantity((decimal)value.Value, info.Unit, Terms.Ucum) { Unit = info.Unit };
        var level = (Acvpu)(int)Math.Round(value.Value);
        var (code, display) = Terms.Of(level);
        return new R4.CodeableConcept { Coding = [new R4.Coding(Terms.Snomed, code, display)], Text = level.ToString() };
    }

    private static R4.DataType EffectiveOf(in Measured value)
    {
        var from = FhirJson.Instant(DateTimeOffset.FromUnixTimeMilliseconds(value.Time));
        return value.Minute is { Count: > 1 }
            ? new R4.Period { Start = from, End = FhirJson.Instant(DateTimeOffset.FromUnixTimeMilliseconds(value.Time + 59_999)) }
            : new R4.FhirDateTime(from);
    }

    private static R4.Quantity Points(int points) => new(points, "{score}", Terms.Ucum) { Unit = "{score}" };

    private static R4.CodeableConcept PartOf(string name) => new() { Coding = [new R4.Coding(Terms.ScoreParts, name)], Text = $"NEWS2 points for {name}" };
}
