using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Ingest;
using HealthDashboard.Shared;
using Microsoft.Extensions.Options;
using R4 = Hl7.Fhir.Model;

namespace HealthDashboard.Fhir;

/// <summary>What a plan is made from.</summary>
internal sealed record ImportSources(
    IPatientStore Patients, ICareTeamStore Team, PatientDirectory Directory, DeviceNames Devices, IOptions<FhirOptions> FhirOptions, IOptions<IngestOptions> IngestOptions, TimeProvider Time)
{
    public FhirOptions Options => FhirOptions.Value;

    /// <summary>How long raw readings are kept.</summary>
    public TimeSpan RawRetention => IngestOptions.Value.RawRetention;
}

/// <summary>Works out what a bundle writes. Reads the stores and writes nothing.</summary>
internal sealed class ImportPlanner
{
    private readonly ImportSources sources;
    private readonly BundleContent bundle;
    private readonly CancellationToken cancel;
    private readonly References references;
    private readonly DateTimeOffset now;
    private readonly FhirOptions options;
    private readonly PatientPlanner subjects;

    private ImportPlanner(ImportSources sources, BundleContent bundle, CancellationToken cancel)
    {
        (this.sources, this.bundle, this.cancel, options) = (sources, bundle, cancel, sources.Options);
        (references, now) = (new References(bundle.Entries, bundle.KnownBefore), sources.Time.GetUtcNow());
        subjects = new PatientPlanner(sources, references, Plan, now, cancel);
    }

    private ImportPlan Plan { get; } = new();

    /// <summary>Plans a bundle; each entry says afterwards what becomes of it.</summary>
    /// <exception cref="StoreException">A store cannot be read.</exception>
    public static async Task<ImportPlan> PlanAsync(ImportSources sources, BundleContent bundle, CancellationToken cancel)
    {
        foreach (var entry in bundle.Entries)
        {
            entry.Begin();
            Check(entry);
        }
        var work = new ImportPlanner(sources, bundle, cancel);
        await work.ForEachAsync<R4.Patient>(work.subjects.TakePatientAsync);
        await work.TakeTeamAsync();
        await work.ForEachAsync<R4.Encounter>(work.TakeEncounterAsync);
        await work.ForEachAsync<R4.Condition>(work.TakeConditionAsync);
        await work.ForEachAsync<R4.AllergyIntolerance>(work.TakeAllergyAsync);
        await work.ForEachAsync<R4.MedicationRequest>((entry, it) => work.TakeMedicationAsync(entry, it.Subject, it.StatusElement?.JsonValue as string, it.Medication));
        await work.ForEachAsync<R4.MedicationStatement>((entry, it) => work.TakeMedicationAsync(entry, it.Subject, it.StatusElement?.JsonValue as string, it.Medication));
        await work.ForEachAsync<R4.Observation>(work.TakeObservationAsync);
        await work.ForEachAsync<R4.CareTeam>(work.TakeCareTeamAsync);
        foreach (var entry in bundle.Entries.Where(entry => entry is { IsKept: false, IsRefused: false, Reason: null }))
            entry.PassOver(entry.Resource is R4.Location or R4.Device ? "nothing in the bundle that is kept refers to it" : "this type is not kept");
        work.CheckBeds();
        return work.Plan;
    }

    private static void Check(Entry entry)
    {
        if (entry.IsRefused)
            return;
        if (entry.Method is not ("POST" or "PUT"))
            entry.Refuse(StatusCodes.Status405MethodNotAllowed, $"The method is '{Excerpt.Of(entry.Method)}'; allowed are POST and PUT.");
        else if (entry.Type.Length == 0)
            entry.Refuse(StatusCodes.Status400BadRequest, "The entry has no resource.");
        else if (entry.Resource is null && BundleReader.Kept.Contains(entry.Type))
            entry.Refuse(StatusCodes.Status400BadRequest, "The entry has no resource.");
    }

    private TeamIn? teamIn;

    private DateOnly Today => DateOnly.FromDateTime(now.UtcDateTime);

