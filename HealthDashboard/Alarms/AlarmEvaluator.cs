using HealthDashboard.Data.Model;

namespace HealthDashboard.Alarms;

/// <summary>What the evaluator remembers of one patient; made new by each evaluation and never changed after.</summary>
internal sealed class MonitorState
{
    public MonitorState(ObjectId patientId) => PatientId = patientId;

    public ObjectId PatientId { get; }

    /// <summary>The patient's open alerts.</summary>
    public IReadOnlyList<Alert> Open { get; init; } = [];

    /// <summary>For <see cref="Data.Stores.IAlertStore"/>; open alerts are not in it, the store has them.</summary>
    public byte[] Serialize() => [];

    public static MonitorState Deserialize(ObjectId patientId, ReadOnlySpan<byte> data, IReadOnlyList<Alert> open) => new(patientId) { Open = open };
}

/// <summary>What an evaluation comes to.</summary>
/// <param name="State">The state after it.</param>
/// <param name="Changes">What happened to alerts, in order.</param>
internal readonly record struct Evaluation(MonitorState State, IReadOnlyList<AlertChange> Changes);

/// <summary>The alarm rules as a pure function: the same state, readings, limits and time give the same result.</summary>
internal static class AlarmEvaluator
{
    /// <param name="state">The state before.</param>
    /// <param name="patient">The patient and limits.</param>
    /// <param name="readings">New readings of this patient in any order; none for a mere passing of time.</param>
    /// <param name="now">The time it is.</param>
    public static Evaluation Evaluate(MonitorState state, MonitoredPatient patient, ReadOnlySpan<Reading> readings, DateTimeOffset now) =>
        new(state, []);
}
