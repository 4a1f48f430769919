using System.Text.Json.Serialization;

namespace HealthDashboard.Demo;

/// <summary>What a presenter can let happen to a patient.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Scenario>))]
internal enum Scenario
{
    /// <summary>Fever, falling pressure, confusion: NEWS2 climbs to an emergency.</summary>
    [JsonStringEnumMemberName("sepsis")] Sepsis = 1,

    /// <summary>Oxygen saturation falls below the desaturation limit.</summary>
    [JsonStringEnumMemberName("hypoxia")] Hypoxia,

    /// <summary>Blood loss: the heart races and the pressure falls.</summary>
    [JsonStringEnumMemberName("bleeding")] Bleeding,

    /// <summary>A heart block: the heart rate falls below 40.</summary>
    [JsonStringEnumMemberName("bradycardia")] Bradycardia,

    /// <summary>The finger probe falls off.</summary>
    [JsonStringEnumMemberName("sensorOff")] SensorOff,

    /// <summary>The device falls silent.</summary>
    [JsonStringEnumMemberName("deviceSilent")] DeviceSilent,

    /// <summary>Whatever runs fades, back to the patient's own values.</summary>
    [JsonStringEnumMemberName("recovery")] Recovery,
}

/// <summary>The time courses of the scenarios.</summary>
internal static class ScenarioCourse
{
    /// <summary>How much faster than life a course runs unless told otherwise, so that it shows within a minute or so.</summary>
    public const double DefaultSpeed = 20;

    /// <summary>How long a body takes to recover, at the speed of life.</summary>
    private static readonly TimeSpan Recovery = TimeSpan.FromMinutes(12);

    /// <summary>What is wrong when a scenario has run for a while at the speed of life; it stays at its worst until it is ended.</summary>
    public static Disturbance At(Scenario scenario, TimeSpan run)
    {
        var minutes = run.TotalMinutes;
        return scenario switch
        {
            Scenario.Sepsis => new Disturbance(
                Fever: 2.3 * Curve.Ease(minutes, 0, 14),
                Shunt: 5 * Curve.Ease(minutes, 4, 18),
                Vasodilation: 0.8 * Curve.Ease(minutes, 3, 20),
                Confusion: Curve.Ease(minutes, 8, 18),
                Oxygen: minutes >= 12 ? 4 : 0),
            Scenario.Hypoxia => new Disturbance(Shunt: 26 * Curve.Ease(minutes, 0, 12)),
            Scenario.Bleeding => new Disturbance(VolumeLoss: 0.46 * Curve.Ease(minutes, 0, 16)),
            Scenario.Bradycardia => new Disturbance(Block: 0.6 * Curve.Ease(minutes, 0, 5)),
            Scenario.SensorOff => new Disturbance(ProbeOff: 1),
            Scenario.DeviceSilent => new Disturbance(Silent: 1),
            _ => default,
        };
    }

    /// <summary>How much of the disturbance is left when recovery has run for a while at the speed of life: 1 to 0.</summary>
    public static double Left(TimeSpan run) => 1 - Curve.Ease(run / Recovery);
}

/// <summary>A scenario under way for one patient.</summary>
/// <param name="PatientId">The patient.</param>
/// <param name="Scenario">What happens.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="Speed">How much faster than life it runs.</param>
/// <param name="EndedAt">When recovery began, or is going to begin by itself.</param>
internal sealed record RunningScenario(Data.Model.ObjectId PatientId, Scenario Scenario, DateTimeOffset StartedAt, double Speed, DateTimeOffset EndedAt)
{
    /// <summary>What is wrong at a time.</summary>
    public Disturbance At(DateTimeOffset time)
    {
        if (time < StartedAt)
            return default;
        var until = time < EndedAt ? time : EndedAt;
        var worst = ScenarioCourse.At(Scenario, (until - StartedAt) * Speed);
        if (time <= EndedAt)
            return worst;
        // Whoever puts a probe back does it at once.
        return (worst with { ProbeOff = 0, Silent = 0 }).Times(ScenarioCourse.Left((time - EndedAt) * Speed));
    }

    /// <summary>Whether nothing is left of it.</summary>
    public bool IsOver(DateTimeOffset time) => time > EndedAt && !At(time).IsMarked;
}
