using HealthDashboard.Data.Model;
using HealthDashboard.Tests.Unit.Oracle;

namespace HealthDashboard.Tests.Unit.TimeTravel;

/// <summary>
/// Four made-up hours of a ward: devices with gaps, sensors that are off, values that arrive late, rounds by hand, a move, a discharge, an
/// admission, and alerts with all that can happen to one. The same number makes the same story.
/// </summary>
internal sealed class PastStory
{
    public const int Hours = 4;

    private static readonly (VitalSign Sign, int Seconds, double Usual, double Spread)[] Device =
    [
        (VitalSign.HeartRate, 15, 85, 60), (VitalSign.RespiratoryRate, 15, 18, 10), (VitalSign.Spo2, 15, 94, 6),
        (VitalSign.Systolic, 900, 120, 60), (VitalSign.Diastolic, 900, 75, 30),
    ];

    private readonly Random random;
    private readonly List<Reading> readings = [];

    public PastStory(int seed, DateTimeOffset start)
    {
        (random, Start) = (new Random(seed), start);
        for (var i = 0; i < 3; i++)
            Continuous(Record(i, MonitoringMode.Continuous));
        Rounds(Record(3, MonitoringMode.SpotCheck), systolic: 120, every: 70);
        Rounds(Record(4, MonitoringMode.SpotCheck), systolic: 80, every: 100);
        Versions[0].Add((Hour(1.2), Versions[0][0].Record with { Ward = "Surgery", Bed = "12" }));
        Versions[1].Add((Hour(2.4), Versions[1][0].Record with { Status = PatientStatus.Discharged }));
        Versions[2][0] = (Hour(0.6), Versions[2][0].Record);
        for (var i = 0; i < 60; i++)
            Changes.AddRange(Alert(i));
    }

    public DateTimeOffset Start { get; }

    /// <summary>Each patient's versions of the record and since when each held.</summary>
    public List<List<(DateTimeOffset Since, Patient Record)>> Versions { get; } = [];

    /// <summary>Every change of an alert, alert after alert.</summary>
    public List<AlertChange> Changes { get; } = [];

    /// <summary>The readings as they arrive: some long after they were measured.</summary>
    public IReadOnlyList<Reading> Arrived => [.. readings.OrderBy(reading => reading.Time + (new Random((int)(reading.Time ^ (long)reading.Sign)).Next(20) == 0 ? 600_000 : 0))];

    /// <summary>Who was here at a moment, as the record was.</summary>
    public IEnumerable<Patient> Here(DateTimeOffset at) =>
        from versions in Versions
        let known = versions.Where(version => version.Since <= at).ToList()
        where known.Count > 0 && known[^1].Record.Status == PatientStatus.Admitted
        select known[^1].Record;

    /// <summary>The last value of each sign up to a moment, with its age and whether it counted.</summary>
    public IEnumerable<(Reading Last, string State)> Values(Patient patient, DateTimeOffset at) =>
        from reading in readings
        where reading.PatientId == patient.Id && reading.At <= at && reading.At >= at.AddHours(-24)
        group reading by reading.Sign into sign
        orderby sign.Key
        let last = sign.MaxBy(reading => reading.Time)
        let counts = CountsFor(patient, sign.Key)
        select (last, at - last.At > counts ? "stale" : last.Value == 0 && sign.Key <= VitalSign.MeanPressure ? "sensorOff" : "current");

    /// <summary>The NEWS2 score of a moment: null when nothing counted, and whether all of it did.</summary>
    public (int? Score, bool Complete) Score(Patient patient, DateTimeOffset at)
    {
        var current = Values(patient, at).Where(value => value.State == "current").ToDictionary(value => value.Last.Sign, value => value.Last.Value);
        VitalSign[] scored =
            [VitalSign.HeartRate, VitalSign.RespiratoryRate, VitalSign.Spo2, VitalSign.Systolic, VitalSign.Temperature, VitalSign.OxygenFlow, VitalSign.Consciousness];
        var points = scored.Where(current.ContainsKey).Select(sign => Chart.Points(sign, current[sign], scale: 1, oxygen: false)).ToList();
        return (points.Count == 0 ? null : points.Sum(), points.Count == scored.Length);
    }

    /// <summary>The alerts of a patient that were open at a moment, each as its changes up to then have left it.</summary>
    public IEnumerable<Alert> Open(Patient patient, DateTimeOffset at) =>
        from change in Changes
        where change.Alert.PatientId == patient.Id && change.Time <= at
        group change.Alert by change.Alert.Id into alert
        let last = alert.MaxBy(version => version.Version)
        where last.Condition != AlertCondition.Ended
        select last;

