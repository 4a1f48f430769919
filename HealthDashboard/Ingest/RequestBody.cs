using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace HealthDashboard.Ingest;

/// <summary>A request's body, unpacked, in a rented buffer that disposing gives back.</summary>
internal readonly struct RequestBody : IDisposable
{
    private const int FirstBytes = 64 * 1024;

    // Header and trailer.
    private const int ShortestGzip = 18;
    private readonly byte[] buffer;
    private readonly int length;

    private RequestBody(byte[] buffer, int length) => (this.buffer, this.length) = (buffer, length);

    /// <summary>The body.</summary>
    public ReadOnlySpan<byte> Span => buffer.AsSpan(0, length);

    /// <summary>Reads a body, gzip or plain, and never holds more than is allowed, however much a small one unpacks to.</summary>
    /// <exception cref="RequestRefusedException">413 too large, 415 another encoding, 400 broken gzip or a body cut short.</exception>
    public static async Task<RequestBody> ReadAsync(HttpRequest request, int maxBytes, CancellationToken cancel)
    {
        if (request.ContentLength > maxBytes)
            throw TooLarge(maxBytes);
        var encoding = request.Headers.ContentEncoding.ToString();
        switch (encoding.ToLowerInvariant())
        {
            case "" or "identity":
                return await ReadAsync(request.Body, (int)(request.ContentLength ?? FirstBytes), maxBytes, cancel);
            case "gzip" or "x-gzip":
                using (var packed = await ReadAsync(request.Body, (int)(request.ContentLength ?? FirstBytes), maxBytes, cancel))
                    return await UnpackAsync(packed, maxBytes, cancel);
            default:
                throw new RequestRefusedException(
                    StatusCodes.Status415UnsupportedMediaType, $"Content-Encoding '{Excerpt.Of(encoding)}' is not known, allowed are gzip and identity.");
        }
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);

    private static async Task<RequestBody> UnpackAsync(RequestBody packed, int maxBytes, CancellationToken cancel)
    {
        await using var unpacked = new GZipStream(new MemoryStream(packed.buffer, 0, packed.length), CompressionMode.Decompress);
        var body = await ReadAsync(unpacked, 4 * packed.length, maxBytes, cancel);
        if (EndsWell(packed.Span, body.Span))
            return body;
        body.Dispose();
        throw BrokenGzip();
    }

    // GZipStream takes a stream that breaks off for one that ends. A member ends with its checksum and its length [RFC 1952, 2.3.1]; there
    // may be several, of which the ones before the last are whole when the last one began.
    private static bool EndsWell(ReadOnlySpan<byte> packed, ReadOnlySpan<byte> body)
    {
        if (packed.Length < ShortestGzip)
            return false;
        var last = BinaryPrimitives.ReadUInt32LittleEndian(packed[^4..]);
        return last == body.Length
            || (last > 0 && last < body.Length && Crc32.HashToUInt32(body[^(int)last..]) == BinaryPrimitives.ReadUInt32LittleEndian(packed[^8..]));
    }

    private static async Task<RequestBody> ReadAsync(Stream stream, int about, int maxBytes, CancellationToken cancel)
    {
        try
        {
            // One byte more than expected, so that the end is seen without growing. A failure leaves the buffer to the collector.
            var bytes = ArrayPool<byte>.Shared.Rent(Math.Min(about, maxBytes) + 1);
            var count = 0;
            while (await stream.ReadAsync(bytes.AsMemory(count), cancel) is > 0 and var read)
            {
                count += read;
                if (count > maxBytes)
                    throw TooLarge(maxBytes);
                if (count == bytes.Length)
                    bytes = Grow(bytes);
            }
            return new RequestBody(bytes, count);
        }
        catch (InvalidDataException)
        {
            throw BrokenGzip();
        }
        catch (BadHttpRequestException bad)
        {
            throw new RequestRefusedException(bad.StatusCode, bad.Message);
        }
    }

    private static byte[] Grow(byte[] full)
    {
        var larger = ArrayPool<byte>.Shared.Rent(2 * full.Length);
        full.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(full);
        return larger;
    }

    private static RequestRefusedException BrokenGzip() =>
        new(StatusCodes.Status400BadRequest, "The body is not gzip, or is cut short.");

    private static RequestRefusedException TooLarge(int maxBytes) =>
        new(StatusCodes.Status413PayloadTooLarge, $"The body has more than {maxBytes} bytes.");
}
