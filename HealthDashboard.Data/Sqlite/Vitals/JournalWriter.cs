using System.Threading.Channels;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.Sqlite.Vitals;

/// <summary>
/// Group commit. Appends queue up while the one before is being synced, and then share a row, a transaction and a sync. An append
/// ends after that: durable, and visible to every read that starts later. The queue is bounded and loses nothing: who finds it
/// full waits.
/// </summary>
internal sealed class JournalWriter
{
    private const int MostQueued = 64;
    private const int MostBytes = 4 << 20;

    private readonly Channel<JournalPacket> queue = Channel.CreateBounded<JournalPacket>(
        new BoundedChannelOptions(MostQueued) { SingleReader = true });

    private readonly VitalFile file;
    private readonly Head head;
    private readonly Func<Task> committed;
    private readonly Task loop;
    private byte[] row = [];
    private long lastRow;

    /// <param name="file">Where the journal is.</param>
    /// <param name="head">Where committed readings show.</param>
    /// <param name="lastRow">The id of the last row in use.</param>
    /// <param name="committed">Called between commits, which wait for it: the way to hold appends back.</param>
    public JournalWriter(VitalFile file, Head head, long lastRow, Func<Task> committed)
    {
        (this.file, this.head, this.lastRow, this.committed) = (file, head, lastRow, committed);
        loop = Task.Run(RunAsync);
    }

    /// <summary>Ends when the readings are durable and visible. Cancelling works until they are queued.</summary>
    public async Task AppendAsync(IReadOnlyList<Reading> readings, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        using var packet = new JournalPacket(readings, file.Catalog);
        try
        {
            await queue.Writer.WriteAsync(packet, cancel);
        }
        catch (ChannelClosedException error)
        {
            throw new StoreUnavailableException(VitalFile.Name, "the store is closing.", error);
        }
        await packet.Done.Task;
    }

    /// <summary>Takes no more appends and ends when those that are queued are done.</summary>
    public Task CloseAsync()
    {
        queue.Writer.TryComplete();
        return loop;
    }

    private async Task RunAsync()
    {
        var group = new List<JournalPacket>();
        while (await queue.Reader.WaitToReadAsync())
        {
            group.Clear();
            for (var bytes = 0; bytes < MostBytes && queue.Reader.TryRead(out var packet); bytes += packet.Length)
                group.Add(packet);
            Exception? failure = null;
            try
            {
                Commit(group);
            }
            catch (Exception error)
            {
                // Each caller gets it; the next group may fare better.
                failure = error;
            }
            foreach (var packet in group)
            {
                if (failure is null)
                    packet.Done.SetResult();
                else
                    packet.Done.SetException(failure);
            }
            await committed();
        }
    }

    private void Commit(List<JournalPacket> group)
    {
        var length = 0;
        foreach (var packet in group)
            length += packet.Length;
        if (row.Length < length)
            row = new byte[Math.Max(length, 2 * row.Length)];
        length = 0;
        foreach (var packet in group)
        {
            packet.Bytes.CopyTo(row.AsSpan(length));
            length += packet.Length;
        }

        file.Write(write => write.AddJournal(lastRow + 1, row, length));
        lastRow++;
        head.Show(lastRow, () =>
        {
            foreach (var packet in group)
                packet.Publish(head);
        });
    }
}
