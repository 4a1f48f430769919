using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using Microsoft.Extensions.Options;
using R4 = Hl7.Fhir.Model;

namespace HealthDashboard.Fhir;

/// <summary>Writes resources as ndjson, a file a type, patient by patient: memory holds one at a time.</summary>
internal sealed class BulkExport(IPatientStore patients, RecordSource records, ObservationSource observations, OtherSources others, Audit audit, IOptions<FhirOptions> options)
{
    private const int AlertsAtOnce = 1_000;
    private static readonly string[] OfNoPatient = ["Location", "Practitioner", "Device"];

    /// <summary>Runs an export to its end.</summary>
    /// <exception cref="FhirException">The files became too large.</exception>
    /// <exception cref="StoreException">A store cannot be read.</exception>
    public async Task RunAsync(BulkJob job, CancellationToken cancel)
    {
        var types = job.Name.Split(',');
        var total = Math.Max(1, (await patients.SearchAsync(new PatientQuery(PageSize: 1, MostCounted: int.MaxValue - 1), cancel)).Total);
        await using var files = new Files(job, options.Value.MaxExportBytes);
        var done = 0;
        var ofPatients = types.Except(OfNoPatient).Any();
        await foreach (var record in ofPatients ? patients.AllAsync(cancel) : AsyncEnumerable.Empty<Patient>())
        {
            // Before it is written: what cannot be in the audit is not given out.
            await audit.RequireAsync(job.User, "export.fhir", record.Id, job.Name);
            foreach (var type in RecordSource.Types.Where(types.Contains))
            {
                foreach (var resource in await records.OfAsync(type, record, cancel))
                    await files.WriteAsync(resource, cancel);
            }
            if (types.Contains("Flag"))
            {
                foreach (var flag in (await others.FlagsOfAsync(record.Id, cancel)).Take(AlertsAtOnce))
                    await files.WriteAsync(flag, cancel);
            }
            if (types.Contains("Observation"))
            {
                var span = new TimeSpanOf(job.Since?.ToUnixTimeMilliseconds() ?? long.MinValue, long.MaxValue);
                await foreach (var (observation, _) in observations.GoAsync(record.Id, static _ => true, span, newestFirst: false, null, cancel))
                    await files.WriteAsync(observation, cancel);
            }
            job.Progress = Math.Min(0.99, (double)++done / total);
        }
        foreach (var type in OfNoPatient.Where(types.Contains))
        {
            foreach (var resource in await others.AllAsync(type, cancel))
                await files.WriteAsync(resource, cancel);
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