    // Of a device five minutes, of a cuff an hour, of what is charted twelve. What rounds measure counts until the next are due: after a score of 0
    // for twelve hours, after one that asks for urgent review for one.
    private TimeSpan CountsFor(Patient patient, VitalSign sign) => sign switch
    {
        VitalSign.HeartRate or VitalSign.RespiratoryRate or VitalSign.Spo2 =>
            patient.Monitoring == MonitoringMode.Continuous ? TimeSpan.FromMinutes(5) : TimeSpan.FromHours(patient.Id == Versions[4][0].Record.Id ? 1 : 12),
        VitalSign.Systolic or VitalSign.Diastolic => TimeSpan.FromHours(1),
        _ => TimeSpan.FromHours(12),
    };

    private Patient Record(int number, MonitoringMode mode)
    {
        var record = new Patient
        {
            Id = ObjectId.Parse($"0123456789abcdef0000000{number}"),
            Mrn = $"M-{number}",
            Region = "North",
            Ward = "ICU",
            Bed = $"{number + 1}",
            GivenName = "Zoë",
            FamilyName = $"Quist {number}",
            BirthDate = new DateOnly(1960, 2, 29),
            Monitoring = mode,
        };
        Versions.Add([(Start, record)]);
        return record;
    }

    private void Continuous(Patient patient)
    {
        foreach (var (sign, seconds, usual, spread) in Device)
        {
            for (var second = random.Next(seconds); second < Hours * 3600; second += seconds)
            {
                // Now and then the device sends nothing for minutes, and a sensor is off.
                if (random.Next(80) == 0)
                    second += random.Next(1200);
                Add(patient, sign, second, random.Next(40) == 0 ? 0 : Math.Round(usual + ((random.NextDouble() - 0.5) * spread)));
            }
        }
        Add(patient, VitalSign.Temperature, random.Next(3600), 38.5);
        Add(patient, VitalSign.OxygenFlow, random.Next(3600), random.Next(2) * 4);
        Add(patient, VitalSign.Consciousness, random.Next(3600), random.Next(2));
    }

    private void Rounds(Patient patient, double systolic, int every)
    {
        for (var minute = 10 + random.Next(20); minute < Hours * 60; minute += every)
        {
            foreach (var (sign, value) in ((VitalSign, double)[])[(VitalSign.HeartRate, 80), (VitalSign.RespiratoryRate, 15), (VitalSign.Spo2, 97), (VitalSign.Systolic, systolic),
                (VitalSign.Temperature, 37), (VitalSign.OxygenFlow, 0), (VitalSign.Consciousness, 0)])
                Add(patient, sign, minute * 60, value);
        }
    }

    private void Add(Patient patient, VitalSign sign, int second, double value) =>
        readings.Add(new(patient.Id, sign, Start.AddSeconds(second).ToUnixTimeMilliseconds(), value));

    private IEnumerable<AlertChange> Alert(int number)
    {
        var patient = Versions[number % 5][0].Record;
        var at = Start.AddSeconds(random.Next(Hours * 3600));
        var alert = new Alert
        {
            Id = ObjectId.Parse($"abcdef0123456789000000{number:00}"),
            PatientId = patient.Id,
            Sign = $"device:{number}", // Each its own, as at most one is open for a sign.
            Kind = AlertKind.Technical,
            Priority = (AlertPriority)random.Next(1, 4),
            RaisedAt = at,
            RecordedAt = at,
            Text = $"alert {number}",
            Version = 1,
        };
        yield return new(AlertChangeKind.Raised, alert, AlertChange.SystemActor, at);
        for (var i = random.Next(6); i > 0; i--)
        {
            at = at.AddSeconds(random.Next(1, 1500));
            var (kind, next) = random.Next(7) switch
            {
                0 => (AlertChangeKind.Acknowledged, alert with { Response = AlertResponse.Acknowledged, AcknowledgedAt = at, AcknowledgedBy = "nurse", Note = "seen" }),
                1 => (AlertChangeKind.Escalated, alert with { Escalation = alert.Escalation + 1, EscalatedTo = "Dr. Ada" }),
                2 => (AlertChangeKind.Latched, alert with { Condition = AlertCondition.Latched, EndedAt = at }),
                3 => (AlertChangeKind.Resumed, alert with { Condition = AlertCondition.Active, EndedAt = null, Count = alert.Count + 1 }),
                4 => (AlertChangeKind.Withdrawn, alert with { Response = AlertResponse.Unacknowledged, AcknowledgedAt = null, AcknowledgedBy = null, Note = null, Reason = "worse", Priority = AlertPriority.High }),
                5 => (AlertChangeKind.Ended, alert with { Condition = AlertCondition.Ended, EndedAt = at }),
                _ => (AlertChangeKind.Updated, alert with { Text = $"alert {number} at {at:HH:mm:ss}" }),
            };
            alert = next with { Version = alert.Version + 1 };
            yield return new(kind, alert, kind == AlertChangeKind.Acknowledged ? "nurse" : AlertChange.SystemActor, at);
        }
    }

    private DateTimeOffset Hour(double hour) => Start.AddHours(hour);
}
