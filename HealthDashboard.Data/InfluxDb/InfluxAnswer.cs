using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;

namespace HealthDashboard.Data.InfluxDb;

/// <summary>
/// Reads the answer to a chunked query: one JSON object a line, each with some rows, as the server finds them [InfluxDB 1.x HTTP API,
/// "chunked"]. Neither a line nor the whole answer grows beyond a bound.
/// </summary>
internal static class InfluxAnswer
{
    /// <summary>Rows in a line.</summary>
    public const int ChunkRows = 10_000;

    // A row is at most about 200 bytes.
    private const int LongestLine = 4 * 1024 * 1024;

    private static readonly JsonElement NoTags = JsonDocument.Parse("{}").RootElement;

    /// <summary>Hands out every row.</summary>
    /// <param name="body">The answer.</param>
    /// <param name="mostRows">More rows are an error.</param>
    /// <param name="take">Gets each row; it is gone when this returns.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <exception cref="Stores.StoreException">The answer is an error, too long, or not understood.</exception>
    public static async Task ReadAsync(Stream body, int mostRows, Action<InfluxRow> take, CancellationToken cancel)
    {
        var reader = PipeReader.Create(body, new StreamPipeReaderOptions(bufferSize: 64 * 1024, leaveOpen: true));
        var chunk = new Chunks(mostRows, take);
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(cancel);
                var rest = read.Buffer;
                while (CutLine(ref rest, read.IsCompleted) is { } line)
                    chunk.Read(line);
                if (rest.Length > LongestLine)
                    throw InfluxErrors.Malformed();
                reader.AdvanceTo(rest.Start, rest.End);
                if (read.IsCompleted)
                    break;
            }
        }
        catch (IOException error)
        {
            throw InfluxErrors.Unavailable("ended the connection within an answer.", error);
        }
        finally
        {
            await reader.CompleteAsync();
        }
        chunk.End();
    }

    private static ReadOnlySequence<byte>? CutLine(ref ReadOnlySequence<byte> rest, bool last)
    {
        while (rest.PositionOf((byte)'\n') is { } end)
        {
            var line = rest.Slice(0, end);
            rest = rest.Slice(rest.GetPosition(1, end));
            if (line.Length > 0)
                return line;
        }
        if (!last || rest.IsEmpty)
            return null;
        var tail = rest;
        rest = rest.Slice(rest.End);
        return tail;
    }

    private sealed class Chunks(int mostRows, Action<InfluxRow> take)
    {
        private int rows;
        private bool any;
        private bool more;

        public void Read(in ReadOnlySequence<byte> line)
        {
            try
            {
                using var document = JsonDocument.Parse(line);
                Read(document.RootElement);
            }
            catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or KeyNotFoundException
                or IndexOutOfRangeException or ArgumentException)
            {
                throw InfluxErrors.Malformed(error);
            }
        }

        /// <summary>An answer that breaks off between two lines looks whole to HTTP/1.0 and to proxies.</summary>
        public void End()
        {
            if (!any)
                throw InfluxErrors.Malformed();
            if (more)
                throw InfluxErrors.Unavailable("ended an answer before its end.");
        }

        private void Read(JsonElement root)
        {
            any = true;
            ThrowIfError(root);
            foreach (var result in root.GetProperty("results").EnumerateArray())
            {
                ThrowIfError(result);
                more = result.TryGetProperty("partial", out var partial) && partial.GetBoolean();
                var statement = result.TryGetProperty("statement_id", out var number) ? number.GetInt32() : 0;
                if (!result.TryGetProperty("series", out var all))
                    continue;
                foreach (var series in all.EnumerateArray())
                {
                    if (series.TryGetProperty("values", out var values))
                        Take(statement, new InfluxTags(series.TryGetProperty("tags", out var tags) ? tags : NoTags), values);
                }
            }
        }

        private void Take(int statement, InfluxTags tags, JsonElement values)
        {
            foreach (var row in values.EnumerateArray())
            {
                if (++rows > mostRows)
                    throw new Stores.StoreException(InfluxErrors.Store, $"has more than {mostRows} rows to answer: ask for a shorter stretch.");
                take(new InfluxRow(statement, tags, row));
            }
        }

        private static void ThrowIfError(JsonElement element)
        {
            if (element.TryGetProperty("error", out var error))
                throw InfluxErrors.OfQuery(error.GetString() ?? "");
        }
    }
}
