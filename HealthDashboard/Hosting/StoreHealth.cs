using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthDashboard.Hosting;

/// <summary>The state of each store. Looks at most every 2 s, however many watch: a health check writes to the store.</summary>
internal sealed class StoreHealth(HealthCheckService checks, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim looking = new(1, 1);
    private volatile IReadOnlyList<StoreState> last = [];
    private long lookedAt;

    /// <summary>What a state names that is about all of them.</summary>
    public const string All = "stores";

    /// <summary>What the last look found; empty before the first.</summary>
    public IReadOnlyList<StoreState> Last => last;

    /// <summary>Each store by the name of its role, as of now or of a moment ago.</summary>
    public async Task<IReadOnlyList<StoreState>> LookAsync(CancellationToken cancel)
    {
        await looking.WaitAsync(cancel);
        try
        {
            if (lookedAt == 0 || time.GetElapsedTime(lookedAt) >= FreshFor)
            {
                last = await CheckAsync(cancel);
                lookedAt = time.GetTimestamp();
            }
            return last;
        }
        finally
        {
            looking.Release();
        }
    }

    public void Dispose() => looking.Dispose();

    private async Task<IReadOnlyList<StoreState>> CheckAsync(CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        try
        {
            var report = await checks.CheckHealthAsync(limit.Token);
            return [.. report.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal)
                .Select(entry => new StoreState(entry.Key, entry.Value.Status, entry.Value.Description, entry.Value.Duration))];
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return [new(All, HealthStatus.Unhealthy, $"One of them gave no answer within {Patience.TotalSeconds:0} s.", Patience)];
        }
    }
}

/// <summary>One store's state.</summary>
/// <param name="Role">The name of its role.</param>
/// <param name="Status">The state.</param>
/// <param name="Detail">What the check says, without patient data; null when nothing.</param>
/// <param name="Took">How long the check took.</param>
public sealed record StoreState(string Role, HealthStatus Status, string? Detail, TimeSpan Took);
