using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Tests.Unit.Clinical;

/// <summary>One patient's alarms in a test: readings go in at seconds after a fixed start, changes are kept.</summary>
internal sealed class Bedside
{
    public static readonly DateTimeOffset Start = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);
    public static readonly ObjectId PatientId = ObjectId.Parse("65a000000000000000000001");

    private readonly List<AlertChange> log = [];

    public Bedside(IReadOnlyDictionary<VitalSign, SignLimits>? limits = null, Patient? patient = null) =>
        Patient = new MonitoredPatient(patient ?? Adult, new EffectiveLimits(limits ?? new AlarmOptions().DefaultLimits));

    public static Patient Adult { get; } = new()
    {
        Id = PatientId,
        Mrn = "T-1",
        Region = "north",
        Ward = "A1",
        GivenName = "Test",
        FamilyName = "Adult",
        BirthDate = new DateOnly(1960, 1, 1),
    };

    public MonitoredPatient Patient { get; set; }

    public AlarmRules Rules { get; init; } = AlarmRules.Default;

    public MonitorState State { get; private set; } = new(PatientId);

    public IReadOnlyList<AlertChange> Log => log;

    public IReadOnlyList<Alert> Open => State.Open;

    /// <summary>When time alone may change something next.</summary>
    public DateTimeOffset? NextDue => AlarmEvaluator.NextDue(State, Patient, Rules, Start);

    public static DateTimeOffset At(double seconds) => Start.AddMilliseconds(Math.Round(seconds * 1000));

    public static Reading Reading(VitalSign sign, double seconds, double value) =>
        new(PatientId, sign, At(seconds).ToUnixTimeMilliseconds(), value);

    /// <summary>A reading that arrives in the moment it is measured.</summary>
    public IReadOnlyList<AlertChange> Read(VitalSign sign, double seconds, double value) =>
        Evaluate(seconds, Reading(sign, seconds, value));

    /// <summary>The same value once a second, both ends included.</summary>
    public void Hold(VitalSign sign, int from, int to, double value)
    {
        for (var second = from; second <= to; second++)
            Read(sign, second, value);
    }

    /// <summary>Time passes with no reading.</summary>
    public IReadOnlyList<AlertChange> Pass(double seconds) => Evaluate(seconds);

    public IReadOnlyList<AlertChange> Evaluate(double now, params Reading[] readings)
    {
        var evaluation = AlarmEvaluator.Evaluate(State, Patient, Rules, readings, At(now));
        State = evaluation.State;
        log.AddRange(evaluation.Changes);
        return evaluation.Changes;
    }

    /// <summary>What a person did to an alert.</summary>
    public void Act(Func<Alert, AlertChange?> act)
    {
        var change = act(Open[0]) ?? throw new InvalidOperationException("The action changed nothing.");
        State = State.With(change.Alert);
        log.Add(change);
    }

    /// <summary>The program is killed and starts again with what was saved.</summary>
    public void Restart() => State = MonitorState.Deserialize(PatientId, State.Serialize(), State.Open);
}
