namespace HealthDashboard.Fhir;

/// <summary>A line of a file.</summary>
/// <param name="Number">Which, from 1.</param>
/// <param name="Bytes">Its bytes; null when it is longer than is accepted.</param>
/// <param name="End">Where the next one begins in the file.</param>
internal readonly record struct FileLine(int Number, byte[]? Bytes, long End);

/// <summary>Reads a file line by line from any place, and never holds more than one line of the longest length.</summary>
internal static class NdjsonLines
{
    /// <summary>The longest line that is accepted.</summary>
    public const int Longest = 1024 * 1024;

    /// <summary>The lines from a place on; empty ones are left out.</summary>
    public static async IAsyncEnumerable<FileLine> ReadAsync(string path, long offset, int line, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await using var file = new FileStream(path, new FileStreamOptions { Access = FileAccess.Read, Share = FileShare.Read, Options = FileOptions.Asynchronous | FileOptions.SequentialScan, BufferSize = 1 });
        file.Position = offset;
        var buffer = new byte[64 * 1024];
        using var held = new MemoryStream();
        var tooLong = false;
        var (at, number) = (offset, line);
        while (true)
        {
            var read = await file.ReadAsync(buffer, cancel);
            var from = 0;
            while (from < read && Array.IndexOf(buffer, (byte)'\n', from, read - from) is >= 0 and var end)
            {
                Hold(from, end);
                at += end + 1 - from;
                from = end + 1;
                number++;
                if (Take(number, at) is { } taken)
                    yield return taken;
            }
            Hold(from, read);
            at += read - from;
            if (read > 0)
                continue;
            if ((held.Length > 0 || tooLong) && Take(number + 1, at) is { } last)
                yield return last;
            yield break;
        }

        void Hold(int start, int end)
        {
            tooLong |= held.Length + end - start > Longest;
            if (!tooLong)
                held.Write(buffer, start, end - start);
        }

        FileLine? Take(int which, long next)
        {
            var (bytes, isLong) = (held.ToArray(), tooLong);
            held.SetLength(0);
            tooLong = false;
            if (isLong)
                return new(which, null, next);
            return bytes.AsSpan().Trim(" \r\t"u8).Length == 0 ? null : new(which, bytes, next);
        }
    }
}
