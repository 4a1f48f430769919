using HealthDashboard.Data.Model;

namespace HealthDashboard.Tests.Unit.Oracle;

/// <summary>All alerts of a patient, and what becomes of them: docs/clinical.md, "Priorities, and the life of an alert".</summary>
internal sealed class AlertBook
{
    /// <summary>In the order in which they were raised.</summary>
    public List<ExpectedAlert> Alerts { get; } = [];

    /// <summary>The last alert of a kind on a sign, open or not; null when there was none.</summary>
    public ExpectedAlert? Last(string sign, AlertDirection direction, AlertKind kind) =>
        Alerts.FindLast(alert => alert.Sign == sign && alert.Direction == direction && alert.Kind == kind);

    /// <summary>The technical alert that is open on a sign; null when none is.</summary>
    public ExpectedAlert? Technical(string sign) =>
        Last(sign, AlertDirection.None, AlertKind.Technical) is { IsOpen: true } alert ? alert : null;

    public ExpectedAlert Raise(string sign, AlertDirection direction, AlertKind kind, long at, long now, AlertPriority priority)
    {
        var alert = new ExpectedAlert(sign, direction, kind, at, now);
        alert.Priorities.Add((at, priority));
        Alerts.Add(alert);
        return alert;
    }

    /// <summary>A technical alert stands from a moment on; nothing is done where one does.</summary>
    public void Stand(string sign, long at, long now, AlertPriority priority = AlertPriority.Low)
    {
        if (Technical(sign) is { } alert)
            Rise(alert, at, priority);
        else
            Raise(sign, AlertDirection.None, AlertKind.Technical, at, now, priority);
    }

    /// <summary>The technical alert on a sign ends, where one is open.</summary>
    public void EndTechnical(string sign, long at)
    {
        if (Technical(sign) is { } alert)
            End(alert, Math.Max(at, alert.Latest));
    }

    public void Resume(ExpectedAlert alert, long at)
    {
        alert.EndedAt = null;
        alert.Latched = false;
        alert.ResumedAt.Add(at);
    }

    /// <summary>Its condition is over. High alerts latch until someone has acknowledged them.</summary>
    public void End(ExpectedAlert alert, long at)
    {
        alert.EndedAt = at;
        alert.Latched = alert.Priority == AlertPriority.High && alert.AcknowledgedAt is null;
    }

    /// <summary>The priority rises, and takes an acknowledgement back (A1); it never falls.</summary>
    public void Rise(ExpectedAlert alert, long at, AlertPriority priority)
    {
        if (priority <= alert.Priority)
            return;
        alert.Priorities.Add((at, priority));
        Withdraw(alert, at);
    }

    public void Acknowledge(ExpectedAlert alert, long now, double? value, IEnumerable<VitalSign> threes)
    {
        if (alert.AcknowledgedAt is not null)
            return;
        alert.AcknowledgedAt = now;
        alert.AcknowledgedValue = value;
        alert.AcknowledgedThrees = [.. threes];
        alert.Latched = false;
    }

    /// <summary>A limit's value is so much worse than when the alert was acknowledged that this is withdrawn (A1).</summary>
    public void Worsened(ExpectedAlert alert, long at, VitalSign sign, double value)
    {
        var worse = alert.Direction == AlertDirection.Low ? alert.AcknowledgedValue - value : value - alert.AcknowledgedValue;
        if (worse is { } by && Math.Round(by - Values.Worsening(sign), 9) >= 0)
            Withdraw(alert, at);
    }

    public void Withdraw(ExpectedAlert alert, long at)
    {
        if (alert.AcknowledgedAt is null)
            return;
        alert.WithdrawnAt.Add(at);
        Forget(alert);
    }

    /// <summary>What was acknowledged long ago and is still active calls again (A2).</summary>
    public void Remind(long now)
    {
        foreach (var alert in Alerts.Where(alert => alert is { Active: true, AcknowledgedAt: not null }))
        {
            var after = alert.Priority switch
            {
                AlertPriority.High => Values.RemindHigh,
                AlertPriority.Medium => Values.RemindMedium,
                _ => long.MaxValue,
            };
            if (now - alert.AcknowledgedAt >= after)
            {
                alert.RemindedAt.Add(now);
                Forget(alert);
            }
        }
    }

    /// <summary>Discharge ends everything (S4).</summary>
    public void Discharge(long now)
    {
        foreach (var alert in Alerts)
        {
            if (alert.IsOpen)
                alert.EndedAt ??= now;
            alert.Latched = false;
            alert.Discharged = true;
        }
    }

    private static void Forget(ExpectedAlert alert)
    {
        alert.AcknowledgedAt = null;
        alert.AcknowledgedValue = null;
    }
}
