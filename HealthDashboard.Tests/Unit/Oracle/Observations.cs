using HealthDashboard.Data.Model;

namespace HealthDashboard.Tests.Unit.Oracle;

/// <summary>How a patient is monitored, and when the next set of observations is due: docs/clinical.md, S2 and S3.</summary>
internal sealed class Observations(Freshness fresh, AlertBook book)
{
    private const long LongestGap = 90 * Values.Second;
    private const long LongEnough = 5 * Values.Minute;

    private readonly List<long> sent = [];
    private MonitoringMode? set;
    private long admitted;
    private (long At, Score Score)? last;

    public bool Continuous { get; private set; }

    /// <summary>A stay begins, or a clinician sets how the patient is monitored.</summary>
    public void Begin(long now, MonitoringMode? monitoring, bool anew)
    {
        set = monitoring;
        if (anew)
        {
            sent.Clear();
            (last, admitted) = (null, now);
        }
        Continuous = set == MonitoringMode.Continuous || (set is null && Continuous && !anew);
        Follow(now);
    }

    /// <summary>One of heart rate, respiratory rate and SpO2 was sent, with a time of its own.</summary>
    public void Sent(long own, long moment)
    {
        sent.Add(own);
        if (set is not null || Continuous)
            return;
        // Look back as long as there is no gap.
        var first = sent.Count - 1;
        while (first > 0 && sent[first] - sent[first - 1] <= LongestGap)
            first--;
        if (own - sent[first] < LongEnough)
            return;
        Continuous = true;
        Follow(moment);
        book.EndTechnical(Alert.ObservationsSign, moment);
    }

    /// <summary>The score is this now: with nothing missing the set is complete, and as old as the oldest of the three signs in it.</summary>
    public void Scored(Score score, long oldest, long now)
    {
        if (score.Missing.Count > 0)
            return;
        last = (Math.Max(last?.At ?? 0, oldest), score);
        if (!Continuous)
            Follow(oldest);
        if (Continuous || Overdue >= now)
            book.EndTechnical(Alert.ObservationsSign, now);
    }

    /// <summary>The server's time passes.</summary>
    public void Pass(long now, bool applies)
    {
        if (!Continuous && applies && Overdue < now)
            book.Stand(Alert.ObservationsSign, Overdue, now, last?.Score.Total >= 5 ? AlertPriority.Medium : AlertPriority.Low);
    }

    private long Overdue => (last?.At ?? admitted) + Interval + Interval / 2;

    private long Interval => last?.Score switch
    {
        { Total: >= 7 } => 15 * Values.Minute,
        { Total: >= 5 } or { Threes.Count: > 0 } => Values.Hour,
        { Total: >= 1 } => 6 * Values.Hour,
        _ => 12 * Values.Hour,
    };

    private void Follow(long moment) => fresh.Set(moment, Continuous ? null : Interval);
}
