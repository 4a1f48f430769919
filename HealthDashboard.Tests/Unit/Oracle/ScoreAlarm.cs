using HealthDashboard.Data.Model;

namespace HealthDashboard.Tests.Unit.Oracle;

/// <summary>How a score stood: as a stretch of the score's own clock, which may go back.</summary>
internal sealed class ScoreStretch(long from, Score score)
{
    public long From { get; } = from;

    public long To { get; set; } = from;

    public Score Score { get; } = score;

    /// <summary>Whether the moment it begins with is past.</summary>
    public bool Judged { get; set; }

    public long Length => To - From;
}

/// <summary>The alert on the score: docs/clinical.md, "The score as an alarm".</summary>
internal sealed class ScoreAlarm(AlertBook book)
{
    private const long LongestPause = 60 * Values.Second;
    private readonly List<ScoreStretch> stretches = [];

    /// <summary>The first stretch that counts: what is before it has raised an alert, or ended one.</summary>
    private int over;

    private enum Says
    {
        /// <summary>The score asks for an alert.</summary>
        Ask,

        /// <summary>It does not, but a part that scored is not current: nobody knows.</summary>
        Wait,

        /// <summary>It does not, and all that scored has been measured again.</summary>
        Below,
    }

    /// <summary>Where the score's clock is; null while nothing was measured.</summary>
    public long? Clock => stretches.Count == 0 ? null : stretches[^1].To;

    private ExpectedAlert? Alert => book.Last(Data.Model.Alert.ScoreSign, AlertDirection.None, AlertKind.Score);

    /// <summary>Time passes on the score's clock up to a moment, and what is due before it happens.</summary>
    public void Pass(long moment, long now, int threshold)
    {
        if (stretches.Count == 0 || moment <= stretches[^1].To)
            return;
        stretches[^1].To = moment;
        if (!stretches[^1].Judged)
            Judge(stretches[^1], threshold);
        Happen(now, threshold);
    }

    /// <summary>From a moment on, which may be earlier than the last (N3), the score is this.</summary>
    public void Set(long moment, Score score)
    {
        // The score is judged once for each moment, after all readings of that moment.
        if (stretches.Count > 0 && stretches[^1] is { Length: 0 } last && last.From == moment)
            stretches.RemoveAt(stretches.Count - 1);
        stretches.Add(new ScoreStretch(moment, score));
        over = Math.Min(over, stretches.Count - 1);
    }

    private void Judge(ScoreStretch stretch, int threshold)
    {
        stretch.Judged = true;
        if (Alert is not { Active: true } alert)
            return;
        alert.Incomplete = stretch.Score.Missing.Count > 0;
        alert.Extreme = Math.Max(alert.Extreme ?? 0, stretch.Score.Total);
        if (Read(stretch.Score, threshold) == Says.Ask)
            Worsen(alert, stretch.From, stretch.Score, threshold);
        var (score, at) = (stretch.Score, Math.Max(stretch.From, alert.Latest));
        if (score.Total >= alert.AcknowledgedValue + 2 || (alert.AcknowledgedAt is not null && score.Threes.Except(alert.AcknowledgedThrees).Any()))
            book.Withdraw(alert, at);
    }

    /// <summary>NEWS2 does not apply any more (N5).</summary>
    public void EndNow(long moment)
    {
        Forget();
        if (Alert is { Active: true } alert)
            End(alert, moment);
    }

    /// <summary>Only what comes from now on counts.</summary>
    public void Forget()
    {
        stretches.Clear();
        over = 0;
    }

    private void Happen(long now, int threshold)
    {
        var end = stretches[^1].To;
        if (Alert is { Active: true } alert)
        {
            if (BelowSince(threshold) is { } since && since + Values.ScoreEnd < end)
                End(alert, since + Values.ScoreEnd);
        }
        else if (DueAt(threshold) is { } due && due.At < end)
        {
            Raise(due.At, due.Score, now, threshold);
        }
    }

    private void End(ExpectedAlert alert, long at)
    {
        over = Math.Max(0, stretches.Count - 1);
        book.End(alert, Math.Max(at, alert.Latest));
    }

    private void Raise(long at, Score score, long now, int threshold)
    {
        over = stretches.Count - 1;
        var alert = Alert;
        if (alert is { Latched: true, Discharged: false })
        {
            alert.Count++;
            book.Resume(alert, at);
        }
        else
        {
            alert = book.Raise(Data.Model.Alert.ScoreSign, AlertDirection.None, AlertKind.Score, at, now, Severity(score, threshold)!.Value);
        }
        alert.Incomplete = score.Missing.Count > 0;
        Worsen(alert, at, score, threshold);
    }

    private void Worsen(ExpectedAlert alert, long moment, Score score, int threshold)
    {
        alert.Extreme = Math.Max(alert.Extreme ?? 0, score.Total);
        var at = Math.Max(moment, alert.Latest);
        book.Rise(alert, at, Severity(score, threshold)!.Value);
    }

    /// <summary>When the score has asked for an alert for 30 s, pauses of up to 60 s left out, and what it is then (N1, N2).</summary>
    private (long At, Score Score)? DueAt(int threshold)
    {
        var first = stretches.FindLastIndex(stretch => Read(stretch.Score, threshold) == Says.Below) + 1;
        long asked = 0;
        long paused = 0;
        foreach (var stretch in stretches.Skip(Math.Max(first, over)))
        {
            if (Read(stretch.Score, threshold) == Says.Wait)
            {
                paused += stretch.Length;
                asked = paused > LongestPause ? 0 : asked;
                continue;
            }
            paused = 0;
            var due = stretch.From + Math.Max(0, Values.ScoreHoldOff - asked);
            if (due < stretch.To)
                return (due, stretch.Score);
            asked += stretch.Length;
        }
        return null;
    }

    /// <summary>Since when the score has been below in one piece; null when it is not below now.</summary>
    private long? BelowSince(int threshold)
    {
        var before = stretches.FindLastIndex(stretch => Read(stretch.Score, threshold) != Says.Below);
        return before + 1 < stretches.Count ? stretches[Math.Max(before + 1, over)].From : null;
    }

    private static Says Read(Score score, int threshold) =>
        Severity(score, threshold) is not null ? Says.Ask : score.Awaited.Count > 0 ? Says.Wait : Says.Below;

    private static AlertPriority? Severity(Score score, int threshold) =>
        score.Total >= 7 ? AlertPriority.High : score.Total >= threshold || score.Threes.Count > 0 ? AlertPriority.Medium : null;
}
