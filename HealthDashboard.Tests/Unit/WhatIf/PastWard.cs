using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Unit.Monitoring;
using HealthDashboard.WhatIf;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Tests.Unit.WhatIf;

/// <summary>
/// A made-up past of one bed, evaluated as it happens live: second by second, the clock ticking between. What comes of it is in the stores as a node would
/// have left it.
/// </summary>
/// <param name="world">The stores and the clock.</param>
/// <param name="seed">Of what is left to chance.</param>
/// <param name="late">How many milliseconds a reading takes to arrive at most.</param>
internal sealed class PastWard(AlertWorld world, int seed, int late = 0)
{
    private const int TicksPerSave = 200;

    private readonly Random chance = new(seed);
    private readonly List<AlertChange> unsaved = [];
    private readonly List<Reading> stored = [];
    private readonly AlarmOptions options = new();
    private MonitorState state = null!;
    private MonitoredPatient patient = null!;
    private AlarmLimits? ward;
    private AlarmLimits? own;

    /// <summary>When it began.</summary>
    public DateTimeOffset Start { get; private set; }

    /// <summary>What holds now.</summary>
    public Patient Record => patient.Patient;

    public List<Reading> Readings { get; } = [];

    /// <summary>Begins the stay.</summary>
    public void Begin()
    {
        Start = world.Time.GetUtcNow();
        state = new MonitorState(world.Patient.Id);
        Become(world.Patient);
    }

    /// <summary>Lets seconds pass in which each sign has a value, none, or zero for a sensor that is off.</summary>
    public async Task PassAsync(int seconds, Func<int, VitalSign, double?> value)
    {
        for (var second = 0; second < seconds; second++)
        {
            var at = Milliseconds();
            var readings = new List<Reading>();
            foreach (var info in VitalSigns.All)
            {
                if (value(second, info.Sign) is { } given)
                    readings.Add(new(Record.Id, info.Sign, at, given, "monitor", at + chance.Next(late + 1)));
            }
            // In the order of arrival, as batches of a gateway are.
            world.Time.Advance(TimeSpan.FromMilliseconds(late));
            Evaluate([.. readings]);
            Readings.AddRange(readings);
            stored.AddRange(readings);
            world.Time.Advance(TimeSpan.FromMilliseconds(400));
            if (chance.Next(40) == 0)
                Acknowledge();
            world.Time.Advance(TimeSpan.FromMilliseconds(600 - late));
            Evaluate([]);
            if (second % TicksPerSave == 0)
                await SaveAsync();
        }
        await SaveAsync();
    }

    /// <summary>Sets limits of the ward or of the patient.</summary>
    public async Task SetAsync(bool ofWard, AlarmLimits limits)
    {
        var scope = ofWard ? LimitScope.OfWard(Record.Region, Record.Ward) : LimitScope.OfPatient(Record.Id);
        var set = await world.Patients.PutLimitsAsync(scope, limits with { SetAt = world.Time.GetUtcNow(), SetBy = "doctor", Version = ((ofWard ? ward : own)?.Version ?? 0) });
        (ward, own) = ofWard ? (set, own) : (ward, set);
        Become(Record);
    }

    /// <summary>Changes the record.</summary>
    public async Task ChangeAsync(Func<Patient, Patient> change)
    {
        var wasAdmitted = Record.Status == PatientStatus.Admitted;
        Become(await world.Patients.ReplaceAsync(change(Record) with { ChangedAt = world.Time.GetUtcNow(), ChangedBy = "doctor" }));
        if (!wasAdmitted && Record.Status == PatientStatus.Admitted)
            state = state.ListenFrom(world.Time.GetUtcNow());
    }

    /// <summary>Runs a proposal over what happened since a time.</summary>
    public Task<Compared> RunAsync(DateTimeOffset from, DateTimeOffset to, Proposal proposal, Search? search = null, bool isOfWard = true) =>
        EngineOf(world).RunAsync(new([new(Record, isOfWard)], from, to, proposal, search), _ => { }, CancellationToken.None);

    public static WhatIfEngine EngineOf(AlertWorld world) =>
        new(world.Vitals, new PatientPastReader(world.Alerts, world.Patients, Options.Create(new AlarmOptions()), world.Time), AlarmRules.Default);

    private void Become(Patient record)
    {
        var now = world.Time.GetUtcNow();
        patient = new(record, new EffectiveLimits(AgeLimits.Of(record, DateOnly.FromDateTime(now.UtcDateTime), options.DefaultLimits), ward, own, now));
        Evaluate([]);
    }

    private void Evaluate(Reading[] readings)
    {
        var evaluation = AlarmEvaluator.Evaluate(state, patient, AlarmRules.Default, readings, world.Time.GetUtcNow());
        state = evaluation.State;
        unsaved.AddRange(evaluation.Changes);
    }

    private void Acknowledge()
    {
        if (state.Open.Count == 0)
            return;
        var alert = state.Open[chance.Next(state.Open.Count)];
        if (AlertLife.Acknowledge(alert, "nurse", chance.Next(3) == 0 ? "seen" : null, world.Time.GetUtcNow()) is not { } change)
            return;
        state = state.With(change.Alert);
        unsaved.Add(change);
    }

    private async Task SaveAsync()
    {
        await world.Vitals.AppendAsync(stored);
        Assert.All(await world.Alerts.WriteAsync(unsaved, []), outcome => Assert.True(outcome.Taken));
        stored.Clear();
        unsaved.Clear();
    }

    private long Milliseconds() => world.Time.GetUtcNow().ToUnixTimeMilliseconds();
}
