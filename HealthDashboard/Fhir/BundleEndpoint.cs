using System.Globalization;
using HealthDashboard.Ingest;
using Microsoft.Extensions.Options;
using R4 = Hl7.Fhir.Model;

namespace HealthDashboard.Fhir;

/// <summary>
/// <c>POST /fhir</c>: a bundle. The answer has an entry for each of the request; what is not kept, or not all of it, has an OperationOutcome
/// there that says why, and the header <c>X-Not-Kept</c> counts by type that of which nothing is kept.
/// </summary>
internal static class BundleEndpoint
{
    public const string NotKeptHeader = "X-Not-Kept";

    public static async Task PostAsync(HttpContext context)
    {
        var gate = context.RequestServices.GetRequiredService<FhirGate>();
        var options = context.RequestServices.GetRequiredService<IOptions<FhirOptions>>().Value;
        CheckMediaType(context.Request);
        using var waiting = gate.Wait();
        // Before its turn, so that a slow sender keeps nobody else waiting.
        using var body = await ReadBodyAsync(context, options.MaxBodyBytes);
        await gate.EnterAsync(context.RequestAborted);
        try
        {
            var bundle = BundleReader.Read(body.Span, options.MaxEntries);
            await context.RequestServices.GetRequiredService<BundleImport>().ImportAsync(bundle, context.User, context.RequestAborted);
            SetNotKept(context.Response, bundle.Entries);
            await FhirJson.AnswerAsync(context, Answer(bundle));
        }
        finally
        {
            gate.Leave();
        }
    }

    /// <summary>Refuses a body that is not JSON by its content type.</summary>
    /// <exception cref="FhirException">415.</exception>
    public static void CheckMediaType(HttpRequest request)
    {
        var type = (request.ContentType ?? "").Split(';')[0].Trim();
        if (!type.Equals(FhirJson.MediaType, StringComparison.OrdinalIgnoreCase) && !type.Equals("application/json", StringComparison.OrdinalIgnoreCase))
            throw new FhirException(StatusCodes.Status415UnsupportedMediaType, R4.OperationOutcome.IssueType.NotSupported, $"Content-Type is '{Excerpt.Of(type)}'; allowed are {FhirJson.MediaType} and application/json. XML is not accepted.");
    }

    /// <summary>Reads the body, within the limit.</summary>
    /// <exception cref="FhirException">413, 415 or 400.</exception>
    public static async Task<RequestBody> ReadBodyAsync(HttpContext context, int maxBytes)
    {
        try
        {
            return await RequestBody.ReadAsync(context.Request, maxBytes, context.RequestAborted);
        }
        catch (RequestRefusedException refused)
        {
            throw new FhirException(refused.Status, FhirErrors.CodeOf(refused.Status), refused.Message);
        }
    }

    /// <summary>Counts by type, in a header, the entries of which nothing is kept.</summary>
    public static void SetNotKept(HttpResponse response, IEnumerable<Entry> entries)
    {
        var counts = entries.Where(entry => !entry.IsKept).GroupBy(entry => entry.Type.Length > 0 ? entry.Type : "unknown", StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal).Take(100);
        var words = string.Join(", ", counts.Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Key}={group.Count()}")));
        if (words.Length > 0)
            response.Headers[NotKeptHeader] = words;
    }

    private static R4.Bundle Answer(BundleContent bundle) => new()
    {
        Type = bundle.IsTransaction ? R4.Bundle.BundleType.TransactionResponse : R4.Bundle.BundleType.BatchResponse,
        Entry = [.. bundle.Entries.Select(AnswerTo)],
    };

    private static R4.Bundle.EntryComponent AnswerTo(Entry entry)
    {
        var response = new R4.Bundle.ResponseComponent
        {
            Status = entry.Status switch
            {
                StatusCodes.Status200OK => "200 OK",
                StatusCodes.Status201Created => "201 Created",
                var status => status.ToString(CultureInfo.InvariantCulture),
            },
            Location = entry.Location,
            Etag = entry.Version is { } version ? $"W/\"{version}\"" : null,
        };
        if (entry.Reason is { } reason)
        {
            response.Outcome = entry.IsRefused
                ? FhirJson.Outcome(FhirErrors.CodeOf(entry.Status), reason)
                : FhirJson.Outcome(
                    R4.OperationOutcome.IssueType.NotSupported,
                    entry.IsKept ? $"It is kept, but: {reason}." : $"Nothing of it is kept: {reason}.",
                    entry.IsKept ? R4.OperationOutcome.IssueSeverity.Warning : R4.OperationOutcome.IssueSeverity.Information);
        }
        return new() { Response = response };
    }
}

/// <summary>Lets only so many bundles in at once, for each takes several times its size in memory.</summary>
internal sealed class FhirGate(IOptions<FhirOptions> options) : IDisposable
{
    private const int MostWaiting = 8;
    private readonly SemaphoreSlim free = new(options.Value.Concurrent, options.Value.Concurrent);
    private int waiting;

    public void Dispose() => free.Dispose();

    /// <summary>Notes somebody whose bundle is in memory until disposed.</summary>
    /// <exception cref="FhirException">503: there are too many already.</exception>
    public IDisposable Wait()
    {
        if (Interlocked.Increment(ref waiting) <= MostWaiting + options.Value.Concurrent)
            return new Waiting(this);
        Interlocked.Decrement(ref waiting);
        throw new FhirException(StatusCodes.Status503ServiceUnavailable, R4.OperationOutcome.IssueType.Throttled, "Too many bundles are waiting: send it again.");
    }

    /// <summary>Waits for a turn, which <see cref="Leave"/> ends.</summary>
    public Task EnterAsync(CancellationToken cancel) => free.WaitAsync(cancel);

    public void Leave() => free.Release();

    private sealed class Waiting(FhirGate gate) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref gate.waiting);
    }
}
