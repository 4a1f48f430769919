using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Clinical;

/// <summary>One evaluation under way: a copy of the state to work on, and the changes to alerts so far.</summary>
internal sealed class AlarmWork
{
    private readonly MonitorState state;
    private readonly List<Alert> open;
    private readonly List<AlertChange> changes = [];
    private IReadOnlyList<Alert> ended;

    private AlarmWork(MonitorState state, SignState[] signs, MonitoredPatient patient, AlarmRules rules, DateTimeOffset now)
    {
        (this.state, Signs, Patient, Rules, Now) = (state, signs, patient, rules, now.ToUnixTimeMilliseconds());
        Sides = patient.Limits.SidesBy(rules);
        (open, ended, Score, Watch, Clocks, Ahead, ListeningSince) = ([.. state.Open], state.Ended, state.Score, state.Watch, state.Clocks, state.Ahead, state.ListeningSince);
    }

    /// <summary>What is remembered of each sign, by its number.</summary>
    public readonly SignState[] Signs;

    /// <summary>The limits that hold, low before high, by number of the sign.</summary>
    public readonly Side[] Sides;

    /// <summary>What is remembered of the score.</summary>
    public ScoreState Score;

    /// <summary>What is remembered of how closely the patient is watched.</summary>
    public WatchState Watch;

    /// <summary>The devices whose clocks are wrong; replaced when it changes.</summary>
    public IReadOnlyList<DeviceClock> Clocks { get; set; }

    /// <summary>As <see cref="MonitorState.Ahead"/>; replaced when it changes.</summary>
    public IReadOnlyList<Ahead> Ahead { get; set; }

    public MonitoredPatient Patient { get; }

    public AlarmRules Rules { get; }

    /// <summary>The time it is, in milliseconds since 1970-01-01 UTC.</summary>
    public long Now { get; }

    /// <summary>Silence before this time is not the device's.</summary>
    public long ListeningSince { get; set; }

    /// <summary>The limit alerts that ended a moment ago.</summary>
    public IReadOnlyList<Alert> Ended => ended;

    /// <summary>The open alerts as they are now.</summary>
    public IReadOnlyList<Alert> Open => open;

    /// <summary>An evaluation that changes what is remembered.</summary>
    public static AlarmWork ToChange(MonitorState state, MonitoredPatient patient, AlarmRules rules, DateTimeOffset now) =>
        new(state, (SignState[])state.Signs.Clone(), patient, rules, now);

    /// <summary>A look that changes nothing: it sees the state itself, not a copy.</summary>
    public static AlarmWork ToLookAt(MonitorState state, MonitoredPatient patient, AlarmRules rules, DateTimeOffset now) =>
        new(state, state.Signs, patient, rules, now);

    public Evaluation Finish() => new(
        new MonitorState(state.PatientId)
        {
            Open = open,
            Ended = ended,
            Signs = Signs,
            Score = Score,
            Watch = Watch,
            Clocks = Clocks,
            Ahead = Ahead,
            ListeningSince = ListeningSince,
        },
        changes);

    /// <summary>The open alert for a key, latched ones too; null when there is none.</summary>
    public Alert? Find(string sign, AlertDirection direction)
    {
        foreach (var alert in open)
        {
            if (alert.Direction == direction && alert.Sign == sign)
                return alert;
        }

        return null;
    }

    /// <summary>The limit alert for a key that ended last, while a new breach would be the same alert going on; null when there is none.</summary>
    public Alert? FindEnded(string sign, AlertDirection direction)
    {
        foreach (var alert in ended)
        {
            if (alert.Direction == direction && alert.Sign == sign)
                return alert;
        }

        return null;
    }

    /// <summary>A new breach is a new alert from now on.</summary>
    public void ForgetEnded(Alert alert) => ended = [.. ended.Where(other => other.Id != alert.Id)];

    /// <summary>
    /// Opens an alert again that ended a moment ago. Its acknowledgement and its silence stay, unless it has become worse.
    /// </summary>
    /// <param name="alert">The alert as it ended.</param>
    /// <param name="active">The alert as it is now.</param>
    /// <param name="at">When, in the readings' time.</param>
    /// <param name="withdrawn">Why an acknowledgement is withdrawn; null for no other reason than a higher priority.</param>
    public void Reopen(Alert alert, Alert active, long at, string? withdrawn)
    {
        ForgetEnded(alert);
        open.Add(alert);
        Change(active with { Condition = AlertCondition.Active, EndedAt = null }, AlertChangeKind.Resumed, at, withdrawn: withdrawn);
    }

