using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Tests.Unit.Oracle;

/// <summary>
/// The alerts of one patient as docs/clinical.md calls for them, worked out slowly from all that was ever sent. It shares no code with the
/// evaluator: to be read beside the document, one family of rules a file.
/// </summary>
internal sealed class RuleOracle
{
    private readonly Dictionary<VitalSign, SignHistory> signs = VitalSigns.All.ToDictionary(info => info.Sign, info => new SignHistory(info.Sign));
    private readonly Freshness fresh = new();
    private readonly AlertBook book = new();
    private readonly List<(VitalSign Sign, LimitSide Side)> sides;
    private readonly SensorAlarms sensors;
    private readonly Silence silence;
    private readonly ClockAlarms clocks;
    private readonly Observations observations;
    private readonly ScoreAlarm scoreAlarm;
    private readonly Scores scores;
    private MonitoredPatient who;

    private RuleOracle(MonitoredPatient patient, long start)
    {
        who = patient;
        HashSet<VitalSign> silentSigns = [];
        sides = [.. Values.Limited.SelectMany(sign => new[] { AlertDirection.Low, AlertDirection.High }.Select(side => (sign, new LimitSide(signs[sign], side, book))))];
        sensors = new SensorAlarms(signs, fresh, silentSigns, book);
        silence = new Silence(silentSigns, book);
        clocks = new ClockAlarms(book);
        observations = new Observations(fresh, book);
        scoreAlarm = new ScoreAlarm(book);
        scores = new Scores(signs, fresh, scoreAlarm);
        silence.Begin(start);
        observations.Begin(start, patient.Patient.Monitoring, anew: true);
    }

    private bool Admitted => who.Patient.Status == PatientStatus.Admitted;

    /// <summary>All alerts that the events call for, in the order in which they were raised.</summary>
    /// <param name="patient">The record and limits at the start; a stay begins with the first event.</param>
    /// <param name="events">In the order of their times.</param>
    public static IReadOnlyList<ExpectedAlert> Alerts(MonitoredPatient patient, IReadOnlyList<Event> events)
    {
        var oracle = new RuleOracle(patient, events[0].At);
        foreach (var happening in events)
            oracle.Happen(happening);
        return oracle.book.Alerts;
    }

    private void Happen(Event happening)
    {
        var now = happening.At;
        switch (happening)
        {
            case Arrive arrive:
                // Readings that are evaluated together: effective time, then own time, then arrival.
                foreach (var reading in arrive.Readings.OrderBy(r => r.Effective).ThenBy(r => r.Time).ThenBy(r => r.Arrived))
                    Read(reading, now);
                break;
            case Become become:
                Pass(now);
                Change(become.Patient, now);
                break;
            case Acknowledge acknowledge:
                foreach (var alert in book.Alerts.Where(a => a.IsOpen && a.Sign == acknowledge.Sign && a.Direction == acknowledge.Direction).ToList())
                    AcknowledgeNow(alert, now);
                return;
            case Restart:
                return;
        }
        Pass(now);
    }

    private void Read(Reading reading, long now)
    {
        var (sign, moment) = (reading.Sign, reading.Effective);
        var arrived = reading.Arrived == 0 ? reading.Time : reading.Arrived;
        var history = signs[sign];
        if (Admitted)
        {
            clocks.Arrived(reading, arrived);
            Before(sign, moment, now);
        }
        var source = history.Read(reading, who.Limits[sign], fresh);
        if (source is null || !Admitted)
            return;
        if (Values.Monitored.Contains(sign))
        {
            silence.Arrived(reading, arrived, arrived <= fresh.Until(sign, moment));
            observations.Sent(reading.Time, moment);
        }
        sensors.After(sign, source, arrived, now);
        foreach (var (_, side) in sides.Where(side => side.Sign == sign))
            side.After(source, now, fresh);
        if (!Values.Scored.Contains(sign))
            return;
        var counts = scores.After(sign, moment, arrived, now, who);
        if (Values.Monitored.All(each => signs[each].LastTime is not null))
            observations.Scored(scores.At(counts, who), Values.Monitored.Min(each => signs[each].LastTime!.Value), now);
    }

    private void Before(VitalSign sign, long moment, long now)
    {
        sensors.Before(sign, moment, now);
        foreach (var (_, side) in sides.Where(side => side.Sign == sign))
            side.Before(moment, now, fresh);
    }

    /// <summary>The server's time passes, and with it the clock of each sign.</summary>
    private void Pass(long now)
    {
        if (!Admitted)
            return;
        foreach (var history in signs.Values.Where(history => history.LastTime is not null))
            Before(history.Sign, history.Clock(now, fresh)!.Value, now);
        scores.Pass(scores.Clock(now), now, who);
        silence.Pass(now, observations.Continuous, who.Patient.Monitoring == MonitoringMode.Continuous, who.Patient.Standby);
        observations.Pass(now, Scores.Applies(now, who.Patient));
        book.Remind(now);
    }

    private void Change(MonitoredPatient next, long now)
    {
        var was = who;
        who = next;
        var (left, came) = (was.Patient.Status, next.Patient.Status);
        if (came == PatientStatus.Discharged)
        {
            if (left == PatientStatus.Admitted)
                book.Discharge(now);
            return;
        }
        var admission = left == PatientStatus.Discharged;
        if (admission)
        {
            silence.Begin(now);
            scoreAlarm.Forget();
            sides.ForEach(side => side.Side.Forget());
        }
        if (admission || was.Patient.Monitoring != next.Patient.Monitoring)
            observations.Begin(now, next.Patient.Monitoring, admission);
        HoldAgain(was.Limits, admission, now);
        if (Values.Scored.Any(sign => signs[sign].LastTime is not null))
            scores.Again(scores.Clock(now), now, who);
    }

    /// <summary>S1: the standing values are held against the rules at once.</summary>
    private void HoldAgain(EffectiveLimits before, bool admission, long now)
    {
        foreach (var history in signs.Values.Where(history => history.LastTime is not null && (admission || before[history.Sign] != who.Limits[history.Sign])))
        {
            history.Anew(now, who.Limits[history.Sign], fresh, admission);
            foreach (var source in history.Sources.Where(source => source.Last.Anew).ToList())
            {
                foreach (var (_, side) in sides.Where(side => side.Sign == history.Sign))
                    side.After(source, now, fresh);
            }
        }
    }

    private void AcknowledgeNow(ExpectedAlert alert, long now)
    {
        if (alert.Kind == AlertKind.Score)
        {
            var score = scores.At(scoreAlarm.Clock ?? now, who);
            book.Acknowledge(alert, now, score.Total, score.Threes);
            return;
        }
        var info = VitalSigns.Find(alert.Sign);
        var value = alert.Kind == AlertKind.Limit && info is not null
            ? signs[info.Sign].Sources.Select(source => source.LastValue).OfType<Applied>().MaxBy(reading => reading.From)?.Value
            : null;
        book.Acknowledge(alert, now, value, []);
    }
}
