using HealthDashboard.Data.Model;

namespace HealthDashboard.Clinical;

/// <summary>What the evaluator remembers of one patient; made new by each evaluation and never changed after.</summary>
internal sealed record MonitorState
{
    /// <summary>One more than the greatest number of a <see cref="VitalSign"/>.</summary>
    public const int SignCount = 10;

    /// <param name="patientId">Whose it is; nothing has been measured.</param>
    public MonitorState(ObjectId patientId) => PatientId = patientId;

    /// <summary>Whose it is.</summary>
    public ObjectId PatientId { get; }

    /// <summary>The patient's open alerts.</summary>
    public IReadOnlyList<Alert> Open { get; init; } = [];

    /// <summary>Limit alerts that ended so recently that a new breach is the same alert going on (docs/clinical.md, B5).</summary>
    internal IReadOnlyList<Alert> Ended { get; init; } = [];

    internal SignState[] Signs { get; init; } = new SignState[SignCount];

    internal ScoreState Score { get; init; }

    internal WatchState Watch { get; init; }

    /// <summary>The devices whose clocks are wrong, or were until just now.</summary>
    internal IReadOnlyList<DeviceClock> Clocks { get; init; } = [];

    /// <summary>
    /// Readings that were ahead of their arrival by more than a second and still are ahead of what is known: read back from a store they
    /// would be taken for newer than they are.
    /// </summary>
    internal IReadOnlyList<Ahead> Ahead { get; init; } = [];

    /// <summary>Silence before this time is not the device's: nobody was listening. Milliseconds since 1970-01-01 UTC.</summary>
    internal long ListeningSince { get; init; }

    /// <summary>The latest reading evaluated of each sign, by its effective time, sensor-off ones too.</summary>
    public IReadOnlyList<Reading> Latest
    {
        get
        {
            var latest = new List<Reading>(SignCount);
            for (var sign = 1; sign < SignCount; sign++)
            {
                ref var source = ref Signs[sign].Main;
                if (source.Time != 0)
                    latest.Add(new Reading(PatientId, (VitalSign)sign, source.Time, source.Value, source.Device));
            }

            return latest;
        }
    }

    /// <summary>The effective time of the last reading of a sign that was evaluated: what came later is to be evaluated again after a crash. Null when none was.</summary>
    public DateTimeOffset? LastReadingTime(VitalSign sign) =>
        Signs[(int)sign].LastTime is > 0 and var time ? DateTimeOffset.FromUnixTimeMilliseconds(time) : null;

    /// <summary>The state with an alert as someone changed it; one that has ended is no longer among the open ones.</summary>
    public MonitorState With(Alert alert) => this with
    {
        Open = alert.IsOpen ? [.. Open.Where(a => a.Id != alert.Id), alert] : [.. Open.Where(a => a.Id != alert.Id)],
        // A latched alert ends when it is acknowledged: what begins soon after is the same one going on.
        Ended = !alert.IsOpen && alert.Kind == AlertKind.Limit && Open.Concat(Ended).Any(a => a.Id == alert.Id)
            ? [.. Ended.Where(a => a.Key != alert.Key), alert]
            : [.. Ended.Where(a => a.Id != alert.Id)],
    };

    /// <summary>The state without an alert that never stood: nothing that begins soon after is that one going on.</summary>
    public MonitorState Without(ObjectId alertId) => this with
    {
        Open = [.. Open.Where(a => a.Id != alertId)],
        Ended = [.. Ended.Where(a => a.Id != alertId)],
    };

    /// <summary>The state of a program that begins to listen now: silence is counted from here on.</summary>
    public MonitorState ListenFrom(DateTimeOffset now) => this with { ListeningSince = now.ToUnixTimeMilliseconds() };

    /// <summary>For <see cref="Data.Stores.IAlertStore"/>; open alerts are not in it, the store has them.</summary>
    public byte[] Serialize() => MonitorStateFormat.Write(this);

    /// <summary>Reads what <see cref="Serialize"/> wrote; nothing at all is the state of a patient never seen.</summary>
    /// <exception cref="InvalidDataException">Not such data, or of another format.</exception>
    public static MonitorState Deserialize(ObjectId patientId, ReadOnlySpan<byte> data, IReadOnlyList<Alert> open) =>
        data.IsEmpty ? new MonitorState(patientId) { Open = open } : MonitorStateFormat.Read(patientId, data, open);
}

/// <summary>A reading that claimed a later time than that of its arrival.</summary>
/// <param name="Sign">Its sign.</param>
/// <param name="Time">The time that it claimed, in milliseconds since 1970-01-01 UTC.</param>
internal readonly record struct Ahead(VitalSign Sign, long Time);

/// <summary>What is remembered of how closely a patient is watched. Times as in <see cref="SignState"/>.</summary>
internal record struct WatchState
{
    /// <summary>When the patient was first evaluated: the beginning of the stay, as far as alarms know.</summary>
    public long Since;

    /// <summary>When the stream of heart rate, respiratory rate and SpO2 that still goes on began, by effective time.</summary>
    public long StreamSince;

    /// <summary>Its last reading.</summary>
    public long StreamLast;

    /// <summary>Whether a device has sent for so long that the patient counts as continuously monitored.</summary>
    public bool Streamed;

    /// <summary>The time of the last complete set of observations; 0 when there was none.</summary>
    public long SetTime;

    /// <summary>Its score.</summary>
    public int SetScore;

    /// <summary>Whether one parameter of it scored 3.</summary>
    public bool SetThree;
}
