namespace HealthDashboard.Patients;

/// <summary>What is wrong with a record, as its form says it: the field by its label, its value, and what is allowed.</summary>
internal static class PatientMessages
{
    private static readonly Dictionary<string, string> Labels = new(StringComparer.Ordinal)
    {
        ["mrn"] = "MRN",
        ["familyName"] = "Family name",
        ["givenName"] = "Given name",
        ["birthDate"] = "Date of birth",
        ["region"] = "Region",
        ["ward"] = "Ward",
        ["room"] = "Room",
        ["bed"] = "Bed",
        ["condition"] = "Condition",
        ["code"] = "Code",
        ["diagnosed"] = "Diagnosed",
        ["abatement"] = "Ended",
        ["allergies"] = "Allergy",
        ["medications"] = "Medication",
    };

    /// <summary>The label of a field, by its path in the API.</summary>
    public static string Label(string path) => Labels.GetValueOrDefault(path.Split('.')[^1].Split('[')[0], path);

    /// <summary>What is wrong with one field, or with an entry of a list that is one field here.</summary>
    public static IEnumerable<string> Of(IDictionary<string, string[]> errors, string path) => errors
        .Where(error => error.Key == path || error.Key.StartsWith(path + "[", StringComparison.Ordinal))
        .SelectMany(error => error.Value.Select(message => $"{Label(error.Key)} {message}"));

    /// <summary>All fields that have to be changed, in one line.</summary>
    public static string Summary(IDictionary<string, string[]> errors) => $"Not saved. Change: {string.Join(", ", errors.Keys.Select(Label).Distinct())}.";

    /// <summary>That another patient is in the bed.</summary>
    public static string Taken(Data.Model.Patient occupant) => $"Not saved: {occupant.DisplayName} is in bed {occupant.Bed} of {occupant.Ward}. Choose another bed.";
}
