namespace HealthDashboard.Patients;

/// <summary>A field of a record as people compare and choose it.</summary>
/// <param name="Label">Its name.</param>
/// <param name="Text">What a record has in it, for people.</param>
/// <param name="Copy">Takes it from the first to the second.</param>
/// <param name="IsPlace">Whether it says where the patient is, which only a move changes.</param>
public sealed record RecordField(string Label, Func<PatientDraft, string> Text, Action<PatientDraft, PatientDraft> Copy, bool IsPlace = false)
{
    /// <summary>Every field that a form has.</summary>
    public static IReadOnlyList<RecordField> All { get; } =
    [
        new("MRN", draft => draft.Mrn, (from, to) => to.Mrn = from.Mrn),
        new("Family name", draft => draft.FamilyName, (from, to) => to.FamilyName = from.FamilyName),
        new("Given name", draft => draft.GivenName, (from, to) => to.GivenName = from.GivenName),
        new("Date of birth", BirthDateOf, (from, to) => (to.BirthDate, to.BirthDateUnknown, to.BirthDateEstimated) = (from.BirthDate, from.BirthDateUnknown, from.BirthDateEstimated)),
        new("Sex", draft => draft.Sex.ToString().ToLowerInvariant(), (from, to) => to.Sex = from.Sex),
        new("Region", draft => draft.Region, (from, to) => to.Region = from.Region, IsPlace: true),
        new("Ward", draft => draft.Ward, (from, to) => to.Ward = from.Ward, IsPlace: true),
        new("Room", draft => draft.Room, (from, to) => to.Room = from.Room, IsPlace: true),
        new("Bed", draft => draft.Bed, (from, to) => to.Bed = from.Bed, IsPlace: true),
        new("Code status", draft => CodeStatusWords.Of(draft.CodeStatus), (from, to) => to.CodeStatus = from.CodeStatus),
        new("SpO\u2082 scale", draft => draft.Spo2Scale.ToString(), (from, to) => to.Spo2Scale = from.Spo2Scale),
        new("Medical history", draft => string.Join('\n', draft.MedicalHistory), (from, to) => to.MedicalHistory = from.MedicalHistory),
        new("Allergies", draft => draft.Allergies.Trim(), (from, to) => to.Allergies = from.Allergies),
        new("Medications", draft => draft.Medications.Trim(), (from, to) => to.Medications = from.Medications),
    ];

    private static string BirthDateOf(PatientDraft draft) =>
        draft.BirthDateUnknown ? "unknown" : draft.BirthDateEstimated ? $"{draft.BirthDate}, estimated" : draft.BirthDate;
}
