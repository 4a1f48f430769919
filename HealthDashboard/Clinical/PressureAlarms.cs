using HealthDashboard.Data.Model;

namespace HealthDashboard.Clinical;

/// <summary>A technical alarm on pressures that contradict each other: a diastolic not below the systolic of the same moment.</summary>
internal static class PressureAlarms
{
    /// <summary>Compares the pair after a reading of either; only two values of one moment are a pair.</summary>
    public static void Compare(AlarmWork work, VitalSign sign, long at)
    {
        if (sign is not (VitalSign.Systolic or VitalSign.Diastolic))
            return;
        ref var systolic = ref work.Signs[(int)VitalSign.Systolic].Main;
        ref var diastolic = ref work.Signs[(int)VitalSign.Diastolic].Main;
        if (systolic.Time != diastolic.Time || systolic.Value == 0 || diastolic.Value == 0)
            return;
        var alert = work.Find(Alert.PressuresSign, AlertDirection.None);
        if (diastolic.Value < systolic.Value)
        {
            if (alert is not null)
                work.End(alert, at);
        }
        else if (alert is null)
        {
            work.Raise(TechnicalAlarms.Low(Alert.PressuresSign, AlertText.PressuresContradict(systolic.Value, diastolic.Value)), at);
        }
    }
}
