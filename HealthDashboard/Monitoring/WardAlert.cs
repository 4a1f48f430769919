using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Monitoring;

/// <summary>How an alert on a ward begins and ends.</summary>
internal static class WardAlert
{
    /// <summary>Raises a technical alert on a ward.</summary>
    public static AlertChange Raise(WardGroup ward, string sign, AlertPriority priority, string text, DateTimeOffset now) => new(
        AlertChangeKind.Raised,
        TechnicalAlarms.Technical(sign, priority, text) with
        {
            Id = AlarmWork.IdOf(ward.Id, sign, AlertDirection.None, now.ToUnixTimeMilliseconds()),
            PatientId = ward.Id,
            Group = ward.Name,
            RaisedAt = now,
            RecordedAt = now,
            Version = 1,
        },
        AlertChange.SystemActor,
        now);

    /// <summary>Ends one.</summary>
    public static AlertChange End(Alert alert, DateTimeOffset now) => new(
        AlertChangeKind.Ended,
        alert with { Condition = AlertCondition.Ended, EndedAt = now, Version = alert.Version + 1, Sequence = 0 },
        AlertChange.SystemActor,
        now);
}
