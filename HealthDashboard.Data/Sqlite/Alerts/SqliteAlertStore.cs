using System.Data.Common;
using System.Text.Json;
using Dapper;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace HealthDashboard.Data.Sqlite.Alerts;

/// <summary>
/// Alerts in <c>alerts.db</c>. Calls that come while a transaction is being written share the next one, so the number of
/// syncs does not grow with the number of callers.
/// </summary>
internal sealed class SqliteAlertStore(SqliteDatabase database, ILogger<SqliteAlertStore> log) : IAlertStore
{
    private const int LargestState = 64 * 1024;

    private readonly Lock gate = new();
    private readonly ChangeHint hint = new(log);
    private List<Call> waiting = [];
    private bool writing;

    public async Task<IReadOnlyList<AlertWriteOutcome>> WriteAsync(
        IReadOnlyList<AlertChange> changes, IReadOnlyList<AlarmState> states, CancellationToken cancel = default)
    {
        if (changes.FirstOrDefault(change => change.Alert.Version < 1) is { } change)
            throw new ArgumentException($"The version of alert {change.Alert.Id} is {change.Alert.Version}; the first is 1.", nameof(changes));
        if (states.FirstOrDefault(state => state.Data.Length > LargestState) is { } state)
            throw new ArgumentException($"The state of patient {state.PatientId} has {state.Data.Length} bytes; at most {LargestState} are kept.", nameof(states));
        cancel.ThrowIfCancellationRequested();

        // JSON is made here, on the callers' threads: what cannot be written fails its own call only.
        // The number that is given with it would be that of the change before: the row's own is the one that counts.
        var call = new Call(
            [.. changes.Select(c => (c, JsonSerializer.Serialize(c.Alert with { Sequence = 0 }, StoredJson.Columns.Alert)))], states, cancel);
        lock (gate)
        {
            waiting.Add(call);
            if (!writing)
            {
                writing = true;
                _ = Task.Run(WriteWaitingAsync, CancellationToken.None);
            }
        }

        return await call.Outcomes.Task.WaitAsync(cancel);
    }

    public Task<AlertSnapshot> ReadOpenAsync(CancellationToken cancel = default) => database.ReadAsync(
        (connection, transaction) => new AlertSnapshot(
            connection.ExecuteScalar<long>(AlertStatements.LastSequence, transaction: transaction),
            connection.Rows(AlertStatements.Open, null, ReadAlert, transaction)),
        cancel);

    public Task<IReadOnlyList<AlertChange>> ReadChangesAsync(long sequence, int limit, CancellationToken cancel = default)
    {
        CheckLimit(limit);
        return database.RunAsync<IReadOnlyList<AlertChange>>(
            connection => connection.Rows(AlertStatements.Changes, new { sequence, limit }, ReadChange), cancel);
    }

    public Task<IReadOnlyList<Alert>> ReadOpenAtAsync(DateTimeOffset at, CancellationToken cancel = default) => database.RunAsync<IReadOnlyList<Alert>>(
        connection => [.. connection.Rows(AlertStatements.OpenAt, new { at }, ReadAlert).Where(alert => alert.IsOpen)], cancel);

    public Task<Alert?> FindAsync(ObjectId id, CancellationToken cancel = default) => database.RunAsync(
        connection => connection.One(AlertStatements.Find, new { id }, ReadAlert), cancel);

    public Task<IReadOnlyList<Alert>> QueryAsync(AlertQuery query, CancellationToken cancel = default)
    {
        CheckLimit(query.Limit);
        var (sql, parameters) = AlertStatements.Query(query);
        return database.RunAsync<IReadOnlyList<Alert>>(connection => connection.Rows(sql, parameters, ReadAlert), cancel);
    }

    public Task<IReadOnlyList<AlertChange>> HistoryAsync(ObjectId id, CancellationToken cancel = default) =>
        database.RunAsync<IReadOnlyList<AlertChange>>(
            connection => connection.Rows(AlertStatements.History, new { id }, ReadChange), cancel);

    public Task<AlarmState?> FindStateAsync(ObjectId patientId, CancellationToken cancel = default) => database.RunAsync(
        connection => connection.One(AlertStatements.State, new { patientId }, ReadState), cancel);

    public Task<IReadOnlyList<AlarmState>> ReadStatesAsync(CancellationToken cancel = default) => database.RunAsync<IReadOnlyList<AlarmState>>(
        connection => connection.Rows(AlertStatements.States, null, ReadState), cancel);

    public IDisposable OnChanged(Action callback) => hint.Subscribe(callback);

    private Alert ReadAlert(DbDataReader row) => AlertStatements.MapAlert(row, database.Damaged);

    private AlertChange ReadChange(DbDataReader row) => AlertStatements.MapChange(row, database.Damaged);

    private AlarmState ReadState(DbDataReader row) => AlertStatements.MapState(row, database.Damaged);

    private static void CheckLimit(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 10_000);
    }

    private async Task WriteWaitingAsync()
    {
        while (true)
        {
            List<Call> calls;
            lock (gate)
            {
                if (waiting.Count == 0)
                {
                    writing = false;
                    return;
                }

                (calls, waiting) = (waiting, []);
            }

            try
            {
                // A call is only given up before its transaction begins; one caller's leaving never undoes another's write.
                calls.RemoveAll(call => call.Cancel.IsCancellationRequested);
                var outcomes = await database.WriteAsync((connection, transaction) => Write(connection, transaction, calls), CancellationToken.None);
                foreach (var (call, written) in calls.Zip(outcomes))
                    call.Outcomes.TrySetResult(written);
                if (outcomes.Exists(written => Array.Exists(written, outcome => outcome.Taken)))
                    hint.Raise();
            }
            catch (Exception error)
            {
                foreach (var call in calls)
                    call.Outcomes.TrySetException(error);
            }
        }
    }

    private List<AlertWriteOutcome[]> Write(SqliteConnection connection, SqliteTransaction transaction, List<Call> calls)
    {
        using var writer = new AlertWriter(connection, transaction, database.Damaged);
        var outcomes = new List<AlertWriteOutcome[]>(calls.Count);
        foreach (var call in calls)
        {
            outcomes.Add([.. call.Changes.Select(change => writer.Write(change.Change, change.Json))]);
            foreach (var state in call.States)
                writer.Keep(state);
        }

        return outcomes;
    }

    private sealed record Call(
        IReadOnlyList<(AlertChange Change, string Json)> Changes, IReadOnlyList<AlarmState> States, CancellationToken Cancel)
    {
        public TaskCompletionSource<IReadOnlyList<AlertWriteOutcome>> Outcomes { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
