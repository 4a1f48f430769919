using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Alarms;

/// <summary>One evaluation under way: a copy of the state to work on, and the changes to alerts so far.</summary>
internal sealed class AlarmWork(MonitorState state, MonitoredPatient patient, AlarmRules rules, DateTimeOffset now)
{
    private readonly List<Alert> open = [.. state.Open];
    private readonly List<AlertChange> changes = [];

    /// <summary>What is remembered of each sign, by its number.</summary>
    public readonly SignState[] Signs = (SignState[])state.Signs.Clone();

    /// <summary>Room for the latest sample of each sign, so that scoring allocates nothing.</summary>
    public readonly Sample[] Latest = new Sample[MonitorState.SignCount];

    /// <summary>What is remembered of the score.</summary>
    public ScoreState Score = state.Score;

    public MonitoredPatient Patient { get; } = patient;

    public AlarmRules Rules { get; } = rules;

    /// <summary>The time it is, in milliseconds since 1970-01-01 UTC.</summary>
    public long Now { get; } = now.ToUnixTimeMilliseconds();

    /// <summary>Silence before this time is not the device's.</summary>
    public long ListeningSince { get; set; } = state.ListeningSince;

    /// <summary>The open alerts as they are now.</summary>
    public IReadOnlyList<Alert> Open => open;

    public Evaluation Finish() => new(new MonitorState(state.PatientId, Signs, Score, open, ListeningSince), changes);

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

    /// <summary>Changes an open alert; a higher priority breaks the silence of all of the patient's alerts, its own too.</summary>
    public void Change(Alert alert, AlertChangeKind kind, long at)
    {
        var index = open.FindIndex(a => a.Id == alert.Id);
        var rises = alert.Priority > open[index].Priority;
        if (rises || kind == AlertChangeKind.Resumed)
        {
            alert = alert with { SilencedUntil = null };
            BreakSilence(at, except: alert.Id);
        }

        if (rises && alert.Response == AlertResponse.Acknowledged)
        {
            // Whoever took it took something less urgent: it calls again, and its escalation starts anew.
            alert = alert with { Response = AlertResponse.Unacknowledged, AcknowledgedAt = null, AcknowledgedBy = null, Note = null, RecordedAt = Time(Now) };
        }

        var changed = alert with { Version = open[index].Version + 1, Sequence = 0 };
        if (changed.IsOpen)
            open[index] = changed;
        else
            open.RemoveAt(index);
        changes.Add(new AlertChange(kind, changed, AlertChange.SystemActor, Time(at)));
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

    private static ObjectId IdOf(ObjectId patientId, string sign, AlertDirection direction, long at)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{patientId}|{sign}|{direction}|{at}"), hash);
        // As in any ObjectId the first four bytes are seconds, so that later alerts sort later.
        BinaryPrimitives.WriteUInt32BigEndian(hash, (uint)(at / 1000));
        return new ObjectId(hash[..ObjectId.Size]);
    }
}
