using HealthDashboard.Data.Model;

namespace HealthDashboard.Demo;

/// <summary>A patient's own values on a quiet afternoon, in each sign's unit.</summary>
internal sealed record Baseline(
    double HeartRate, double RespiratoryRate, double Spo2, double Systolic, double Diastolic, double Temperature, double OxygenFlow = 0)
{
    /// <summary>Whether short incidents and artefacts happen. For who is unwell already each would look like an emergency.</summary>
    public bool HasIncidents { get; init; } = true;
}

/// <summary>What a body does at one moment, before anybody measures it; units as <see cref="VitalSign"/>.</summary>
internal readonly record struct VitalState(
    double HeartRate,
    double RespiratoryRate,
    double Spo2,
    double Systolic,
    double Diastolic,
    double Temperature,
    double OxygenFlow,
    Acvpu Consciousness)
{
    /// <summary>The usual estimate of the mean: a third of the way from diastolic to systolic.</summary>
    public double MeanPressure => Diastolic + ((Systolic - Diastolic) / 3);
}

/// <summary>
/// A body as a function of time: slow drift, a day's rhythm and the noise of each second around the patient's own values, and the
/// way the signs follow one another when something is wrong. For demonstrations; the rules of thumb are named where they are used.
/// </summary>
internal static class Physiology
{
    private const int Day = 86_400;
    private const double Afternoon = 16.0 / 24;

    private enum Channel
    {
        HeartSlow = 1,
        HeartFast,
        HeartBeat,
        BreathSlow,
        BreathFast,
        OxygenSlow,
        OxygenFast,
        PressureSlow,
        PressureFast,
        PressureBeat,
        Diastolic,
        Temperature,
    }

    /// <summary>The body at a second since 1970-01-01 UTC.</summary>
    public static VitalState At(Baseline own, in Noise noise, in Disturbance wrong, long second)
    {
        // Highest in the afternoon, lowest before dawn.
        var rhythm = Math.Cos(2 * Math.PI * (((double)(second % Day) / Day) - Afternoon));

        var spo2 = own.Spo2 - wrong.Shunt + (0.3 * rhythm)
            + (0.5 * noise.Smooth((int)Channel.OxygenSlow, second, 900)) + (0.3 * noise.Smooth((int)Channel.OxygenFast, second, 40));
        spo2 = Math.Clamp(spo2, 35, 100);
        // Below about 90 % the body works against it: a faster heart and faster breathing. Who lives with less is used to it.
        var hypoxia = Math.Clamp(Math.Min(own.Spo2 - 3, 91) - spo2, 0, 25);

        // A degree of fever is worth about 10 beats and 2 breaths a minute.
        var heart = own.HeartRate + (4 * rhythm)
            + (3 * noise.Smooth((int)Channel.HeartSlow, second, 600)) + (2 * noise.Smooth((int)Channel.HeartFast, second, 60))
            + (10 * wrong.Fever) + (1.4 * hypoxia) + (105 * wrong.VolumeLoss) + (25 * wrong.Vasodilation) + wrong.Tachycardia;
        heart = (heart * (1 - wrong.Block)) + noise.White((int)Channel.HeartBeat, second);

        var breath = own.RespiratoryRate + (0.5 * rhythm)
            + (0.8 * noise.Smooth((int)Channel.BreathSlow, second, 300)) + (0.6 * noise.Smooth((int)Channel.BreathFast, second, 30))
            + (2 * wrong.Fever) + (0.45 * hypoxia) + (18 * wrong.VolumeLoss) + (6 * wrong.Vasodilation) + (0.1 * wrong.Tachycardia);

        var drift = (4 * rhythm) + (5 * noise.Smooth((int)Channel.PressureSlow, second, 1200))
            + (2 * noise.Smooth((int)Channel.PressureFast, second, 45)) + noise.White((int)Channel.PressureBeat, second);
        var systolic = (own.Systolic * (1 - (0.85 * wrong.VolumeLoss) - (0.38 * wrong.Vasodilation) - (0.3 * wrong.Block))) + drift;
        var diastolic = (own.Diastolic * (1 - (0.6 * wrong.VolumeLoss) - (0.45 * wrong.Vasodilation) - (0.2 * wrong.Block)))
            + (0.5 * drift) + noise.Smooth((int)Channel.Diastolic, second, 300);
        systolic = Math.Max(systolic, 30);
        diastolic = Math.Clamp(diastolic, 15, systolic - 12);

        var state = new VitalState(
            Math.Clamp(heart, 15, 230),
            Math.Clamp(breath, 4, 60),
            spo2,
            systolic,
            diastolic,
            own.Temperature + (0.2 * rhythm) + (0.1 * noise.Smooth((int)Channel.Temperature, second, 3600)) + wrong.Fever,
            Math.Round(own.OxygenFlow + wrong.Oxygen),
            Acvpu.A);
        return state with { Consciousness = ConsciousnessOf(state, wrong) };
    }

    // A brain without enough pressure or oxygen first gets confused, then drowsy.
    private static Acvpu ConsciousnessOf(in VitalState state, in Disturbance wrong) =>
        state.MeanPressure < 42 || state.Spo2 < 65 ? Acvpu.P
        : state.MeanPressure < 50 || state.Spo2 < 72 ? Acvpu.V
        : state.MeanPressure < 57 || state.Spo2 < 78 || wrong.Confusion >= 0.5 ? Acvpu.C
        : Acvpu.A;
}
