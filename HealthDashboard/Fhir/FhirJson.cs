using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hl7.Fhir.Serialization;
using Hl7.Fhir.Validation;
using R4 = Hl7.Fhir.Model;

namespace HealthDashboard.Fhir;

/// <summary>Resources as JSON, in and out.</summary>
internal static class FhirJson
{
    public const string MediaType = "application/fhir+json";

    /// <summary>How deep JSON may be nested.</summary>
    public const int MaxDepth = 64;

    private static readonly FhirJsonDeserializer Deserializer = new(new DeserializerSettings().UsingMode(DeserializationMode.Strict, NarrativeValidationKind.None));
    private static readonly FhirJsonSerializer Serializer = new();

    /// <summary>Reads one resource that is valid by the rules of R4.</summary>
    /// <exception cref="FormatException">It is not; the message says where and why.</exception>
    public static R4.Resource Parse(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            if (Deserializer.TryDeserializeResource(ref reader, out var resource, out var issues) && resource is not null)
                return resource;
            throw new FormatException(string.Join("; ", issues.Take(5).Select(issue => issue.Message)));
        }
        // What the reader of the library does not expect: a number that no decimal holds, nesting where there is none.
        catch (Exception error) when (error is JsonException or InvalidOperationException or OverflowException or ArgumentException)
        {
            throw new FormatException("It is no resource of R4.", error);
        }
    }

    /// <summary>A resource as JSON.</summary>
    public static ReadOnlyMemory<byte> Write(R4.Base resource, bool pretty = false)
    {
        var bytes = new ArrayBufferWriter<byte>(16 * 1024);
        using (var writer = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = pretty, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            Serializer.Serialize(resource, writer);
        return bytes.WrittenMemory;
    }

    /// <summary>Answers with a resource.</summary>
    public static async Task AnswerAsync(HttpContext context, R4.Resource resource, int status = StatusCodes.Status200OK)
    {
        var body = Write(resource, context.Request.Query["_pretty"] == "true");
        context.Response.StatusCode = status;
        context.Response.ContentType = MediaType + "; charset=utf-8";
        context.Response.ContentLength = body.Length;
        context.Response.Headers.CacheControl = "no-store";
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    /// <summary>An OperationOutcome with one issue.</summary>
    public static R4.OperationOutcome Outcome(R4.OperationOutcome.IssueType code, string message, R4.OperationOutcome.IssueSeverity severity = R4.OperationOutcome.IssueSeverity.Error) =>
        new() { Issue = [new() { Severity = severity, Code = code, Diagnostics = message }] };

    /// <summary>A point in time as FHIR's instant, UTC.</summary>
    public static string Instant(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture);

    /// <summary>A day as FHIR's date.</summary>
    public static string Date(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
