using R4 = Hl7.Fhir.Model;

namespace HealthDashboard.Fhir;

/// <summary>A parameter of a search.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What kind FHIR says it is.</param>
/// <param name="Values">What a resource has for it.</param>
internal sealed record SearchParameter(string Name, R4.SearchParamType Kind, Func<R4.Resource, IEnumerable<SearchValue>> Values);

/// <summary>By which parameters the resources of each type are found: one table for searches, sorting and the CapabilityStatement.</summary>
internal static class SearchTable
{
    private static readonly SearchParameter[] OfAll =
    [
        Token("_id", static resource => [new TokenValue(null, resource.Id)]),
        Date("_lastUpdated", static resource => resource.Meta?.LastUpdated is { } time ? [At(FhirJson.Instant(time))] : []),
    ];

    private static readonly Dictionary<string, SearchParameter[]> Types = new(StringComparer.Ordinal)
    {
        ["Patient"] =
        [
            Token("identifier", static it => Identifiers(((R4.Patient)it).Identifier)),
            Text("name", static it => ((R4.Patient)it).Name.SelectMany(name => name.Given.Append(name.Family))),
            Text("family", static it => ((R4.Patient)it).Name.Select(name => name.Family)),
            Text("given", static it => ((R4.Patient)it).Name.SelectMany(name => name.Given)),
            Date("birthdate", static it => ((R4.Patient)it).BirthDate is { } date ? [At(date)] : []),
            Token("gender", static it => [new TokenValue(null, ((R4.Patient)it).GenderElement?.JsonValue as string)]),
        ],
        ["Condition"] =
        [
            Patient("patient", static it => ((R4.Condition)it).Subject), Patient("subject", static it => ((R4.Condition)it).Subject),
            Token("code", static it => Codes(((R4.Condition)it).Code)),
            Token("category", static it => ((R4.Condition)it).Category.SelectMany(Codes)),
            Token("clinical-status", static it => Codes(((R4.Condition)it).ClinicalStatus)),
            Date("onset-date", static it => Dates(((R4.Condition)it).Onset)),
        ],
        ["AllergyIntolerance"] =
        [
            Patient("patient", static it => ((R4.AllergyIntolerance)it).Patient),
            Token("code", static it => Codes(((R4.AllergyIntolerance)it).Code)),
            Token("clinical-status", static it => Codes(((R4.AllergyIntolerance)it).ClinicalStatus)),
        ],
        ["MedicationStatement"] =
        [
            Patient("patient", static it => ((R4.MedicationStatement)it).Subject), Patient("subject", static it => ((R4.MedicationStatement)it).Subject),
            Token("code", static it => Codes(((R4.MedicationStatement)it).Medication as R4.CodeableConcept)),
            Token("status", static it => [new TokenValue(null, ((R4.MedicationStatement)it).StatusElement?.JsonValue as string)]),
        ],
        ["Observation"] =
        [
            Patient("patient", static it => ((R4.Observation)it).Subject), Patient("subject", static it => ((R4.Observation)it).Subject),
            Token("code", static it => Codes(((R4.Observation)it).Code)),
            Token("category", static it => ((R4.Observation)it).Category.SelectMany(Codes)),
            Date("date", static it => Dates(((R4.Observation)it).Effective)),
        ],
        ["Encounter"] =
        [
            Patient("patient", static it => ((R4.Encounter)it).Subject), Patient("subject", static it => ((R4.Encounter)it).Subject),
            Token("status", static it => [new TokenValue(null, ((R4.Encounter)it).StatusElement?.JsonValue as string)]),
            Date("date", static it => Dates(((R4.Encounter)it).Period)),
        ],
        ["Location"] = [Text("name", static it => [((R4.Location)it).Name]), Token("identifier", static it => Identifiers(((R4.Location)it).Identifier))],
        ["Practitioner"] =
        [
            Text("name", static it => ((R4.Practitioner)it).Name.Select(name => name.Text)),
            Token("identifier", static it => Identifiers(((R4.Practitioner)it).Identifier)),
        ],
        ["CareTeam"] =
        [
            Patient("patient", static it => ((R4.CareTeam)it).Subject), Patient("subject", static it => ((R4.CareTeam)it).Subject),
            Token("status", static it => [new TokenValue(null, ((R4.CareTeam)it).StatusElement?.JsonValue as string)]),
        ],
        ["Device"] =
        [
            Patient("patient", static it => ((R4.Device)it).Patient),
            Text("device-name", static it => ((R4.Device)it).DeviceName.Select(name => name.Name)),
            Token("identifier", static it => Identifiers(((R4.Device)it).Identifier)),
        ],
        ["Flag"] =
        [
            Patient("patient", static it => ((R4.Flag)it).Subject), Patient("subject", static it => ((R4.Flag)it).Subject),
            Token("code", static it => Codes(((R4.Flag)it).Code)),
            Token("category", static it => ((R4.Flag)it).Category.SelectMany(Codes)),
            Token("status", static it => [new TokenValue(null, ((R4.Flag)it).StatusElement?.JsonValue as string)]),
            Date("date", static it => Dates(((R4.Flag)it).Period)),
        ],
    };

    /// <summary>The types that are served.</summary>
    public static IEnumerable<string> Served => Types.Keys;

    /// <summary>The parameters of a type; null when it is not served.</summary>
    public static IEnumerable<SearchParameter>? Of(string type) => Types.TryGetValue(type, out var own) ? OfAll.Concat(own) : null;

    /// <summary>A parameter of a type; null when it has none of that name.</summary>
    public static SearchParameter? Find(string type, string name) => Of(type)?.FirstOrDefault(parameter => parameter.Name == name);

    private static SearchParameter Token(string name, Func<R4.Resource, IEnumerable<SearchValue>> values) => new(name, R4.SearchParamType.Token, values);

    private static SearchParameter Date(string name, Func<R4.Resource, IEnumerable<SearchValue>> values) => new(name, R4.SearchParamType.Date, values);

    private static SearchParameter Text(string name, Func<R4.Resource, IEnumerable<string?>> values) =>
        new(name, R4.SearchParamType.String, resource => values(resource).OfType<string>().Select(text => new TextValue(text)));

    private static SearchParameter Patient(string name, Func<R4.Resource, R4.ResourceReference?> reference) =>
        new(name, R4.SearchParamType.Reference, resource => References.IdOf(reference(resource), "Patient") is { } id ? [new ReferenceValue("Patient", id)] : []);

    private static IEnumerable<SearchValue> Codes(R4.CodeableConcept? concept) => concept is null ? []
        : concept.Coding.Select(coding => new TokenValue(coding.System, coding.Code)).Append(new TokenValue(null, concept.Text));

    private static IEnumerable<SearchValue> Identifiers(IEnumerable<R4.Identifier> identifiers) => identifiers.Select(id => new TokenValue(id.System, id.Value));

    private static IEnumerable<SearchValue> Dates(R4.DataType? value) => value switch
    {
        R4.FhirDateTime { Value: { } time } => [At(time)],
        R4.Period period => [new DateValue(new(period.Start is { } start ? TimeSpanOf.Parse(start)!.Value.From : long.MinValue, period.End is { } end ? TimeSpanOf.Parse(end)!.Value.To : TimeSpanOf.Always))],
        _ => [],
    };

    private static DateValue At(string time) => new(TimeSpanOf.Parse(time)!.Value);
}