    private async Task ForEachAsync<T>(Func<Entry, T, Task> take)
        where T : R4.Resource
    {
        foreach (var entry in bundle.Entries)
        {
            if (entry.IsRefused || entry.Resource is not T resource)
                continue;
            try
            {
                await take(entry, resource);
            }
            catch (FormatException error)
            {
                entry.Refuse(StatusCodes.Status422UnprocessableEntity, error.Message);
            }
            catch (DamagedRecordException error)
            {
                entry.Refuse(StatusCodes.Status409Conflict, $"The patient's record is damaged, and an operator has to mend it first. Cannot be read: {error.Damage.FieldNames}.");
            }
        }
    }

    private async Task TakeTeamAsync()
    {
        if (!bundle.Entries.Any(entry => entry.Resource is R4.Practitioner or R4.PractitionerRole or R4.CareTeam))
            return;
        teamIn = new TeamIn(references, await sources.Team.CliniciansAsync(cancel), options);
        await ForEachAsync<R4.PractitionerRole>((entry, it) => Do(() => teamIn.Read(entry, it)));
        await ForEachAsync<R4.Practitioner>((entry, it) => Do(() => teamIn.Read(entry, it)));
        Plan.Clinicians.AddRange(teamIn.Changed);

        static Task Do(Action act)
        {
            act();
            return Task.CompletedTask;
        }
    }

    private async Task TakeEncounterAsync(Entry entry, R4.Encounter encounter)
    {
        var (place, reason) = new PlaceIn(references, sources.Directory).Read(encounter);
        if (place is null)
        {
            entry.PassOver(reason!);
            return;
        }
        if (await subjects.SubjectAsync(entry, encounter.Subject) is not { } work)
            return;
        work.Change(record => PlaceIn.Put(record, place));
        entry.Keep($"Encounter/{work.Id}", work.Current?.Status != PatientStatus.Admitted);
    }

    private async Task TakeConditionAsync(Entry entry, R4.Condition resource)
    {
        var (condition, reason) = RecordIn.Condition(resource, Today);
        if (condition is null)
            entry.PassOver(reason!);
        else if (await subjects.SubjectAsync(entry, resource.Subject) is { } work)
            Keep(entry, work, work.Result.MedicalHistory.Count, work.Result.MedicalHistory.Any(known => RecordIn.IsSame(known, condition)), record => RecordIn.With(record, condition), $"Condition/{Ids.Of(work.Id, condition)}");
    }

    private async Task TakeAllergyAsync(Entry entry, R4.AllergyIntolerance resource)
    {
        var (words, reason) = RecordIn.Allergy(resource);
        if (words is null)
            entry.PassOver(reason!);
        else if (await subjects.SubjectAsync(entry, resource.Patient) is { } work)
            Keep(entry, work, work.Result.Allergies.Count, work.Result.Allergies.Contains(words, StringComparer.OrdinalIgnoreCase), record => Same(record, record.Allergies, RecordIn.With(record.Allergies, words), (list, it) => it with { Allergies = list }), $"AllergyIntolerance/{Ids.Of(work.Id, words)}");
    }

    private async Task TakeMedicationAsync(Entry entry, R4.ResourceReference? subject, string? status, R4.DataType? medication)
    {
        var (words, reason) = RecordIn.Medication(status, medication);
        if (words is null)
            entry.PassOver(reason!);
        else if (await subjects.SubjectAsync(entry, subject) is { } work)
            Keep(entry, work, work.Result.Medications.Count, work.Result.Medications.Contains(words, StringComparer.OrdinalIgnoreCase), record => Same(record, record.Medications, RecordIn.With(record.Medications, words), (list, it) => it with { Medications = list }), $"MedicationStatement/{Ids.Of(work.Id, words)}");
    }

