using HealthDashboard.Data.Stores;
using Microsoft.Extensions.Logging;

namespace HealthDashboard.Data.Neo4j;

/// <summary>
/// The bookmarks of what was written here. A server keeps a call waiting until it has reached them, which it never does when its data was
/// replaced by an older copy. So when a call waits in vain, it is seen whether the server answers without them and not with them; then
/// they are dropped, because what they stand for is gone.
/// </summary>
/// <param name="client">Asks the server.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Logs that they were dropped.</param>
internal sealed partial class Bookmarks(Neo4jClient client, TimeProvider time, ILogger log)
{
    private const string Question = "RETURN 1";

    /// <summary>A server that works answers an easy question within this time.</summary>
    private static readonly TimeSpan Answers = TimeSpan.FromSeconds(2);

    /// <summary>A member of a cluster that is behind reaches what was written elsewhere within this time.</summary>
    private static readonly TimeSpan Reaches = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private string[] current = [];
    private bool checking;

    /// <summary>Those that the next call must follow.</summary>
    public string[] Current
    {
        get { lock (gate) return current; }
    }

    /// <summary>A call was answered with bookmarks, which stand for those that it was sent with too.</summary>
    public void Keep(string[] sent, string[] received)
    {
        if (received.Length == 0)
            return;
        lock (gate)
            current = [.. current.Except(sent).Union(received)];
    }

    /// <summary>The server does not reach these, or does not know them.</summary>
    public void Drop(string[] sent)
    {
        lock (gate)
        {
            var left = current.Except(sent).ToArray();
            if (left.Length == current.Length)
                return;
            current = left;
        }
        LogDropped(Neo4jClient.Store);
    }

    /// <summary>A call with these was given up before its answer: sees whether they are why, unless that is being seen already.</summary>
    public void Check(string[] sent)
    {
        lock (gate)
        {
            if (checking)
                return;
            checking = true;
        }
        _ = Task.Run(() => CheckAsync(sent));
    }

    private async Task CheckAsync(string[] sent)
    {
        try
        {
            if (await AnswersAsync([], Answers) && !await AnswersAsync(sent, Reaches))
                Drop(sent);
        }
        finally
        {
            lock (gate)
                checking = false;
        }
    }

    private async Task<bool> AnswersAsync(string[] after, TimeSpan within)
    {
        using var limit = new CancellationTokenSource(within, time);
        try
        {
            await client.SendAsync(Question, null, writes: false, after, limit.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        catch (StoreException error)
        {
            // Another error says nothing about the bookmarks.
            return after.Length > 0 && !Neo4jErrors.IsOfBookmarks(error);
        }
        catch (ObjectDisposedException)
        {
            // The program ends.
            return after.Length > 0;
        }
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "{Store} does not have what was written last: its data is older, as after a backup was restored. What was written since that backup is gone")]
    private partial void LogDropped(string store);
}
