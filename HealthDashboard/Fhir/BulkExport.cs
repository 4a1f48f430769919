using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using Microsoft.Extensions.Options;
using R4 = Hl7.Fhir.Model;

namespace HealthDashboard.Fhir;

/// <summary>Writes resources as ndjson, a file a type, patient by patient: memory holds some hundred records, and of one patient's alerts and readings a page.</summary>
internal sealed class BulkExport(IPatientStore patients, RecordSource records, ObservationSource observations, OtherSources others, Audit audit, IOptions<FhirOptions> options)
{
    private static readonly string[] OfNoPatient = ["Location", "Practitioner", "Device"];

    /// <summary>Runs an export to its end.</summary>
    /// <param name="job">The export.</param>
    /// <param name="room">So many bytes more may be on disk.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="FhirException">The files became too large.</exception>
    /// <exception cref="StoreException">A store cannot be read.</exception>
    public async Task RunAsync(BulkJob job, long room, CancellationToken cancel)
    {
        var types = job.Name.Split(',');
        var total = Math.Max(1, (await patients.SearchAsync(new PatientQuery(PageSize: 1, MostCounted: int.MaxValue - 1), cancel)).Total);
        await using var files = new Files(job, Math.Min(room, options.Value.MaxExportBytes));
        var done = 0;
        var ofPatients = types.Except(OfNoPatient).Any();
        await foreach (var part in (ofPatients ? patients.AllAsync(cancel) : AsyncEnumerable.Empty<Patient>()).Chunk(Audit.AtOnce).WithCancellation(cancel))
        {
            // Before any of them is written: what cannot be in the audit is not given out.
            await Task.WhenAll(part.Select(record => audit.RequireAsync(job.User, "export.fhir", record.Id, job.Name)));
            foreach (var record in part)
            {
                await WriteAsync(record, types, job.Since, files, cancel);
                job.Progress = Math.Min(0.99, (double)++done / total);
            }
        }
        foreach (var type in OfNoPatient.Where(types.Contains))
        {
            foreach (var resource in await others.AllAsync(type, cancel))
                await files.WriteAsync(resource, cancel);
        }
    }

    private async Task WriteAsync(Patient record, string[] types, DateTimeOffset? since, Files files, CancellationToken cancel)
    {
        foreach (var type in RecordSource.Types.Where(types.Contains))
        {
            foreach (var resource in await records.OfAsync(type, record, cancel))
                await files.WriteAsync(resource, cancel);
        }
        if (types.Contains("Flag"))
        {
            await foreach (var (flag, _) in others.FlagsOfAsync(record.Id, null, cancel))
                await files.WriteAsync(flag, cancel);
        }
        if (types.Contains("Observation"))
        {
            var span = new TimeSpanOf(since?.ToUnixTimeMilliseconds() ?? long.MinValue, long.MaxValue);
            await foreach (var (observation, _) in observations.GoAsync(record.Id, static _ => true, span, newestFirst: false, null, cancel))
                await files.WriteAsync(observation, cancel);
        }
    }

    private sealed class Files(BulkJob job, long most) : IAsyncDisposable
    {
        private static readonly byte[] EndOfLine = [(byte)'\n'];
        private readonly Dictionary<string, FileStream> open = new(StringComparer.Ordinal);
        private long total;

        public async Task WriteAsync(R4.Resource resource, CancellationToken cancel)
        {
            if (!open.TryGetValue(resource.TypeName, out var file))
                open[resource.TypeName] = file = BulkFiles.Open(Path.Combine(job.Folder, $"{resource.TypeName}.ndjson"), FileMode.CreateNew);
            var json = FhirJson.Write(resource);
            total += json.Length + 1;
            if (total > most)
                throw new FhirException(StatusCodes.Status413PayloadTooLarge, R4.OperationOutcome.IssueType.TooLong, $"The export has more than {most} bytes: ask for fewer types, or since a later time.");
            await file.WriteAsync(json, cancel);
            await file.WriteAsync(EndOfLine, cancel);
            job.Count(resource.TypeName, isKept: true);
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var file in open.Values)
                await file.DisposeAsync();
        }
    }
}
