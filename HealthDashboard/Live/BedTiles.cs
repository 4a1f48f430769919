using HealthDashboard.Alarms;
using HealthDashboard.Components;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Live;

/// <summary>Makes the tile of one bed from what is known of it.</summary>
internal sealed class BedTiles(CurrentVitals current, LiveVitals live, AlarmRules rules, WallTrends trends)
{
    private const int SparklineEverySeconds = 20;

    /// <summary>The tile as of now: the same object as before when nothing that it shows has changed.</summary>
    /// <param name="monitored">The record and the limits that hold.</param>
    /// <param name="open">The patient's open alerts.</param>
    /// <param name="before">The tile as it was; null the first time.</param>
    /// <param name="now">The time it is.</param>
    public BedTile Build(MonitoredPatient monitored, IReadOnlyList<Alert> open, BedTile? before, DateTimeOffset now)
    {
        var patient = monitored.Patient;
        var latest = current.Of(monitored);
        var trend = trends.Of(patient.Id);
        var tile = new BedTile(
            patient.Id, patient.Bed ?? ShownValue.Dash, patient.DisplayName, Initials(patient), patient.Region, patient.Ward,
            Score(Standing.Score(latest, patient, now), before?.Score), MostUrgent(open), Count(open))
        {
            HeartRate = new(Shown(VitalSign.HeartRate), trend.HeartRate, AlarmOn(open, VitalSign.HeartRate)),
            Spo2 = new(Shown(VitalSign.Spo2), trend.Spo2, AlarmOn(open, VitalSign.Spo2)),
            RespiratoryRate = new(Shown(VitalSign.RespiratoryRate), trend.RespiratoryRate, AlarmOn(open, VitalSign.RespiratoryRate)),
            Pressure = new(
                Pressure(Shown(VitalSign.Systolic), Shown(VitalSign.Diastolic)), Trend.Steady,
                AlarmOn(open, VitalSign.Systolic, VitalSign.Diastolic, VitalSign.MeanPressure)),
            Temperature = new(Shown(VitalSign.Temperature), Trend.Steady, AlarmOn(open, VitalSign.Temperature)),
            Sparkline = SparklineOf(patient.Id, before, now),
        };
        return tile == before ? before : tile;

        ShownValue Shown(VitalSign sign)
        {
            foreach (var value in latest)
            {
                if (value.Reading.Sign == sign)
                    return ShownValue.Of(sign, value, rules, now);
            }
            return ShownValue.Of(sign, null, rules, now);
        }
    }

    private static string Initials(Patient patient) => $"{patient.FamilyName[..1]}. {patient.GivenName[..1]}.";

    private static TileScore Score(NewsScore score, TileScore? before)
    {
        var shown = new TileScore(score.Score ?? 0, ScoreWords.Text(score), ScoreWords.Risk(score), ScoreWords.Level(score), ScoreWords.Title(score));
        return shown == before ? before : shown;
    }

    // Two readings of one measurement; the less trustworthy of the two says how both are shown.
    private static ShownValue Pressure(ShownValue systolic, ShownValue diastolic)
    {
        var state = systolic.State == ValueState.Current && diastolic.State == ValueState.Current ? ValueState.Current : systolic.State;
        return systolic with { Text = state is ValueState.Current or ValueState.Late ? $"{systolic.Text}/{diastolic.Text}" : systolic.Text, State = state };
    }

    private static TileAlarm? MostUrgent(IReadOnlyList<Alert> open)
    {
        var first = open.OrderBy(alert => alert.Response).ThenByDescending(alert => alert.Priority).ThenByDescending(alert => alert.RaisedAt).FirstOrDefault();
        return first is null ? null : new(
            first.Priority, Display.Words(first), first.Response == AlertResponse.Unacknowledged, first.Condition == AlertCondition.Active, open.Count - 1);
    }

    private static AlarmCounts Count(IReadOnlyList<Alert> open) => new(
        open.Count(alert => alert.Priority == AlertPriority.High),
        open.Count(alert => alert.Priority == AlertPriority.Medium),
        open.Count(alert => alert.Priority == AlertPriority.Low));

    private static AlertPriority? AlarmOn(IReadOnlyList<Alert> open, params ReadOnlySpan<VitalSign> signs)
    {
        AlertPriority? worst = null;
        foreach (var sign in signs)
        {
            foreach (var alert in open)
            {
                if (alert.Sign == sign.Info().Name && alert.Condition == AlertCondition.Active && !(worst >= alert.Priority))
                    worst = alert.Priority;
            }
        }
        return worst;
    }

    // The longest text of a tile is sent again only now and then, and not for all beds in the same second.
    private string SparklineOf(ObjectId id, BedTile? before, DateTimeOffset now)
    {
        var turn = (uint)id.GetHashCode() % SparklineEverySeconds == now.ToUnixTimeSeconds() % SparklineEverySeconds;
        return before is { Sparkline.Length: > 0 } && !turn ? before.Sparkline : Sparkline.Path(live.Recent(id, VitalSign.HeartRate), now);
    }
}
