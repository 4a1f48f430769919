using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Tests.Unit.Oracle;

/// <summary>What the score is at each moment of its clock: docs/clinical.md, "NEWS2", N3 to N5.</summary>
internal sealed class Scores(IReadOnlyDictionary<VitalSign, SignHistory> signs, Freshness fresh, ScoreAlarm alarm)
{
    /// <summary>What the clock runs on from: a reading's moment, when it arrived, and until when it is current.</summary>
    private (long Moment, long Arrived, long Until) anchor;
    private long? monitoredArrived;

    /// <summary>The score at a moment, for a patient.</summary>
    public Score At(long moment, MonitoredPatient who)
    {
        if (!Applies(moment, who.Patient))
            return Score.None;
        var values = Values.Scored.ToDictionary(sign => sign, sign => signs[sign].Current(moment, fresh, who.Limits[sign]));
        var oxygen = values[VitalSign.OxygenFlow] is { } flow && Chart.Points(VitalSign.OxygenFlow, flow, 1, false) > 0;
        int Points(VitalSign sign, double value) => Chart.Points(sign, value, who.Patient.Spo2Scale, oxygen);
        var points = values.Where(part => part.Value is not null).ToDictionary(part => part.Key, part => Points(part.Key, part.Value!.Value));
        var missing = Values.Scored.Where(sign => values[sign] is null).ToList();
        return new Score(
            points.Values.Sum(),
            [.. points.Where(part => part.Value == 3).Select(part => part.Key)],
            missing,
            [.. missing.Where(sign => LastValue(sign) is { } last && Points(sign, last) > 0)]);
    }

    /// <summary>NEWS2 is for those of 16 and older who are not pregnant (N5).</summary>
    public static bool Applies(long moment, Patient patient) =>
        patient.AgeOn(DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeMilliseconds(moment).UtcDateTime)) >= 16
        && !patient.MedicalHistory.Any(entry => entry.Code == "77386006");

    /// <summary>Time passes on the score's clock; parts that grow old on the way are missing from then on.</summary>
    public void Pass(long moment, long now, MonitoredPatient who)
    {
        while (alarm.Clock is { } clock && clock < moment)
        {
            var old = Values.Scored.SelectMany(sign => signs[sign].Sources.Select(source => signs[sign].StandsUntil(source, fresh)))
                .Where(until => until >= clock && until < moment).Order().ToList();
            if (old.Count == 0)
            {
                alarm.Pass(moment, now, who.Limits.ScoreThreshold);
                return;
            }
            alarm.Pass(old[0] + 1, now, who.Limits.ScoreThreshold);
            alarm.Set(old[0] + 1, At(old[0] + 1, who));
        }
    }

    /// <summary>Where the score's clock is when nothing more comes.</summary>
    public long Clock(long now) => Math.Max(anchor.Moment, Math.Min(anchor.Moment + (now - anchor.Arrived), anchor.Until));

    /// <summary>A reading of a part has been applied; the moment from which it counts.</summary>
    public long After(VitalSign sign, long time, long arrived, long now, MonitoredPatient who)
    {
        var monitored = Values.Monitored.Contains(sign);
        var moment = time;
        if (!monitored && arrived - monitoredArrived <= 60 * Values.Second)
        {
            Pass(Clock(now), now, who);
            moment = alarm.Clock ?? time;
        }
        else
        {
            if (!monitored)
                moment = Math.Max(alarm.Clock ?? time, time);
            // Of the three that send side by side the latest time is the clock's; only after something else moved it does it go back.
            var beside = monitored && arrived - monitoredArrived <= 60 * Values.Second;
            if (beside && time < alarm.Clock)
                moment = alarm.Clock.Value;
            var until = fresh.Until(sign, time);
            if (!beside || time >= anchor.Moment)
                anchor = (time, arrived, arrived > until ? time : until);
        }
        if (monitored)
            monitoredArrived = arrived;
        Again(moment, now, who);
        return moment;
    }

    /// <summary>Something has changed: the score is made again.</summary>
    public void Again(long moment, long now, MonitoredPatient who)
    {
        Pass(moment, now, who);
        if (!Applies(moment, who.Patient))
            alarm.EndNow(moment);
        else
            alarm.Set(moment, At(moment, who));
    }

    private double? LastValue(VitalSign sign) =>
        signs[sign].Sources.Select(source => source.LastValue).OfType<Applied>().MaxBy(reading => reading.From)?.Value;
}
