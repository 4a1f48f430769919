using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Tests.Support;

/// <summary>A store of alerts that a test can take away, hold up, or cut off for good as a killed process is.</summary>
internal sealed class TroubledAlertStore(IAlertStore store) : IAlertStore
{
    private TaskCompletionSource? hold;
    private int writes;

    /// <summary>Whether calls fail as when the store is unavailable.</summary>
    public bool IsUnavailable { get; set; }

    /// <summary>How many writes were asked for.</summary>
    public int Writes => Volatile.Read(ref writes);

    /// <summary>Called before each write, with its changes.</summary>
    public Func<IReadOnlyList<AlertChange>, Task>? BeforeWrite { get; set; }

    /// <summary>Called with what each write that reaches the store has.</summary>
    public Action<IReadOnlyList<AlertChange>, IReadOnlyList<AlarmState>>? OnWrite { get; set; }

    /// <summary>Writes wait until the returned source is completed.</summary>
    public TaskCompletionSource Hold() => hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task<IReadOnlyList<AlertWriteOutcome>> WriteAsync(
        IReadOnlyList<AlertChange> changes, IReadOnlyList<AlarmState> states, CancellationToken cancel = default)
    {
        Interlocked.Increment(ref writes);
        Check();
        if (BeforeWrite is { } before)
            await before(changes);
        if (hold is { } held)
            await held.Task.WaitAsync(cancel);
        Check();
        OnWrite?.Invoke(changes, states);
        return await store.WriteAsync(changes, states, cancel);
    }

    public Task<AlertSnapshot> ReadOpenAsync(CancellationToken cancel = default) => Checked().ReadOpenAsync(cancel);

    public Task<IReadOnlyList<AlertChange>> ReadChangesAsync(long sequence, int limit, CancellationToken cancel = default) =>
        Checked().ReadChangesAsync(sequence, limit, cancel);

    public Task<IReadOnlyList<Alert>> ReadOpenAtAsync(DateTimeOffset at, CancellationToken cancel = default) => Checked().ReadOpenAtAsync(at, cancel);

    public Task<Alert?> FindAsync(ObjectId id, CancellationToken cancel = default) => Checked().FindAsync(id, cancel);

    public Task<IReadOnlyList<Alert>> QueryAsync(AlertQuery query, CancellationToken cancel = default) => Checked().QueryAsync(query, cancel);

    public Task<IReadOnlyList<AlertChange>> HistoryAsync(ObjectId id, CancellationToken cancel = default) => Checked().HistoryAsync(id, cancel);

    public Task<AlarmState?> FindStateAsync(ObjectId patientId, CancellationToken cancel = default) => Checked().FindStateAsync(patientId, cancel);

    public Task<IReadOnlyList<AlarmState>> ReadStatesAsync(CancellationToken cancel = default) => Checked().ReadStatesAsync(cancel);

    public IDisposable OnChanged(Action callback) => store.OnChanged(callback);

    private IAlertStore Checked()
    {
        Check();
        return store;
    }

    private void Check()
    {
        if (IsUnavailable)
            throw new StoreUnavailableException("alerts of a test", "taken away.");
    }
}
