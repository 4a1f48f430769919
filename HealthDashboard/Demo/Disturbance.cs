namespace HealthDashboard.Demo;

/// <summary>What is wrong with a body, or with what is attached to it, at one moment. All zero: nothing.</summary>
/// <param name="Fever">Temperature above the patient's own, Cel.</param>
/// <param name="Shunt">Oxygen saturation lost, in percent.</param>
/// <param name="VolumeLoss">Part of the blood volume lost, 0 to 1; 0.15 shows, 0.4 is shock [ATLS classes of haemorrhage].</param>
/// <param name="Vasodilation">How far the vessels have given way, 0 to 1.</param>
/// <param name="Block">Part of the heart beats not conducted, 0 to 1.</param>
/// <param name="Confusion">From 0.5 on the patient is newly confused.</param>
/// <param name="Oxygen">Oxygen given on top of the patient's own, L/min.</param>
/// <param name="Tachycardia">Heart rate on top, /min: pain, effort.</param>
/// <param name="ProbeOff">From 0.5 on the finger probe is off: SpO2 is 0.</param>
/// <param name="Silent">From 0.5 on the device sends nothing.</param>
internal readonly record struct Disturbance(
    double Fever = 0,
    double Shunt = 0,
    double VolumeLoss = 0,
    double Vasodilation = 0,
    double Block = 0,
    double Confusion = 0,
    double Oxygen = 0,
    double Tachycardia = 0,
    double ProbeOff = 0,
    double Silent = 0)
{
    /// <summary>Whether the patient is watched more closely because of it.</summary>
    public bool IsMarked => this != default;

    /// <summary>The same to a part, 0 to 1.</summary>
    public Disturbance Times(double part) => new(
        Fever * part, Shunt * part, VolumeLoss * part, Vasodilation * part, Block * part,
        Confusion * part, Oxygen * part, Tachycardia * part, ProbeOff * part, Silent * part);

    /// <summary>Two at once: of each the worse, so that a scenario on top of another stays survivable.</summary>
    public Disturbance With(in Disturbance other) => new(
        Math.Max(Fever, other.Fever), Math.Max(Shunt, other.Shunt), Math.Max(VolumeLoss, other.VolumeLoss),
        Math.Max(Vasodilation, other.Vasodilation), Math.Max(Block, other.Block), Math.Max(Confusion, other.Confusion),
        Math.Max(Oxygen, other.Oxygen), Math.Max(Tachycardia, other.Tachycardia), Math.Max(ProbeOff, other.ProbeOff),
        Math.Max(Silent, other.Silent));
}
