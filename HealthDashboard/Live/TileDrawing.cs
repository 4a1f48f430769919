using HealthDashboard.Accounts;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Shared;

namespace HealthDashboard.Live;

/// <summary>Draws the tile of one bed at the moment of a clock, now or past.</summary>
internal sealed class TileDrawing(AlarmRules rules, PersonNames people, TimeProvider clock)
{
    /// <summary>The tile.</summary>
    /// <param name="monitored">The record and the limits that hold.</param>
    /// <param name="latest">The latest value of each sign.</param>
    /// <param name="open">The patient's open alerts.</param>
    /// <param name="score">The score as <see cref="ScoreOf"/> writes it.</param>
    /// <param name="trend">Where values have gone.</param>
    public BedTile Of(MonitoredPatient monitored, IReadOnlyList<StandingValue> latest, IReadOnlyList<Alert> open, TileScore score, BedTrends trend)
    {
        var (patient, now) = (monitored.Patient, clock.GetUtcNow());
        return new(
            patient.Id, patient.Bed ?? ShownValue.Dash, patient.DisplayName, Display.Initials(patient), patient.Region, patient.Ward,
            score, Named(open), Count(open))
        {
            Worst = WorstOf(open.Where(alert => alert.Condition == AlertCondition.Active)),
            HeartRate = new(Shown(VitalSign.HeartRate), trend.HeartRate, AlarmOn(open, VitalSign.HeartRate)),
            Spo2 = new(Shown(VitalSign.Spo2), trend.Spo2, AlarmOn(open, VitalSign.Spo2)),
            RespiratoryRate = new(Shown(VitalSign.RespiratoryRate), trend.RespiratoryRate, AlarmOn(open, VitalSign.RespiratoryRate)),
            Pressure = new(
                Pressure(Shown(VitalSign.Systolic), Shown(VitalSign.Diastolic)), Trend.Steady,
                AlarmOn(open, VitalSign.Systolic, VitalSign.Diastolic, VitalSign.MeanPressure)),
            Temperature = new(Shown(VitalSign.Temperature), Trend.Steady, AlarmOn(open, VitalSign.Temperature)),
        };

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

    /// <summary>A score as the tile writes it.</summary>
    public static TileScore ScoreOf(NewsScore score, NewsExclusion exclusion) => new(
        score.Score ?? 0, ScoreWords.Text(score), ScoreWords.Risk(score, exclusion), ScoreWords.Level(score), ScoreWords.Title(score, exclusion));

    /// <summary>What else must be known of the bed.</summary>
    public TileNotes NotesOf(MonitoredPatient monitored, Observations observations)
    {
        List<TileNote> notes = [];
        if (StandbyWords.Of(monitored.Patient, clock) is { } standby)
            notes.Add(new(TileNoteKind.Standby, standby));
        if (AlarmsOff(monitored.Limits) is { Length: > 0 } off)
            notes.Add(new(TileNoteKind.AlarmOff, off));
        if (notes is not [{ Kind: TileNoteKind.Standby }, ..] && observations.Note(clock) is { } due)
            notes.Add(due);
        return notes.Count == 0 ? TileNotes.None : new TileNotes(notes);
    }

    // Two readings of one measurement; the less trustworthy of the two says how both are shown.
    private static ShownValue Pressure(ShownValue systolic, ShownValue diastolic)
    {
        var worse = Trust(diastolic.State) < Trust(systolic.State) ? diastolic : systolic;
        var text = systolic.Text == ShownValue.Dash && diastolic.Text == ShownValue.Dash ? ShownValue.Dash : $"{systolic.Text}/{diastolic.Text}";
        return worse with { Sign = VitalSign.Systolic, Text = text, IsOneOfTwo = systolic.IsOneOfTwo || diastolic.IsOneOfTwo };
    }

    private static int Trust(ValueState state) => state switch
    {
        ValueState.Current => 4,
        ValueState.Late => 3,
        ValueState.Stale => 2,
        ValueState.SensorOff => 1,
        _ => 0,
    };

    // What calls goes first; the tile's colour says what else is true.
    private TileAlarm? Named(IReadOnlyList<Alert> open)
    {
        var first = open
            .OrderBy(alert => alert.Response)
            .ThenByDescending(alert => alert.Condition == AlertCondition.Active)
            .ThenByDescending(alert => alert.Priority)
            .ThenByDescending(alert => alert.RaisedAt)
            .FirstOrDefault();
        return first is null ? null : new(
            first.Priority, AlertWords.Now(first), first.Response == AlertResponse.Unacknowledged,
            first.OverSince is { } over ? $"over {Display.Minute(over, clock)}" : "", first.Reminder, open.Count - 1)
        {
            RaisedAt = first.RaisedAt,
            By = first.AcknowledgedBy is { } by ? people.Of(by) : null,
        };
    }

    private static AlertPriority? WorstOf(IEnumerable<Alert> alerts) => alerts.Max(alert => (AlertPriority?)alert.Priority);

    // "HR alarm off until 16:00"; of several each has an end of its own, which the patient's page says.
    private string AlarmsOff(EffectiveLimits limits)
    {
        var off = VitalSigns.All.Where(info => LimitWords.Off(limits, info.Sign).Length > 0).Select(info => info.Label).ToList();
        return off switch
        {
            [] => "",
            [var one] => $"{one} alarm off{(limits.OffUntil is { } until ? $" until {Display.Minute(until, clock)}" : "")}",
            _ => $"{string.Join(", ", off)} alarms off",
        };
    }

    private static AlarmCounts Count(IReadOnlyList<Alert> open) => new(
        open.Count(alert => alert.Priority == AlertPriority.High),
        open.Count(alert => alert.Priority == AlertPriority.Medium),
        open.Count(alert => alert.Priority == AlertPriority.Low));

    private static AlertPriority? AlarmOn(IReadOnlyList<Alert> open, params ReadOnlySpan<VitalSign> signs)
    {
        AlertPriority? worst = null;
        foreach (var sign in signs)
            worst = Max(worst, WorstOf(open.Where(alert => alert.Sign == sign.Info().Name && alert.Condition == AlertCondition.Active)));
        return worst;

        static AlertPriority? Max(AlertPriority? a, AlertPriority? b) => a >= b || b is null ? a : b;
    }
}
