using HealthDashboard.Data.Model;
using HealthDashboard.Ingest;
using R4 = Hl7.Fhir.Model;

namespace HealthDashboard.Fhir;

/// <summary>Whom a bundle concerns: the patients that it has, and those that it refers to.</summary>
internal sealed class PatientPlanner(ImportSources sources, References references, ImportPlan plan, DateTimeOffset now, CancellationToken cancel)
{
    private readonly Dictionary<Entry, PatientWork> byEntry = [];
    private readonly Dictionary<ObjectId, PatientWork?> byId = [];
    private readonly Dictionary<string, PatientWork?> byMrn = new(StringComparer.Ordinal);
    private readonly FhirOptions options = sources.Options;

    private DateOnly Today => DateOnly.FromDateTime(now.UtcDateTime);

    /// <summary>Takes a Patient.</summary>
    /// <exception cref="FormatException">Something in it cannot be kept as it is.</exception>
    public async Task TakePatientAsync(Entry entry, R4.Patient resource)
    {
        if (entry.Method == "PUT")
        {
            await ReplacePatientAsync(entry, resource);
            return;
        }
        var given = PatientIn.Read(resource, options, Today);
        var condition = entry.IfNoneExist is { } sought ? References.Conditional("Patient?" + sought.TrimStart('?'))
            ?? throw new FormatException("ifNoneExist must be identifier=SYSTEM|VALUE.") : default((string Type, string System, string Value)?);
        if (condition is { } by && MrnOf(by) is null && !(by.Value == given.Mrn && resource.Identifier.Any(own => own.System == by.System && own.Value == by.Value)))
            throw new FormatException($"ifNoneExist is by '{Excerpt.Of(by.System)}'; medical record numbers are of {options.MrnSystem}.");
        var mrn = condition?.Value ?? given.Mrn;
        if (byMrn.GetValueOrDefault(mrn)?.Entry is not null)
        {
            entry.Refuse(StatusCodes.Status400BadRequest, "Another Patient of the bundle has the same medical record number.");
            return;
        }
        var work = await FindByMrnAsync(mrn);
        if (work is null && mrn != given.Mrn && await FindByMrnAsync(given.Mrn) is not null)
        {
            entry.Refuse(StatusCodes.Status409Conflict, "Another patient has this medical record number.");
            return;
        }
        if (work is not null && !PatientIn.MayBeSame(work.Current!, given))
        {
            entry.Refuse(StatusCodes.Status409Conflict, "Another patient has this medical record number: family name or date of birth differ.");
            return;
        }
        if (work is null)
        {
            work = new PatientWork(ObjectId.New(sources.Time), null, entry.More?.Invoke(given) ?? given);
            (byMrn[given.Mrn], byId[work.Id]) = (work, work);
            plan.Patients.Add(work);
        }
        work.Entry = entry;
        work.Entries.Add(entry);
        byEntry[entry] = work;
        entry.Keep($"Patient/{work.Id}", work.Current is null);
        entry.Version = work.Current?.Version;
    }

    private async Task ReplacePatientAsync(Entry entry, R4.Patient resource)
    {
        var conditional = References.Conditional(entry.Url);
        var work = conditional is { } by ? await FindByMrnAsync(by)
            : ObjectId.TryParse(entry.Url.Split('/')[^1], out var id) ? await FindAsync(id) : null;
        if (work?.Current is not { } current)
        {
            entry.Refuse(StatusCodes.Status404NotFound, "There is no such Patient; POST adds one.");
            return;
        }
        if (entry.IfMatch is { } match)
        {
            if (VersionOf(match) != current.Version)
            {
                entry.Refuse(StatusCodes.Status412PreconditionFailed, $"The version is {current.Version} and not {Excerpt.Of(match)}: read it again.");
                return;
            }
        }
        var given = PatientIn.Merge(current, resource, Today);
        var mrn = PatientIn.MrnOf(resource, options) ?? current.Mrn;
        if (mrn != current.Mrn && await FindByMrnAsync(mrn) is not null)
        {
            entry.Refuse(StatusCodes.Status409Conflict, "Another patient has this medical record number.");
            return;
        }
        if (given != current || mrn != current.Mrn)
            work.Change(record => PatientIn.Merge(record, resource, Today) with { Mrn = mrn });
        (work.Entry, byEntry[entry]) = (entry, work);
        work.Entries.Add(entry);
        entry.Keep($"Patient/{work.Id}");
        entry.Version = current.Version;
    }

    /// <summary>The patient that an entry is about; null when there is none, and then the entry is refused.</summary>
    public async Task<PatientWork?> SubjectAsync(Entry entry, R4.ResourceReference? reference)
    {
        var inBundle = references.Find(reference);
        var work = inBundle is not null ? byEntry.GetValueOrDefault(inBundle)
            : (References.IdOf(reference, "Patient") is { } text ? (references.KnownBefore(reference) ?? (ObjectId.TryParse(text, out var own) ? own : null)) : null) is { } id ? await FindAsync(id)
            : References.Conditional(reference?.Reference ?? "") is { } by ? await FindByMrnAsync(by)
            : null;
        if (work is null)
            entry.Refuse(StatusCodes.Status422UnprocessableEntity, inBundle is null ? "Its patient is neither in the bundle nor in this hospital." : inBundle.Resource is R4.Patient ? "Its patient is refused." : "Its subject is no Patient.");
        else
            work.Entries.Add(entry);
        return work;
    }

    private async Task<PatientWork?> FindAsync(ObjectId id)
    {
        if (!byId.TryGetValue(id, out var work))
            byId[id] = work = Note(await sources.Patients.FindAsync(id, cancel));
        return work;
    }

    // The same number of another system is somebody else's.
    private string? MrnOf((string Type, string System, string Value) by) =>
        by.Type == "Patient" && (by.System.Length == 0 || by.System == options.MrnSystem) ? by.Value : null;

    private async Task<PatientWork?> FindByMrnAsync((string Type, string System, string Value) by) => MrnOf(by) is { } mrn ? await FindByMrnAsync(mrn) : null;

    private async Task<PatientWork?> FindByMrnAsync(string mrn)
    {
        if (!byMrn.TryGetValue(mrn, out var work))
            byMrn[mrn] = work = Note(await sources.Patients.FindByMrnAsync(mrn, cancel));
        return work;
    }

    private PatientWork? Note(Patient? found)
    {
        if (found is null)
            return null;
        if (byId.GetValueOrDefault(found.Id) is { } known)
            return known;
        var work = new PatientWork(found.Id, found, null);
        (byId[found.Id], byMrn[found.Mrn]) = (work, work);
        plan.Patients.Add(work);
        return work;
    }

    private static long? VersionOf(string tag) =>
        long.TryParse(tag.Trim().Replace("W/", "", StringComparison.Ordinal).Trim('"'), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var version) ? version : null;
}
