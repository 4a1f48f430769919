using HealthDashboard.Data.Model;

namespace HealthDashboard.Alarms;

/// <summary>The limits that hold for one patient: the patient's own, else the ward's, else the default, sign by sign.</summary>
internal sealed class EffectiveLimits
{
    private static readonly SignLimits None = new(null, null);
    private readonly SignLimits[] bySign = new SignLimits[16];

    /// <param name="defaults">The configured defaults.</param>
    /// <param name="ward">What is set for the ward; null when nothing is.</param>
    /// <param name="patient">What is set for the patient; null when nothing is.</param>
    public EffectiveLimits(IReadOnlyDictionary<VitalSign, SignLimits> defaults, AlarmLimits? ward = null, AlarmLimits? patient = null)
    {
        ScoreThreshold = patient?.ScoreThreshold ?? News2.MediumThreshold;
        foreach (var info in VitalSigns.All)
        {
            bySign[(int)info.Sign] = patient?.Signs.GetValueOrDefault(info.Sign)
                ?? ward?.Signs.GetValueOrDefault(info.Sign)
                ?? defaults.GetValueOrDefault(info.Sign)
                ?? None;
        }
    }

    /// <summary>From which NEWS2 score an alert is raised.</summary>
    public int ScoreThreshold { get; }

    /// <summary>The limits of a sign; both null where it has none.</summary>
    public SignLimits this[VitalSign sign] => bySign[(int)sign];
}
