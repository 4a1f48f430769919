using HealthDashboard.Data.Model;

namespace HealthDashboard.Alarms;

/// <summary>What the evaluator remembers of one patient; made new by each evaluation and never changed after.</summary>
internal sealed class MonitorState
{
    /// <summary>One more than the greatest number of a <see cref="VitalSign"/>.</summary>
    public const int SignCount = 10;

    public MonitorState(ObjectId patientId)
        : this(patientId, new SignState[SignCount], default, [], 0)
    {
    }

    internal MonitorState(ObjectId patientId, SignState[] signs, ScoreState score, IReadOnlyList<Alert> open, long listeningSince)
    {
        PatientId = patientId;
        Signs = signs;
        Score = score;
        Open = open;
        ListeningSince = listeningSince;
    }

    /// <summary>Whose it is.</summary>
    public ObjectId PatientId { get; }

    /// <summary>The patient's open alerts.</summary>
    public IReadOnlyList<Alert> Open { get; init; }

    internal SignState[] Signs { get; }

    internal ScoreState Score { get; }

    /// <summary>Silence before this time is not the device's: nobody was listening. Milliseconds since 1970-01-01 UTC.</summary>
    internal long ListeningSince { get; }

    /// <summary>The latest reading evaluated of each sign, sensor-off ones too.</summary>
    public IReadOnlyList<Reading> Latest
    {
        get
        {
            var latest = new List<Reading>(SignCount);
            for (var sign = 1; sign < SignCount; sign++)
            {
                if (Signs[sign].LastTime != 0)
                    latest.Add(new Reading(PatientId, (VitalSign)sign, Signs[sign].LastTime, Signs[sign].LastValue));
            }

            return latest;
        }
    }

    /// <summary>The time of the last reading of a sign that was evaluated: what came later is to be evaluated again after a crash. Null when none was.</summary>
    public DateTimeOffset? LastReadingTime(VitalSign sign) =>
        Signs[(int)sign].LastTime is > 0 and var time ? DateTimeOffset.FromUnixTimeMilliseconds(time) : null;

    /// <summary>The state with an alert as someone changed it; one that has ended leaves the state.</summary>
    public MonitorState With(Alert alert)
    {
        var open = Open.Where(a => a.Id != alert.Id).ToList();
        if (alert.IsOpen)
            open.Add(alert);
        return new MonitorState(PatientId, Signs, Score, open, ListeningSince);
    }

    /// <summary>The state of a program that begins to listen now: silence is counted from here on.</summary>
    public MonitorState ListenFrom(DateTimeOffset now) => new(PatientId, Signs, Score, Open, now.ToUnixTimeMilliseconds());

    /// <summary>For <see cref="Data.Stores.IAlertStore"/>; open alerts are not in it, the store has them.</summary>
    public byte[] Serialize() => MonitorStateFormat.Write(this);

    /// <summary>Reads what <see cref="Serialize"/> wrote; nothing at all is the state of a patient never seen.</summary>
    /// <exception cref="InvalidDataException">Not such data, or of a later format.</exception>
    public static MonitorState Deserialize(ObjectId patientId, ReadOnlySpan<byte> data, IReadOnlyList<Alert> open) =>
        data.IsEmpty ? new MonitorState(patientId) { Open = open } : MonitorStateFormat.Read(patientId, data, open);
}
