using System.Globalization;
using System.Text;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;
using Microsoft.Extensions.Options;
using R4 = Hl7.Fhir.Model;

namespace HealthDashboard.Fhir;

/// <summary>
/// Brings a file in: ndjson or CSV in parts, so that memory holds one part, and a bundle as it is. ndjson is gone through twice, first for
/// patients and practitioners and then for what refers to them, in whichever order they stand. What a restart cuts off goes on at the part
/// that was not over; what is in already does not change.
/// </summary>
internal sealed class BulkImport(BundleImport bundles, IOptions<FhirOptions> options, TimeProvider time)
{
    private const int LinesAtOnce = 500;
    private const int BytesAtOnce = 4 * 1024 * 1024;
    private const int MostReported = 100_000;
    private const int Attempts = 6;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private static readonly HashSet<string> First = new(StringComparer.Ordinal) { "Patient", "Practitioner", "PractitionerRole" };

    /// <summary>Runs an import to its end.</summary>
    /// <exception cref="FhirException">The file is no bundle, or a CSV without the columns that it needs.</exception>
    public async Task RunAsync(BulkJob job, CancellationToken cancel)
    {
        if (job.Kind == BulkKind.Bundle)
            await RunBundleAsync(job, cancel);
        else
            await RunLinesAsync(job, cancel);
    }

    private async Task RunBundleAsync(BulkJob job, CancellationToken cancel)
    {
        if (new FileInfo(job.SourceFile).Length > options.Value.MaxBodyBytes)
            throw new FhirException(StatusCodes.Status413PayloadTooLarge, R4.OperationOutcome.IssueType.TooLong, $"A bundle may have {options.Value.MaxBodyBytes} bytes.");
        var bundle = BundleReader.Read(await File.ReadAllBytesAsync(job.SourceFile, cancel), options.Value.MaxEntries);
        await using var report = new Report(job);
        try
        {
            await bundles.ImportAsync(bundle, job.User, cancel);
        }
        catch (FhirException) when (bundle.Entries.Any(entry => entry.IsRefused))
        {
            // A transaction: nothing of it was written.
            foreach (var entry in bundle.Entries.Where(entry => entry.IsRefused))
                await report.AddAsync(entry.Index + 1, entry);
            throw;
        }
        foreach (var entry in bundle.Entries)
            await report.AddAsync(entry.Index + 1, entry);
    }

    private async Task RunLinesAsync(BulkJob job, CancellationToken cancel)
    {
        var mark = new KeptFile<BulkMark>(job.MarkFile);
        var at = mark.Read() ?? job.Mark(0, 0, 0);
        var known = await KnownIds.OpenAsync(job.IdsFile, cancel);
        await using var _ = known;
        await using var report = new Report(job);
        var length = Math.Max(1, new FileInfo(job.SourceFile).Length);
        var (columns, header) = job.Kind == BulkKind.Csv ? await CsvPatients.ColumnsAsync(job.SourceFile, cancel) : default;
        var passes = columns is null ? 2 : 1;
        for (var pass = at.Pass; pass < passes; pass++)
        {
            var (offset, line) = pass == at.Pass ? (at.Offset, at.Line) : (0, 0);
            List<(int Line, Entry[] Entries)> part = [];
            var bytes = 0;
            await foreach (var next in NdjsonLines.ReadAsync(job.SourceFile, offset, line, cancel))
            {
                var entries = columns is null ? ReadLine(next, pass) : next.Number == header ? null : CsvPatients.Read(columns, next, options.Value, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime));
                if (entries is not null)
                    part.Add((next.Number, entries));
                bytes += next.Bytes?.Length ?? 0;
                if (part.Count < LinesAtOnce && bytes < BytesAtOnce)
                    continue;
                await TakeAsync(job, part, known, report, cancel);
                job.Progress = (pass + ((double)next.End / length)) / passes;
                await mark.WriteAsync(job.Mark(pass, next.End, next.Number), cancel);
                (part, bytes) = ([], 0);
            }
            await TakeAsync(job, part, known, report, cancel);
            job.Progress = (pass + 1.0) / passes;
        }
    }

    // The entries of a line, of the types that this pass is for; null when it is not for this one.
    private static Entry[]? ReadLine(FileLine line, int pass)
    {
        var entry = new Entry(0, null);
        if (line.Bytes is null)
            return pass == 0 ? [entry.Refuse(StatusCodes.Status413PayloadTooLarge, $"The line is longer than {NdjsonLines.Longest} bytes.")] : null;
        try
        {
            entry = BundleReader.ReadOne(line.Bytes, null, type => First.Contains(type) == (pass == 0));
        }
        catch (FhirException refused)
        {
            return pass == 0 ? [entry.Refuse(refused.Status, refused.Message)] : null;
        }
        return First.Contains(entry.Type) || entry.Type.Length == 0 ? (pass == 0 ? [entry] : null) : pass == 1 ? [entry] : null;
    }

    private async Task TakeAsync(BulkJob job, List<(int Line, Entry[] Entries)> part, KnownIds known, Report report, CancellationToken cancel)
    {
        if (part.Count == 0)
            return;
        var entries = part.SelectMany(line => line.Entries).ToList();
        await ImportAsync(new BundleContent(false, true, entries) { KnownBefore = known.Find }, job, cancel);
        foreach (var entry in entries)
        {
            if (entry is { Id: { } id, Location: { } location, Type: "Patient" or "Practitioner" } && ObjectId.TryParse(location.Split('/')[^1], out var key))
                await known.AddAsync($"{entry.Type}/{id}", key);
        }
        foreach (var (line, of) in part)
        {
            // Of a CSV's row the patient counts, and the first thing that is wrong.
            foreach (var entry in job.Kind == BulkKind.Csv ? [of.FirstOrDefault(entry => entry.IsRefused) ?? of[0]] : of)
                await report.AddAsync(line, entry);
        }
        await known.FlushAsync();
        await report.FlushAsync();
    }

    // What another change or a store that is unavailable stood in the way of is tried again: what is in already does not change.
    private async Task ImportAsync(BundleContent part, BulkJob job, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await bundles.ImportAsync(part, job.User, cancel);
                return;
            }
            catch (Exception error) when (error is StoreUnavailableException or FhirException or ConflictException && attempt < Attempts)
            {
                await Task.Delay(attempt * Pause, time, cancel);
            }
        }
    }

    /// <summary>Writes down what was refused, and counts the rest.</summary>
    private sealed class Report(BulkJob job) : IAsyncDisposable
    {
        private readonly FileStream file = BulkFiles.Open(job.RefusedFile, FileMode.Append);

        public async Task AddAsync(int line, Entry entry)
        {
            if (!entry.IsRefused)
            {
                job.Count(entry.Type, entry.IsKept);
                return;
            }
            var refused = new RefusedLine(line, entry.Type, entry.Reason!);
            job.Refuse(refused);
            if (job.Refused <= MostReported)
                await file.WriteAsync(Encoding.UTF8.GetBytes(RowOf(refused)));
        }

        public Task FlushAsync() => file.FlushAsync();

        public ValueTask DisposeAsync() => file.DisposeAsync();

        private static string RowOf(RefusedLine refused)
        {
            var row = new StringBuilder();
            Csv.Line(row, refused.Line.ToString(CultureInfo.InvariantCulture), Csv.Words(refused.Type), Csv.Words(refused.Reason));
            return row.ToString();
        }
    }
}