    private async Task TakeObservationAsync(Entry entry, R4.Observation observation)
    {
        List<string> reasons = [];
        var values = ObservationIn.Values(observation, reasons);
        if (reasons.Count > 0)
            entry.PassOver(string.Join("; ", reasons));
        if (values.Count == 0)
            return;
        if (ObservationIn.TimeOf(observation) is not { } at)
        {
            entry.Refuse(StatusCodes.Status422UnprocessableEntity, "The Observation has no effective time to the second and with its zone.");
            return;
        }
        if (await subjects.SubjectAsync(entry, observation.Subject) is not { } work)
            return;
        var retention = sources.RawRetention;
        var isPast = new ReadingRules(now, retention, isHistory: true).Time(at) is null;
        var rules = new ReadingRules(now, retention, isPast);
        if (rules.Time(at) is { } wrong)
        {
            entry.Refuse(StatusCodes.Status422UnprocessableEntity, wrong);
            return;
        }
        var device = DeviceOf(observation.Device);
        if (!isPast && work.Result.Status != PatientStatus.Admitted)
            entry.PassOver("the patient is not admitted, so no alarm sees it");
        (isPast ? Plan.Past : Plan.Now).AddRange(values.Select(value => new Reading(work.Id, value.Sign, at, value.Value, device, rules.Arrival)));
        work.Readings += values.Count;
        entry.Keep($"Observation/{ObservationIds.Of(work.Id, values[0].Sign, at, now, retention)}", isNew: true);
    }

    private async Task TakeCareTeamAsync(Entry entry, R4.CareTeam resource)
    {
        if (await subjects.SubjectAsync(entry, resource.Subject) is not { } work)
            return;
        var standing = work.Current is null ? [] : await sources.Team.TeamAsync(work.Id, now, cancel);
        var wanted = teamIn!.Read(entry, resource, work.Id, now);
        if (wanted.Count == 0)
            return;
        Plan.Assignments.AddRange(wanted.Where(part => !standing.Any(known => known.Clinician.Id == part.Clinician.Id && known.Role == part.Role && known.To == part.To)));
        entry.Keep($"CareTeam/{work.Id}");
    }

    // Refuses patients whose bed another one has, by what is known now.
    private void CheckBeds()
    {
        var moved = Plan.Patients.Where(work => work.IsChanged && work.Result is { Status: PatientStatus.Admitted, Bed: not null }).ToList();
        if (moved.Count == 0)
            return;
        var taken = new Dictionary<(string, string, string), ObjectId>();
        foreach (var known in sources.Directory.All)
        {
            if (BedOf(known.Patient) is { } bed)
                taken.TryAdd(bed, known.Patient.Id);
        }
        foreach (var work in moved)
        {
            var bed = BedOf(work.Result)!.Value;
            var stays = work.Current is { Status: PatientStatus.Admitted } before && BedOf(before) == bed;
            if (!stays && !taken.TryAdd(bed, work.Id) && taken[bed] != work.Id)
                work.Refuse(StatusCodes.Status409Conflict, "Another patient is in the bed.");
        }

        static (string, string, string)? BedOf(Patient record) => record.Bed is { } bed ? (record.Region, record.Ward, bed.ToUpperInvariant()) : null;
    }

    private static void Keep(Entry entry, PatientWork work, int count, bool isKnown, Func<Patient, Patient> change, string location)
    {
        if (!isKnown && count >= RecordIn.MaxEntries)
        {
            entry.PassOver($"the record has {RecordIn.MaxEntries} such entries already");
            return;
        }
        work.Change(change);
        entry.Keep(location, !isKnown);
    }

    private static Patient Same(Patient record, IReadOnlyList<string> before, IReadOnlyList<string> after, Func<IReadOnlyList<string>, Patient, Patient> with) =>
        ReferenceEquals(before, after) ? record : with(after, record);

    private string? DeviceOf(R4.ResourceReference? reference)
    {
        if (reference is null)
            return null;
        var name = reference.Display;
        if (references.Find<R4.Device>(reference) is var (entry, device))
        {
            name = device.DeviceName.FirstOrDefault()?.Name ?? device.Identifier.FirstOrDefault()?.Value ?? name;
            entry.Keep();
        }
        return name is null ? null : sources.Devices.Find(System.Text.Encoding.UTF8.GetBytes(ComposedText.Of(name.Trim())));
    }
}
