using System.Text.Json;
using System.Text.Json.Nodes;
using HealthDashboard.Data.Model;
using HealthDashboard.Shared;

namespace HealthDashboard.Patients;

/// <summary>A patient's record as a form holds it, right or wrong. It is checked by what checks the API's requests.</summary>
public sealed class PatientDraft
{
    private readonly Patient? stored;

    /// <summary>An empty form.</summary>
    public PatientDraft()
    {
    }

    /// <summary>The form as it begins for a record.</summary>
    public PatientDraft(Patient patient)
    {
        stored = patient;
        (Mrn, FamilyName, GivenName, Sex) = (patient.Mrn, patient.FamilyName, patient.GivenName, patient.Sex);
        (Region, Ward, Room, Bed) = (patient.Region, patient.Ward, patient.Room ?? "", patient.Bed ?? "");
        (BirthDate, BirthDateUnknown) = patient.BirthDate == default ? ("", true) : (patient.BirthDate.ToString("yyyy-MM-dd"), false);
        BirthDateEstimated = patient.BirthDateEstimated;
        Spo2Scale = patient.Spo2Scale;
        MedicalHistory = [.. patient.MedicalHistory.Select(condition => new ConditionDraft(condition))];
        Allergies = string.Join('\n', patient.Allergies);
        Medications = string.Join('\n', patient.Medications);
        CodeStatus = patient.CodeStatus;
    }

    /// <summary>The record that the form began with; null for a new one.</summary>
    public Patient? Stored => stored;

    public string Mrn { get; set; } = "";

    public string FamilyName { get; set; } = "";

    public string GivenName { get; set; } = "";

    /// <summary>As yyyy-MM-dd.</summary>
    public string BirthDate { get; set; } = "";

    public bool BirthDateUnknown { get; set; }

    public bool BirthDateEstimated { get; set; }

    public Sex Sex { get; set; } = Sex.Unknown;

    public string Region { get; set; } = "";

    public string Ward { get; set; } = "";

    public string Room { get; set; } = "";

    public string Bed { get; set; } = "";

    public int Spo2Scale { get; set; } = 1;

    public List<ConditionDraft> MedicalHistory { get; set; } = [];

    /// <summary>One a line.</summary>
    public string Allergies { get; set; } = "";

    /// <summary>One a line.</summary>
    public string Medications { get; set; } = "";

    /// <summary>Null where nobody has said.</summary>
    public CodeStatus? CodeStatus { get; set; }

    /// <summary>Reads the record, without an id where it is new, and says what is wrong by the names of the API's fields.</summary>
    public (Patient Patient, IDictionary<string, string[]> Errors) Read(string actor, DateTimeOffset now)
    {
        var fields = new JsonFields(JsonSerializer.SerializeToElement(Body()));
        var write = new PatientWrite(actor, now, stored);
        var patient = stored is null ? fields.ReadPatient(write) : fields.ReadPatient(write, stored.Id, stored.Version);
        return (patient, fields.Errors);
    }

    // What the form does not show stays as it is.
    private JsonObject Body()
    {
        var body = stored is null ? [] : JsonSerializer.SerializeToNode(stored, JsonSerializerOptions.Web)!.AsObject();
        body["mrn"] = FormText.OrNull(Mrn);
        body["familyName"] = FormText.OrNull(FamilyName);
        body["givenName"] = FormText.OrNull(GivenName);
        body["sex"] = JsonSerializer.SerializeToNode(Sex);
        body["region"] = FormText.OrNull(Region);
        body["ward"] = FormText.OrNull(Ward);
        body["room"] = FormText.OrNull(Room);
        body["bed"] = FormText.OrNull(Bed);
        body["spo2Scale"] = Spo2Scale;
        body["medicalHistory"] = new JsonArray([.. MedicalHistory.Select(condition => condition.Body())]);
        body["allergies"] = Lines(Allergies);
        body["medications"] = Lines(Medications);
        body["codeStatus"] = JsonSerializer.SerializeToNode(CodeStatus);
        body["birthDateEstimated"] = BirthDateEstimated;
        if (BirthDateUnknown)
            body["birthDate"] = null;
        else if (FormText.OrNull(BirthDate) is { } day)
            body["birthDate"] = day;
        else
            body.Remove("birthDate");
        return body;
    }

    private static JsonArray Lines(string text) =>
        new([.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(line => (JsonNode)line)]);
}

/// <summary>An entry of the medical history as a form holds it.</summary>
public sealed class ConditionDraft
{
    private readonly MedicalCondition? stored;

    /// <summary>An empty entry.</summary>
    public ConditionDraft()
    {
    }

    /// <summary>An entry as it is stored.</summary>
    public ConditionDraft(MedicalCondition condition)
    {
        stored = condition;
        (Condition, Code) = (condition.Condition, condition.Code ?? "");
        (Diagnosed, Ended) = (Day(condition.Diagnosed), Day(condition.Abatement));
    }

    public string Condition { get; set; } = "";

    /// <summary>ICD-10 or SNOMED CT.</summary>
    public string Code { get; set; } = "";

    /// <summary>As yyyy-MM-dd.</summary>
    public string Diagnosed { get; set; } = "";

    /// <summary>As yyyy-MM-dd.</summary>
    public string Ended { get; set; } = "";

    /// <summary>The entry as the API takes it.</summary>
    public JsonNode Body()
    {
        var body = stored is null ? [] : JsonSerializer.SerializeToNode(stored, JsonSerializerOptions.Web)!.AsObject();
        body["condition"] = FormText.OrNull(Condition);
        body["code"] = FormText.OrNull(Code);
        body["diagnosed"] = FormText.OrNull(Diagnosed);
        body["abatement"] = FormText.OrNull(Ended);
        return body;
    }

    /// <summary>In one line, for people.</summary>
    public override string ToString() =>
        Condition + (Code.Length > 0 ? $" ({Code})" : "") + (Diagnosed.Length > 0 ? $", since {Diagnosed}" : "") + (Ended.Length > 0 ? $", until {Ended}" : "");

    private static string Day(DateOnly? day) => day?.ToString("yyyy-MM-dd") ?? "";
}
