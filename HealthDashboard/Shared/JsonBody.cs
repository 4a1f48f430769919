using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;

namespace HealthDashboard.Shared;

/// <summary>A request's body as JSON whose fields are yet to be looked at.</summary>
/// <param name="Root">The whole of it.</param>
internal sealed record JsonBody(JsonElement Root)
{
    private const int MaxBytes = 256 * 1024;
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>Its fields.</summary>
    public JsonFields Fields => new(Root);

    /// <summary>Called by the framework to bind the parameter of a handler.</summary>
    /// <exception cref="BadHttpRequestException">415: not JSON by its content type; 413: too long; 400: not JSON.</exception>
    public static async ValueTask<JsonBody> BindAsync(HttpContext context)
    {
        var request = context.Request;
        if (!request.HasJsonContentType())
            throw new BadHttpRequestException("The body must be JSON, with Content-Type application/json.", StatusCodes.Status415UnsupportedMediaType);
        var bytes = await ReadAsync(request, context.RequestAborted);
        if (!Utf8.IsValid(bytes.Span))
            throw new BadHttpRequestException("The body is not UTF-8.");
        try
        {
            using var document = JsonDocument.Parse(bytes, Strict);
            return new JsonBody(document.RootElement.Clone());
        }
        // Names are compared with each other, which half of a surrogate pair does not survive.
        catch (InvalidOperationException error)
        {
            throw new BadHttpRequestException("The body has a name that is not Unicode.", error);
        }
        catch (JsonException error)
        {
            throw new BadHttpRequestException("The body is not JSON.", error);
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, CancellationToken cancel)
    {
        while (true)
        {
            var result = await request.BodyReader.ReadAsync(cancel);
            var (buffer, tooLong) = (result.Buffer, result.Buffer.Length > MaxBytes);
            var whole = result.IsCompleted && !tooLong ? buffer.ToArray() : null;
            request.BodyReader.AdvanceTo(whole is null && !tooLong ? buffer.Start : buffer.End, buffer.End);
            if (tooLong)
                throw new BadHttpRequestException($"The body is longer than {MaxBytes} bytes.", StatusCodes.Status413PayloadTooLarge);
            if (whole is not null)
                return whole;
        }
    }
}
