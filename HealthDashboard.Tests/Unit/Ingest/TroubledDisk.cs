using HealthDashboard.Ingest;

namespace HealthDashboard.Tests.Unit.Ingest;

/// <summary>The spool's directory in memory: it fails at the calls that a test chooses, and a power cut takes what was not flushed.</summary>
internal sealed class TroubledDisk : ISpoolDisk
{
    private readonly SortedDictionary<string, Content> contents = new(StringComparer.Ordinal);

    /// <summary>How many calls there were that can fail.</summary>
    public int Calls { get; private set; }

    /// <summary>Whether the call of this number, from 1, fails. A write that fails has written half.</summary>
    public Predicate<int> Fails { get; set; } = _ => false;

    /// <summary>How many flushes began.</summary>
    public int Flushes { get; private set; }

    /// <summary>What a flush waits for.</summary>
    public ManualResetEventSlim Hold { get; } = new(initialState: true);

    /// <summary>The bytes of each file as the program sees them, by name.</summary>
    public IReadOnlyDictionary<string, byte[]> Bytes => contents.ToDictionary(file => file.Key, file => file.Value.Written, StringComparer.Ordinal);

    /// <summary>Puts a file there, as a former run has left it.</summary>
    public void Put(string name, params byte[] bytes) => contents[name] = new Content { Written = bytes, Durable = bytes };

    /// <summary>Takes back what was not flushed.</summary>
    public void CutPower()
    {
        foreach (var content in contents.Values)
            content.Written = content.Durable;
    }

    public IReadOnlyList<string> Files()
    {
        Call();
        return [.. contents.Keys.Where(name => name.EndsWith(".spool", StringComparison.Ordinal))];
    }

    public ISpoolFile Open(string name)
    {
        Call();
        if (!contents.TryGetValue(name, out var content))
            contents[name] = content = new Content();
        return new File(this, content);
    }

    public void Copy(string name, string copy)
    {
        Call();
        Put(copy, contents[name].Written);
    }

    public void Delete(string name)
    {
        Call();
        contents.Remove(name);
    }

    private void Call()
    {
        if (Fails(++Calls))
            throw new IOException($"Call {Calls} fails.");
    }

    private sealed class Content
    {
        public byte[] Written { get; set; } = [];

        public byte[] Durable { get; set; } = [];
    }

    private sealed class File(TroubledDisk disk, Content content) : ISpoolFile
    {
        public long Length => content.Written.Length;

        public int Read(Span<byte> buffer, long from)
        {
            disk.Call();
            var there = content.Written.AsSpan((int)from);
            there = there[..Math.Min(there.Length, buffer.Length)];
            there.CopyTo(buffer);
            return there.Length;
        }

        public void Write(ReadOnlySpan<byte> bytes, long at)
        {
            try
            {
                disk.Call();
            }
            catch (IOException)
            {
                Put(bytes[..(bytes.Length / 2)], at);
                throw;
            }
            Put(bytes, at);
        }

        public void Flush()
        {
            disk.Flushes++;
            disk.Hold.Wait(TestContext.Current.CancellationToken);
            disk.Call();
            content.Durable = content.Written;
        }

        public void Cut(long length)
        {
            disk.Call();
            content.Written = content.Written[..(int)length];
        }

        public void Dispose()
        {
        }

        private void Put(ReadOnlySpan<byte> bytes, long at)
        {
            var written = new byte[Math.Max(content.Written.Length, (int)at + bytes.Length)];
            content.Written.CopyTo(written, 0);
            bytes.CopyTo(written.AsSpan((int)at));
            content.Written = written;
        }
    }
}
