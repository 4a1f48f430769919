using HealthDashboard.Data.Model;

namespace HealthDashboard.Clinical;

/// <summary>
/// What people, and the escalation clock, do to an alert. Each act gives the change to write, one version on and not yet numbered,
/// or null when nothing changes: so a repeated act, or one that lost a race, is harmless. None of them brings an ended alert back.
/// All times are the server's.
/// </summary>
internal static class AlertLife
{
    /// <summary>No silence may be longer, whatever is configured.</summary>
    public static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Acknowledges the alert. An active one stays active, a latched one ends, and one that ended first only remembers who and when.
    /// The first to take it stays the one who did; the same person may add the note later, others change nothing.
    /// </summary>
    /// <param name="alert">The alert as it is.</param>
    /// <param name="actor">Who takes it.</param>
    /// <param name="note">What to note; null or blank for nothing.</param>
    /// <param name="now">The time it is.</param>
    public static AlertChange? Acknowledge(Alert alert, string actor, string? note, DateTimeOffset now)
    {
        note = string.IsNullOrWhiteSpace(note) ? null : note.Trim();
        if (alert.Response == AlertResponse.Acknowledged)
        {
            return alert.AcknowledgedBy == actor && alert.Note is null && note is not null
                ? Change(AlertChangeKind.Acknowledged, alert with { Note = note }, actor, now)
                : null;
        }

        var taken = alert with
        {
            Response = AlertResponse.Acknowledged,
            AcknowledgedAt = now,
            AcknowledgedBy = actor,
            Note = note,
            Reminder = false,
            Reason = null,
        };
        if (alert.Condition == AlertCondition.Latched)
            taken = taken with { Condition = AlertCondition.Ended, EndedAt = alert.EndedAt ?? now };
        return Change(AlertChangeKind.Acknowledged, taken, actor, now);
    }

    /// <summary>Pauses the sound of an open alert. It hides nothing, and escalation goes on.</summary>
    /// <param name="alert">The alert as it is.</param>
    /// <param name="actor">Who asks for it.</param>
    /// <param name="until">When the sound comes back: after <paramref name="now"/>, by <see cref="LongestSilence"/> at most.</param>
    /// <param name="now">The time it is.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="until"/> is out of its bounds.</exception>
    public static AlertChange? Silence(Alert alert, string actor, DateTimeOffset until, DateTimeOffset now)
    {
        if (until <= now || until - now > LongestSilence)
        {
            throw new ArgumentOutOfRangeException(
                nameof(until), (until - now).TotalSeconds, $"A silence lasts more than 0 and at most {LongestSilence.TotalSeconds} seconds.");
        }

        return alert.IsOpen && alert.SilencedUntil != until
            ? Change(AlertChangeKind.Silenced, alert with { SilencedUntil = until }, actor, now)
            : null;
    }

    /// <summary>
    /// Brings the sound back: a new alert of the patient, or a higher priority, breaks every silence. One that has expired
    /// is cleared too, so that a silence is broken even where the caller's clock runs ahead of the one that set it.
    /// </summary>
    public static AlertChange? Unsilence(Alert alert, string actor, DateTimeOffset now) =>
        alert.IsOpen && alert.SilencedUntil is not null
            ? Change(AlertChangeKind.Unsilenced, alert with { SilencedUntil = null }, actor, now)
            : null;

    /// <summary>
    /// Says that somebody is on the way to an open alert that nobody has acknowledged. Its sound and its escalation go on: being on the way helps
    /// nobody yet.
    /// </summary>
    public static AlertChange? Respond(Alert alert, string actor, DateTimeOffset now) =>
        alert.IsOpen && alert.Response == AlertResponse.Unacknowledged && alert.RespondedBy != actor
            ? Change(AlertChangeKind.Responded, alert with { RespondedBy = actor, RespondedAt = now }, actor, now)
            : null;

    /// <summary>
    /// Says what an alert was, open or long over. Nothing else of it changes. The same again by the same person changes nothing, as long as nobody
    /// else has said something since.
    /// </summary>
    public static AlertChange? Review(Alert alert, string actor, AlertVerdict verdict, string? comment, DateTimeOffset now)
    {
        comment = string.IsNullOrWhiteSpace(comment) ? null : comment.Trim();
        return alert.Review is { } said && (said.By, said.Verdict, said.Comment) == (actor, verdict, comment)
            ? null
            : Change(AlertChangeKind.Reviewed, alert with { Review = new(verdict, comment, actor, now) }, actor, now);
    }

    /// <summary>
    /// Takes an open alert up the care team. A step that was already taken is not taken again, so nobody is notified twice.
    /// The clock does not escalate what someone has taken; a person may, to ask for help.
    /// </summary>
    /// <param name="alert">The alert as it is.</param>
    /// <param name="step">The step to go to, 1 for the first; greater than <see cref="Alert.Escalation"/>.</param>
    /// <param name="toName">Who is notified at that step; null when the step has nobody.</param>
    /// <param name="actor">Who asks for it; <see cref="AlertChange.SystemActor"/> for the clock.</param>
    /// <param name="now">The time it is.</param>
    public static AlertChange? Escalate(Alert alert, int step, string? toName, string actor, DateTimeOffset now)
    {
        var taken = alert.Response == AlertResponse.Acknowledged && actor == AlertChange.SystemActor;
        return alert.IsOpen && !taken && step > alert.Escalation
            ? Change(AlertChangeKind.Escalated, alert with { Escalation = step, EscalatedTo = toName }, actor, now)
            : null;
    }

    /// <summary>Says of an open alert that there is nobody to escalate it to. No step is taken, so that the first one is still to come.</summary>
    /// <param name="alert">The alert as it is.</param>
    /// <param name="steps">How many steps it had gone when nobody was found; when it has gone further since, nothing changes.</param>
    /// <param name="nobody">What <see cref="Alert.EscalatedTo"/> says then.</param>
    /// <param name="actor">As for <see cref="Escalate"/>.</param>
    /// <param name="now">The time it is.</param>
    public static AlertChange? EscalateToNobody(Alert alert, int steps, string nobody, string actor, DateTimeOffset now)
    {
        var taken = alert.Response == AlertResponse.Acknowledged && actor == AlertChange.SystemActor;
        return alert.IsOpen && !taken && steps == alert.Escalation && alert.EscalatedTo != nobody
            ? Change(AlertChangeKind.Escalated, alert with { EscalatedTo = nobody }, actor, now)
            : null;
    }

    private static AlertChange Change(AlertChangeKind kind, Alert alert, string actor, DateTimeOffset now) =>
        new(kind, alert with { Version = alert.Version + 1, Sequence = 0 }, actor, now);
}
