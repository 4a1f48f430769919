using HealthDashboard.Data.Model;

namespace HealthDashboard.Clinical;

/// <summary>
/// Which time it is for a patient's score (docs/clinical.md, N3). The score is made of signs whose times differ: its clock is that of
/// heart rate, respiratory rate and SpO2, so that a temperature charted just now does not make a monitor's values look old.
/// </summary>
internal static class ScoreClock
{
    /// <summary>The stream has stopped when none of it has arrived for so long, in milliseconds.</summary>
    private const long StreamEnds = 60_000;

    /// <summary>A reading is about to be applied: what is due before it happens, and the clock follows it where it leads.</summary>
    /// <param name="work">The evaluation.</param>
    /// <param name="sign">The reading's sign.</param>
    /// <param name="at">Its effective time.</param>
    /// <param name="arrived">When it arrived.</param>
    /// <param name="live">Whether it was current then.</param>
    public static void Follow(AlarmWork work, VitalSign sign, long at, long arrived, bool live)
    {
        ref var score = ref work.Score;
        var streams = score.MovedByStream && arrived - score.MovedArrived <= StreamEnds;
        if (!work.Rules[sign].Continuous)
        {
            if ((streams && score.Live) || at < score.Clock)
            {
                // It counts from now on, not from when the clock was last looked at.
                ScoreAlarms.Advance(work, At(score, arrived));
                return;
            }
        }
        else if (at < score.Clock && !streams)
        {
            GoBack(ref score, at);
        }

        ScoreAlarms.Advance(work, at);
        if (at >= score.MovedTime || !score.MovedByStream)
            (score.MovedTime, score.MovedArrived, score.MovedByStream, score.Live) = (at, arrived, work.Rules[sign].Continuous, live);
    }

    /// <summary>The clock's time as real time passes; where it stands when nothing live moves it.</summary>
    public static long At(in ScoreState score, long now) =>
        score.Live ? Math.Max(score.Clock, score.MovedTime + Math.Max(0, now - score.MovedArrived)) : score.Clock;

    // What has counted stays counted; the rest of the hold-off runs in the earlier time.
    private static void GoBack(ref ScoreState score, long at)
    {
        if (score.CountsSince != 0)
            (score.Counted, score.CountsSince) = (score.Counted + Math.Max(0, score.Clock - score.CountsSince), at);
        if (score.PausedAt != 0)
            score.PausedAt = at;
        if (score.BelowSince != 0)
            score.BelowSince = at;
        score.Clock = score.MovedTime = at;
        score.Dirty = true;
    }
}