    /// <summary>Raises an alert. Its id follows from what it is about and when, so that evaluating again finds the same one.</summary>
    /// <param name="alert">The alert without id, times, patient and version.</param>
    /// <param name="at">When its condition had lasted long enough.</param>
    public void Raise(Alert alert, long at)
    {
        BreakSilence(at);
        var raised = alert with
        {
            Id = IdOf(state.PatientId, alert.Sign, alert.Direction, at),
            PatientId = state.PatientId,
            RaisedAt = Time(at),
            RecordedAt = Time(Now),
            Version = 1,
        };
        open.Add(raised);
        changes.Add(new AlertChange(AlertChangeKind.Raised, raised, AlertChange.SystemActor, Time(at)));
    }

    /// <summary>
    /// Changes an open alert. A higher priority breaks the silence of all of the patient's alerts, its own too, and withdraws an
    /// acknowledgement, because whoever gave it saw something less urgent.
    /// </summary>
    /// <param name="alert">The alert after the change, its version as before.</param>
    /// <param name="kind">What happened.</param>
    /// <param name="at">When, in the readings' time.</param>
    /// <param name="calls">Whether it calls people again although its priority is the same: what is silent then sounds.</param>
    /// <param name="withdrawn">Why an acknowledgement is withdrawn; null for no other reason than a higher priority.</param>
    public void Change(Alert alert, AlertChangeKind kind, long at, bool calls = false, string? withdrawn = null)
    {
        var index = open.FindIndex(a => a.Id == alert.Id);
        var rises = alert.Priority > open[index].Priority;
        if (rises && alert.Response == AlertResponse.Acknowledged)
            withdrawn ??= $"priority rose to {(alert.Priority == AlertPriority.High ? "high" : "medium")}";
        if (withdrawn is not null)
        {
            // It calls again, and its escalation starts anew with its full interval.
            alert = alert with
            {
                Response = AlertResponse.Unacknowledged,
                AcknowledgedAt = null,
                AcknowledgedBy = null,
                Note = null,
                Reason = withdrawn,
                Escalation = 0,
                EscalatedTo = null,
                RespondedBy = null,
                RespondedAt = null,
                RecordedAt = Time(Now),
            };
            kind = kind == AlertChangeKind.Updated ? AlertChangeKind.Withdrawn : kind;
        }

        if (rises || calls || withdrawn is not null)
        {
            alert = alert with { SilencedUntil = null };
            BreakSilence(at, except: alert.Id);
        }

        var changed = alert with { Version = open[index].Version + 1, Sequence = 0 };
        if (changed.IsOpen)
            open[index] = changed;
        else
            open.RemoveAt(index);
        changes.Add(new AlertChange(kind, changed, AlertChange.SystemActor, Time(at)));
        if (!changed.IsOpen && changed.Kind == AlertKind.Limit && Patient.Patient.Status == PatientStatus.Admitted)
            ended = [.. ended.Where(other => other.Key != changed.Key), changed];
    }

    /// <summary>Ends an alert's condition. A high one that nobody has acknowledged stays in view.</summary>
    public void End(Alert alert, long at, bool mayLatch = true)
    {
        // A late reading may lie before the moment the alert was raised at.
        at = Math.Max(at, alert.RaisedAt.ToUnixTimeMilliseconds());
        var latches = mayLatch && alert.Priority == AlertPriority.High && alert.Response == AlertResponse.Unacknowledged;
        if (latches && alert.Condition == AlertCondition.Latched)
            return;
        var condition = latches ? AlertCondition.Latched : AlertCondition.Ended;
        Change(
            alert with { Condition = condition, EndedAt = alert.EndedAt ?? Time(at) },
            latches ? AlertChangeKind.Latched : AlertChangeKind.Ended,
            at);
    }

    /// <summary>Forgets what was measured: the stay is over.</summary>
    public void Clear()
    {
        Array.Clear(Signs);
        (Score, Watch, Clocks, Ahead, ended) = (default, default, [], [], []);
    }

    public static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private void BreakSilence(long at, ObjectId? except = null)
    {
        for (var i = 0; i < open.Count; i++)
        {
            if (open[i].Id == except || open[i].SilencedUntil is not { } until || until.ToUnixTimeMilliseconds() <= Now)
                continue;
            if (AlertLife.Unsilence(open[i], AlertChange.SystemActor, Time(at)) is not { } change)
                continue;
            open[i] = change.Alert;
            changes.Add(change);
        }
    }

    /// <summary>The id of an alert, which follows from what it is about and when it was raised.</summary>
    internal static ObjectId IdOf(ObjectId patientId, string sign, AlertDirection direction, long at)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{patientId}|{sign}|{direction}|{at}"), hash);
        // As in any ObjectId the first four bytes are seconds, so that later alerts sort later.
        BinaryPrimitives.WriteUInt32BigEndian(hash, (uint)(at / 1000));
        return new ObjectId(hash[..ObjectId.Size]);
    }
}
