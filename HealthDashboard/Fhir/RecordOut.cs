using System.Globalization;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Shared;
using R4 = Hl7.Fhir.Model;

namespace HealthDashboard.Fhir;

/// <summary>What a record is as resources.</summary>
internal static class RecordOut
{
    private const int MiddleOfYear = 7;

    /// <summary>The Patient.</summary>
    public static R4.Patient Patient(Patient record, DateTimeOffset updated, FhirOptions options) => new()
    {
        Id = record.Id.ToString(),
        Meta = Meta(record, updated),
        Identifier =
        [
            new R4.Identifier(options.MrnSystem, record.Mrn)
            {
                Use = R4.Identifier.IdentifierUse.Usual,
                Type = new R4.CodeableConcept(Terms.IdentifierType, "MR", "Medical record number", null),
            },
        ],
        Active = true,
        Name = [new R4.HumanName { Use = R4.HumanName.NameUse.Official, Family = record.FamilyName, Given = record.GivenName.Length > 0 ? [record.GivenName] : [] }],
        Gender = record.Sex switch
        {
            Sex.Male => R4.AdministrativeGender.Male,
            Sex.Female => R4.AdministrativeGender.Female,
            Sex.Other => R4.AdministrativeGender.Other,
            _ => R4.AdministrativeGender.Unknown,
        },
        BirthDate = BirthOf(record),
    };

    /// <summary>The medical history, each condition once.</summary>
    public static IEnumerable<R4.Resource> Conditions(Patient record, DateTimeOffset updated) => record.MedicalHistory
        .Select(R4.Resource (condition) => Condition(record, condition, updated))
        .DistinctBy(condition => condition.Id);

    /// <summary>The allergies.</summary>
    public static IEnumerable<R4.Resource> Allergies(Patient record, DateTimeOffset updated) => record.Allergies
        .Select(R4.Resource (words) => new R4.AllergyIntolerance
        {
            Id = Ids.Of(record.Id, words),
            Meta = Meta(record, updated),
            ClinicalStatus = new R4.CodeableConcept(Terms.AllergyClinical, "active"),
            VerificationStatus = new R4.CodeableConcept(Terms.AllergyVerification, "unconfirmed"),
            Code = new R4.CodeableConcept { Text = words },
            Patient = Reference(record),
        })
        .DistinctBy(allergy => allergy.Id);

    /// <summary>What the patient takes.</summary>
    public static IEnumerable<R4.Resource> Medications(Patient record, DateTimeOffset updated) => record.Medications
        .Select(R4.Resource (words) => new R4.MedicationStatement
        {
            Id = Ids.Of(record.Id, words),
            Meta = Meta(record, updated),
            Status = R4.MedicationStatement.MedicationStatusCodes.Active,
            Medication = new R4.CodeableConcept { Text = words },
            Subject = Reference(record),
        })
        .DistinctBy(medication => medication.Id);

    /// <summary>The stay: of somebody who is here, or was and has been discharged here; none of somebody who only came in as a record.</summary>
    public static IEnumerable<R4.Resource> Encounters(Patient record, DateTimeOffset updated)
    {
        if (record.Status != PatientStatus.Admitted && record.Discharge is null)
            yield break;
        yield return new R4.Encounter
        {
            Id = record.Id.ToString(),
            Meta = Meta(record, updated),
            Status = record.Status == PatientStatus.Admitted ? R4.Encounter.EncounterStatus.InProgress : R4.Encounter.EncounterStatus.Finished,
            Class = new R4.Coding(Terms.ActCode, "IMP", "inpatient encounter"),
            Subject = Reference(record),
            Period = record.Discharge is { } left ? new R4.Period { End = FhirJson.Instant(left.At) } : null,
            Location = record.Status == PatientStatus.Admitted
                ? [new() { Location = PlaceOut.Innermost(Place.Of(record)), Status = R4.Encounter.EncounterLocationStatus.Active }]
                : [],
        };
    }

