using HealthDashboard.Data.Model;

namespace HealthDashboard.Data.Stores;

/// <summary>
/// Alerts, their log, and the alarm state behind them. The store numbers every change and refuses one that was made
/// from an alert that has changed since, so that several nodes cannot open two alerts for one condition or escalate one step twice.
/// </summary>
public interface IAlertStore
{
    /// <summary>
    /// Writes changes in order, durably. Each is taken when its alert is one version newer than the one stored (1: none is stored) and, while
    /// it is open, no other one is open for the same <see cref="AlertKey"/>. It is refused by itself otherwise; the others are still taken.
    /// So an alert that was over before it could be recorded is recorded as ended, whatever is open now.
    /// Writing a change that is already stored (same alert, version, kind and actor) is taken again without a second log entry,
    /// so that a write whose answer was lost can be repeated; its outcome is the change as stored.
    /// </summary>
    /// <param name="changes">In the order in which they were made; several may concern one alert.</param>
    /// <param name="states">
    /// Alarm state to keep with them, in the same transaction; opaque to the store, at most 64 KiB each. An empty one removes the patient's.
    /// </param>
    /// <param name="cancel">Ends the call.</param>
    /// <returns>One outcome for each change, in order.</returns>
    /// <exception cref="ArgumentException">A version is below 1, or a state is too large; nothing is written.</exception>
    /// <exception cref="StoreUnavailableException">The store is unavailable; the same call may be repeated.</exception>
    Task<IReadOnlyList<AlertWriteOutcome>> WriteAsync(
        IReadOnlyList<AlertChange> changes, IReadOnlyList<AlarmState> states, CancellationToken cancel = default);

    /// <summary>The open alerts and the sequence number they are true for, read in one step.</summary>
    Task<AlertSnapshot> ReadOpenAsync(CancellationToken cancel = default);

    /// <summary>The log after a sequence number, in order.</summary>
    /// <param name="sequence">The last number the caller has; 0 for the whole log.</param>
    /// <param name="limit">At most so many, 1 to 10,000.</param>
    /// <param name="cancel">Ends the call.</param>
    Task<IReadOnlyList<AlertChange>> ReadChangesAsync(long sequence, int limit, CancellationToken cancel = default);

    /// <summary>
    /// The alerts that were open at a past moment, each as it was then: as its last change up to then has left it. An alert is there from when
    /// it was raised. By the number of that change.
    /// </summary>
    Task<IReadOnlyList<Alert>> ReadOpenAtAsync(DateTimeOffset at, CancellationToken cancel = default);

    /// <summary>Finds an alert; null when there is none.</summary>
    Task<Alert?> FindAsync(ObjectId id, CancellationToken cancel = default);

    /// <summary>Alerts as they are now, the one changed last first, or in the order that the query asks for.</summary>
    Task<IReadOnlyList<Alert>> QueryAsync(AlertQuery query, CancellationToken cancel = default);

    /// <summary>Every change of one alert, in order.</summary>
    Task<IReadOnlyList<AlertChange>> HistoryAsync(ObjectId id, CancellationToken cancel = default);

    /// <summary>The alarm state last kept for a patient; null when there is none.</summary>
    Task<AlarmState?> FindStateAsync(ObjectId patientId, CancellationToken cancel = default);

    /// <summary>The alarm state last kept for each patient.</summary>
    Task<IReadOnlyList<AlarmState>> ReadStatesAsync(CancellationToken cancel = default);

    /// <summary>
    /// Calls back when there may be something new in the log: after a write here, and, where the store can tell, on other nodes.
    /// Only a hint: it carries nothing, may come late, twice or not at all, and never runs while a lock is held.
    /// </summary>
    /// <returns>Ends the subscription when disposed, any number of times.</returns>
    IDisposable OnChanged(Action callback);
}

/// <summary>What became of a change.</summary>
/// <param name="Change">The change with its sequence number when taken; as given when refused.</param>
/// <param name="Current">
/// Null when taken. When refused, what stands in its way: the alert as stored, or the alert that is open for the same key;
/// null when there is neither, because the change is not its alert's first and the alert was never stored.
/// </param>
public sealed record AlertWriteOutcome(AlertChange Change, Alert? Current)
{
    /// <summary>Whether the change was taken.</summary>
    public bool Taken { get; init; } = Current is null;
}

/// <summary>Open alerts at one moment.</summary>
/// <param name="Sequence">The number of the last change that is in them.</param>
/// <param name="Open">The alerts.</param>
public sealed record AlertSnapshot(long Sequence, IReadOnlyList<Alert> Open);

/// <summary>What the alarm evaluator must remember of one patient.</summary>
/// <param name="PatientId">The patient.</param>
/// <param name="Data">The evaluator's own format.</param>
public sealed record AlarmState(ObjectId PatientId, ReadOnlyMemory<byte> Data);

/// <summary>Which alerts to list; what is null does not restrict.</summary>
public sealed record AlertQuery
{
    /// <summary>Only open ones.</summary>
    public bool OpenOnly { get; init; }

    /// <summary>Only those of these patients; null for all.</summary>
    public IReadOnlyCollection<ObjectId>? PatientIds { get; init; }

    /// <summary>Only those changed after this sequence number.</summary>
    public long? Since { get; init; }

    /// <summary>Only of this priority or a higher one.</summary>
    public AlertPriority? AtLeast { get; init; }

    /// <summary>Only this kind.</summary>
    public AlertKind? Kind { get; init; }

    /// <summary>Only with this response.</summary>
    public AlertResponse? Response { get; init; }

    /// <summary>Only raised at this time or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Only raised before this time.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>At most so many, 1 to 10,000.</summary>
    public int Limit { get; init; } = 200;

    /// <summary>Only those whose last change has a smaller number: the next page after the last alert seen.</summary>
    public long? Before { get; init; }

    /// <summary>The one raised last first, and of those raised at one moment the greater id; the limit then keeps the newest.</summary>
    public bool NewestRaisedFirst { get; init; }
}
