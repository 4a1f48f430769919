using System.Security.Claims;
using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Ingest;
using HealthDashboard.Patients;
using R4 = Hl7.Fhir.Model;

namespace HealthDashboard.Fhir;

/// <summary>
/// Brings bundles in. All is checked before the first write. A store that fails half way leaves what was written before; sent again, the
/// bundle changes nothing that is in already.
/// </summary>
internal sealed class BundleImport(
    ImportSources sources,
    IPatientStore patients,
    ICareTeamStore team,
    IVitalStore vitals,
    PatientDirectory directory,
    StayDesk desk,
    IngestQueue queue,
    Audit audit,
    TimeProvider time)
{
    private const int ReadingsAtOnce = 10_000;
    private const int MostIssues = 100;
    private const int Attempts = 3;

    /// <summary>Brings a bundle in; all that its entries say is kept is durable when the task ends.</summary>
    /// <exception cref="FhirException">A transaction has an entry that cannot be accepted: nothing of it was written.</exception>
    /// <exception cref="StoreException">A store failed: some of it may be written, and it is to be sent again.</exception>
    public async Task ImportAsync(BundleContent bundle, ClaimsPrincipal user, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            var plan = await ImportPlanner.PlanAsync(sources, bundle, cancel);
            if (bundle.IsTransaction && bundle.Entries.FirstOrDefault(entry => entry.IsRefused) is { } first)
            {
                throw new FhirException(first.Status, FhirErrors.CodeOf(first.Status), attempt == 1 ? "The transaction is refused." : "The transaction is refused. Somebody else changed a record meanwhile, so some of it may be written.")
                {
                    Issues = [.. bundle.Entries.Where(entry => entry.IsRefused).Take(MostIssues).Select(entry => ($"Bundle.entry[{entry.Index}]", entry.Reason!))],
                };
            }
            try
            {
                // No change that the audit could not have.
                await audit.EnsureAsync();
                // From here on it goes to its end, also when the sender no longer waits: half of it would help nobody.
                await WriteAsync(plan, user);
                return;
            }
            catch (Exception error) when (error is ConflictException or BedTakenException && attempt < Attempts)
            {
                // Somebody else was faster: what is there now says what is still to be done.
            }
            catch (BedTakenException)
            {
                throw new FhirException(StatusCodes.Status409Conflict, R4.OperationOutcome.IssueType.Conflict, "Others are put into the same bed at the same time. Some of it may be written; send it again.");
            }
        }
    }

    private async Task WriteAsync(ImportPlan plan, ClaimsPrincipal user)
    {
        if (plan.Clinicians.Count > 0)
        {
            await team.PutCliniciansAsync(plan.Clinicians, CancellationToken.None);
            await NoteAllAsync(plan.Clinicians, clinician => audit.WriteAsync(user, "clinician.update", detail: $"{clinician.Id} by FHIR"));
        }
        var written = plan.Patients.Where(work => !work.IsRefused).ToList();
        await WritePatientsAsync(written, user);
        var gone = plan.Patients.Except(written).Select(work => work.Id).ToHashSet();
        if (plan.Assignments.Where(part => !gone.Contains(part.PatientId)).ToList() is { Count: > 0 } assignments)
        {
            await team.AssignAsync(assignments, CancellationToken.None);
            await NoteAllAsync(assignments, part => audit.WriteAsync(user, "careTeam.assign", part.PatientId, $"{part.Clinician.Id} as {part.Role} by FHIR"));
        }
        await WriteReadingsAsync(plan, gone, user.Actor());
        await NoteAllAsync(written.Where(work => work.Readings > 0), work => audit.WriteAsync(user, "vitals.import", work.Id, $"{work.Readings} readings by FHIR"));
    }

    // What one write to a store has changed shares a write of the audit too; each that is written by itself is noted by itself, at once.
    private static async Task NoteAllAsync<T>(IEnumerable<T> changes, Func<T, Task> noteAsync)
    {
        foreach (var part in changes.Chunk(Audit.AtOnce))
            await Task.WhenAll(part.Select(noteAsync));
    }

    private async Task WritePatientsAsync(List<PatientWork> works, ClaimsPrincipal user)
    {
        // Those who are not here need no bed, and come in together.
        var arrivals = works.Where(work => work.Current is null).ToLookup(work => work.Result.Status == PatientStatus.Admitted);
        if (arrivals[false].ToList() is { Count: > 0 } others)
        {
            var stored = await patients.AddAsync([.. others.Select(work => work.Result with { Id = work.Id, ChangedBy = user.Actor(), ChangedAt = time.GetUtcNow() })], CancellationToken.None);
            foreach (var record in stored)
                directory.Set(record);
            await NoteAllAsync(others.Zip(stored), pair => NoteAsync(pair.First, pair.Second, "patient.create", user));
        }
        foreach (var work in arrivals[true])
            await NoteAsync(work, await desk.AddAsync(work.Result with { Id = work.Id }, user.Actor(), CancellationToken.None), "patient.create", user);
        foreach (var work in works.Where(work => work.Current is not null && work.IsChanged))
        {
            // Where somebody has changed the record since, all of it is planned again.
            await NoteAsync(work, await desk.ReplaceAsync(work.Result, work.Current, user.Actor(), CancellationToken.None), "patient.update", user);
        }
    }

    private async Task NoteAsync(PatientWork work, Patient record, string action, ClaimsPrincipal user)
    {
        if (work.Entry is { } entry)
            entry.Version = record.Version;
        await audit.WriteAsync(user, action, record.Id, "by FHIR");
    }

    private async Task WriteReadingsAsync(ImportPlan plan, HashSet<ObjectId> gone, string source)
    {
        foreach (var series in plan.Past.Where(reading => !gone.Contains(reading.PatientId)).GroupBy(reading => (reading.PatientId, reading.Sign)))
            await vitals.ImportAsync(series.Key.PatientId, series.Key.Sign, [.. series.OrderBy(reading => reading.Time).Select(reading => new Sample(reading.Time, reading.Value))], CancellationToken.None);
        try
        {
            foreach (var chunk in plan.Now.Where(reading => !gone.Contains(reading.PatientId)).OrderBy(reading => reading.Time).Chunk(ReadingsAtOnce))
                await queue.AcceptAsync(chunk, source);
        }
        catch (RequestRefusedException refused)
        {
            throw new FhirException(refused.Status, R4.OperationOutcome.IssueType.Throttled, refused.Message);
        }
    }
}
