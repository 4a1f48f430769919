using System.Buffers.Binary;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Demo;

/// <summary>
/// What is measured of a simulated patient, when, and how exactly: heart rate, respiratory rate and SpO2 every second; pressures
/// every second by an arterial line, else by a cuff; temperature, oxygen and consciousness when a nurse charts them.
/// A function of time like the body it watches.
/// </summary>
/// <param name="id">The patient.</param>
/// <param name="baseline">The patient's own values.</param>
/// <param name="device">The device's name.</param>
/// <param name="arterialLine">Whether pressures come from an arterial line and temperature from a probe, as in intensive care.</param>
internal sealed class BedsideMonitor(ObjectId id, Baseline baseline, string device, bool arterialLine)
{
    // While something is wrong somebody stands at the bed.
    private const int CloseCuff = 30;
    private const int CloseRound = 15;
    private const int ProbeEvery = 300;
    private const int RoundEvery = 4 * 3600;
    private static readonly int[] CuffEvery = [900, 1200, 1800];

    private readonly Noise noise = NoiseOf(id);

    public ObjectId PatientId => id;

    /// <summary>Randomness that belongs to a patient.</summary>
    public static Noise NoiseOf(ObjectId id) => new(BinaryPrimitives.ReadUInt64LittleEndian(id.ToByteArray().AsSpan(4)));

    /// <summary>Adds the readings of one second.</summary>
    /// <param name="second">Seconds since 1970-01-01 UTC.</param>
    /// <param name="scenario">What a presenter has let happen.</param>
    /// <param name="all">Whether every sign is measured, also those that are not due: a monitor that has just been connected.</param>
    /// <param name="readings">Where to.</param>
    /// <param name="step">Seconds until the next call: what is due in between is measured now.</param>
    public void Read(long second, in Disturbance scenario, bool all, List<Reading> readings, int step = 1)
    {
        if (scenario.Silent >= 0.5)
            return;
        var wrong = baseline.HasIncidents ? scenario.With(Incidents.At(noise, second)) : scenario;
        var body = Physiology.At(baseline, noise, wrong, second);
        var artefact = baseline.HasIncidents ? Artefact.At(noise, second) : default;

        Add(VitalSign.HeartRate, artefact.Off ? 0 : Math.Clamp(body.HeartRate + artefact.HeartRate, 15, 240));
        Add(VitalSign.RespiratoryRate, artefact.Off ? 0 : body.RespiratoryRate);
        Add(VitalSign.Spo2, artefact.Off || wrong.ProbeOff >= 0.5 ? 0 : Math.Max(body.Spo2 - artefact.Spo2, 30));

        if (all || arterialLine || IsDue(second, scenario.IsMarked ? CloseCuff : CuffEvery[noise.Pick(140, CuffEvery.Length)], step))
        {
            Add(VitalSign.Systolic, body.Systolic);
            Add(VitalSign.Diastolic, body.Diastolic);
            Add(VitalSign.MeanPressure, body.MeanPressure);
        }
        var round = scenario.IsMarked ? CloseRound : RoundEvery;
        if (all || IsDue(second, arterialLine ? Math.Min(ProbeEvery, round) : round, step))
            Add(VitalSign.Temperature, body.Temperature);
        if (all || IsDue(second, round, step))
        {
            Add(VitalSign.OxygenFlow, body.OxygenFlow);
            Add(VitalSign.Consciousness, (double)body.Consciousness);
        }

        void Add(VitalSign sign, double value) => readings.Add(
            new Reading(id, sign, second * 1000, Math.Round(value, sign == VitalSign.Temperature || sign == VitalSign.OxygenFlow ? 1 : 0), device));
    }

    // Each bed at its own time, so that the ward's cuffs do not all pump at once.
    private bool IsDue(long second, int every, int step) => (second + step - 1 + noise.Pick(141, RoundEvery)) % every < step;
}
