using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Live;
using HealthDashboard.Monitoring;
using HealthDashboard.Tests.Support;
using HealthDashboard.Tests.Unit.Ingest;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Tests.Unit.Live;

/// <summary>What a wall is made of, in memory and on a clock that a test moves.</summary>
internal sealed class WallFixture
{
    public WallFixture()
    {
        Live = new LiveVitals(Time);
        Directory = new PatientDirectory(new MemoryPatientStore(), new Dictionary<VitalSign, SignLimits>(), Time, NullLogger<PatientDirectory>.Instance);
        Trends = new WallTrends(Vitals, Live, Directory, Time, NullLogger<WallTrends>.Instance);
        Watch = new RegionWatch(Options.Create(new WatchOptions()), Directory, Time, NullLogger<RegionWatch>.Instance);
        // Nothing is evaluated here unless a test does, so that what has arrived is what is current.
        Tiles = new BedTiles(new CurrentVitals(_ => State, Live, Vitals, Directory, AlarmRules.Default, Time), Live, AlarmRules.Default, Trends, new PersonNames(null!, null!, Time), Time);
    }

    public ManualTime Time { get; } = new(new DateTimeOffset(2026, 1, 5, 8, 0, 0, TimeSpan.Zero));

    public MemoryVitals Vitals { get; } = new();

    public LiveVitals Live { get; }

    public PatientDirectory Directory { get; }

    public RegionWatch Watch { get; }

    public WallTrends Trends { get; }

    /// <summary>What the alarms know of the patient; null for nothing.</summary>
    public MonitorState? State { get; set; }

    public BedTiles Tiles { get; }

    public Patient Patient { get; set; } = MemoryPatientStore.Make("A") with { BirthDate = new DateOnly(1960, 1, 1), Monitoring = MonitoringMode.Continuous };

    /// <summary>The patient's own limits; null for none.</summary>
    public AlarmLimits? Own { get; set; }

    private MonitoredPatient Monitored => new(Patient, new EffectiveLimits(new AlarmOptions().DefaultLimits, patient: Own, now: Time.GetUtcNow()));

    public void Read(VitalSign sign, double value) => Live.Apply([new(Patient.Id, sign, Time.GetUtcNow().ToUnixTimeMilliseconds(), value)]);

    public BedTile Tile(BedTile? before = null, params IReadOnlyList<Alert> open) => Tiles.Build(Monitored, open, before, Time.GetUtcNow());

    /// <summary>Lets the alarm rules judge readings, so that what they know is what is shown.</summary>
    public void Evaluate(params ReadOnlySpan<Reading> readings) =>
        State = AlarmEvaluator.Evaluate(State ?? new MonitorState(Patient.Id), Monitored, AlarmRules.Default, readings, Time.GetUtcNow()).State;

    public Alert Alert(VitalSign sign, AlertPriority priority, AlertResponse response = AlertResponse.Unacknowledged) => new()
    {
        Id = ObjectId.New(Time),
        PatientId = Patient.Id,
        Sign = sign.Info().Name,
        Priority = priority,
        Response = response,
        RaisedAt = Time.GetUtcNow(),
        Text = $"{new string('*', (int)priority)} {sign.Info().Label} 30 < 50",
    };
}