    /// <summary>Who cares for the patient; none when nobody does.</summary>
    public static IEnumerable<R4.Resource> CareTeam(Patient record, DateTimeOffset updated, IReadOnlyList<CareAssignment> team)
    {
        if (team.Count == 0)
            yield break;
        yield return new R4.CareTeam
        {
            Id = record.Id.ToString(),
            Meta = Meta(record, updated),
            Status = R4.CareTeam.CareTeamStatus.Active,
            Subject = Reference(record),
            Participant =
            [
                .. team.Select(part => new R4.CareTeam.ParticipantComponent
                {
                    Role = [new R4.CodeableConcept(Terms.CareRoles, EnumNames<CareRole>.Values.First(role => role.Value == part.Role).Key)],
                    Member = new R4.ResourceReference($"Practitioner/{part.Clinician.Id}", part.Clinician.Name),
                    Period = new R4.Period { Start = FhirJson.Instant(part.From), End = part.To is { } end ? FhirJson.Instant(end) : null },
                }),
            ],
        };
    }

    /// <summary>A clinician.</summary>
    public static R4.Practitioner Practitioner(Clinician clinician) => new()
    {
        Id = clinician.Id.ToString(),
        Active = true,
        Name = [new R4.HumanName { Text = clinician.Name }],
        Qualification =
        [
            new() { Code = new R4.CodeableConcept(Terms.PractitionerRole, clinician.Profession == Profession.Nurse ? "nurse" : "doctor", clinician.Profession == Profession.Nurse ? "Nurse" : "Doctor", null) },
        ],
    };

    /// <summary>A reference to a patient.</summary>
    public static R4.ResourceReference Reference(Patient record) => new($"Patient/{record.Id}");

    private static R4.Condition Condition(Patient record, MedicalCondition condition, DateTimeOffset updated) => new()
    {
        Id = Ids.Of(record.Id, condition),
        Meta = Meta(record, updated),
        ClinicalStatus = new R4.CodeableConcept(Terms.ConditionClinical, StatusOf(condition)),
        VerificationStatus = new R4.CodeableConcept(Terms.ConditionVerification, "confirmed"),
        Category = [new R4.CodeableConcept(Terms.ConditionCategory, "problem-list-item", "Problem List Item", null)],
        Code = new R4.CodeableConcept
        {
            Coding = condition.Code is { } code && Terms.SystemOf(code) is var system ? [new R4.Coding(system, code)] : [],
            Text = condition.Condition,
        },
        Subject = Reference(record),
        Onset = condition.Diagnosed is { } diagnosed ? new R4.FhirDateTime(FhirJson.Date(diagnosed)) : null,
        Abatement = condition.Abatement is { } ended ? new R4.FhirDateTime(FhirJson.Date(ended)) : null,
    };

    // con-4: what has abated is inactive, resolved or in remission.
    private static string StatusOf(MedicalCondition condition) => condition.ClinicalStatus switch
    {
        ClinicalStatus.Inactive => "inactive",
        ClinicalStatus.Remission => "remission",
        ClinicalStatus.Resolved => "resolved",
        _ when condition.Abatement is not null => "resolved",
        ClinicalStatus.Recurrence => "recurrence",
        ClinicalStatus.Relapse => "relapse",
        _ => "active",
    };

    private static R4.Meta Meta(Patient record, DateTimeOffset updated) => new() { VersionId = record.Version.ToString(CultureInfo.InvariantCulture), LastUpdated = updated };

    /// <summary>The date of birth as FHIR writes it, null where it is not known; of an estimated one only what is meant: its year, or its month.</summary>
    internal static string? BirthOf(Patient record) => record.BirthDate == default ? null
        : !record.BirthDateEstimated ? FhirJson.Date(record.BirthDate)
        : record.BirthDate is { Month: MiddleOfYear, Day: 1 } ? record.BirthDate.ToString("yyyy", CultureInfo.InvariantCulture)
        : record.BirthDate.ToString("yyyy-MM", CultureInfo.InvariantCulture);
}
