using System.Numerics;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Clinical;

/// <summary>
/// When an acknowledgement no longer holds: because what it was given for has become worse, or has gone on for long (docs/clinical.md,
/// A1 and A2).
/// </summary>
internal static class Withdrawals
{
    /// <summary>A score that has risen by so much since its acknowledgement calls again.</summary>
    private const int ScoreRise = 2;

    /// <summary>Keeps what stood when alerts were acknowledged. Called before new readings are applied.</summary>
    public static void Note(AlarmWork work)
    {
        if (work.Open.Count + work.Ended.Count == 0)
            return;
        foreach (var alert in work.Open.Concat(work.Ended))
        {
            if (alert.AcknowledgedAt is not { } acknowledged || alert.Response != AlertResponse.Acknowledged)
                continue;
            var at = acknowledged.ToUnixTimeMilliseconds();
            if (alert.Kind == AlertKind.Score)
            {
                if (work.Score.AcknowledgedAt == at)
                    continue;
                // Where the state was lost only the alert knows the score, and not which parameters had 3.
                var isKnown = work.Score.Clock != 0;
                work.Score.AcknowledgedAt = at;
                work.Score.AcknowledgedScore = isKnown ? work.Score.Score : (int)(alert.Value ?? 0);
                work.Score.AcknowledgedThrees = isKnown ? work.Score.Threes : -1;
            }
            else if (alert.Kind == AlertKind.Limit && VitalSigns.Find(alert.Sign) is { } info)
            {
                ref var sign = ref work.Signs[(int)info.Sign];
                ref var limit = ref (alert.Direction == AlertDirection.Low ? ref sign.Low : ref sign.High);
                if (limit.AcknowledgedAt == at)
                    continue;
                limit.AcknowledgedAt = at;
                var current = Sources.Current(sign, info.Sign, work.Patient.Limits[info.Sign]);
                var isValue = current.Time != 0 && !(current.Value == 0 && info.ZeroIsSensorOff);
                limit.AcknowledgedValue = isValue ? current.Value : alert.Value ?? alert.Extreme ?? 0;
            }
        }
    }

    /// <summary>Why the acknowledgement of a limit alert is withdrawn; null when it holds or there is none.</summary>
    public static string? Reason(Alert alert, in Side side, in LimitState state, double value)
    {
        if (alert.Response != AlertResponse.Acknowledged || side.WorseBy(value, state.AcknowledgedValue) < Worsening(side.Sign))
            return null;
        return $"{AlertText.Value(side.Sign, value)}, was {AlertText.Value(side.Sign, state.AcknowledgedValue)} when acknowledged";
    }

    /// <summary>Why the acknowledgement of a score alert is withdrawn; null when it holds or there is none.</summary>
    public static string? Reason(Alert alert, in ScoreState score)
    {
        if (alert.Response != AlertResponse.Acknowledged)
            return null;
        if (score.Score >= score.AcknowledgedScore + ScoreRise)
            return $"NEWS2 {score.Score}, was {score.AcknowledgedScore} when acknowledged";
        var threes = score.Threes & ~score.AcknowledgedThrees;
        return threes == 0 ? null : $"3 points for {AlertText.Label((VitalSign)BitOperations.TrailingZeroCount(threes))}, which had fewer when acknowledged";
    }

    /// <summary>Calls again for what was acknowledged and has gone on for long.</summary>
    public static void Remind(AlarmWork work)
    {
        for (var i = 0; i < work.Open.Count; i++)
        {
            var alert = work.Open[i];
            if (RemindAt(alert, work.Rules) <= work.Now)
                work.Change(alert with { Reminder = true }, AlertChangeKind.Reminded, work.Now, withdrawn: "acknowledged, and still active");
        }
    }

    /// <summary>When an alert calls again, in real time; <see cref="long.MaxValue"/> when it does not.</summary>
    public static long RemindAt(Alert alert, AlarmRules rules)
    {
        var after = alert.Priority switch
        {
            AlertPriority.High => rules.RemindHighAfter,
            AlertPriority.Medium => rules.RemindMediumAfter,
            _ => TimeSpan.Zero,
        };
        return alert is { Response: AlertResponse.Acknowledged, Condition: AlertCondition.Active, AcknowledgedAt: { } at } && after > TimeSpan.Zero
            ? (at + after).ToUnixTimeMilliseconds()
            : long.MaxValue;
    }

    private static double Worsening(VitalSign sign) => sign switch
    {
        VitalSign.HeartRate => 10,
        VitalSign.RespiratoryRate => 4,
        VitalSign.Spo2 => 3,
        VitalSign.Temperature => 0.5,
        _ => 10,
    };
}
