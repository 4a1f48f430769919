using HealthDashboard.Data.Model;

namespace HealthDashboard.Cohorts;

/// <summary>A stay in the hospital.</summary>
/// <param name="Record">The record as it was last in the stay.</param>
/// <param name="Now">The record as it is.</param>
/// <param name="Region">The region of the ward that admitted the patient.</param>
/// <param name="Ward">The ward that admitted the patient.</param>
/// <param name="AdmittedAt">When the stay began.</param>
/// <param name="EndedAt">When it ended; the end of time while it lasts.</param>
public sealed record CohortStay(Patient Record, Patient Now, string Region, string Ward, DateTimeOffset AdmittedAt, DateTimeOffset EndedAt)
{
    /// <summary>How old the patient was on admission; null where nobody knows the date of birth.</summary>
    public AgeBand? Age => Record.BirthDate == default ? null : AgeBands.Of(Record.AgeOn(DateOnly.FromDateTime(AdmittedAt.UtcDateTime)));

    /// <summary>The start of the clock hour of the admission: hour 0 of the stay.</summary>
    public DateTimeOffset FirstHour => new(AdmittedAt.UtcTicks / TimeSpan.TicksPerHour * TimeSpan.TicksPerHour, TimeSpan.Zero);

    /// <summary>
    /// The stays that the versions of a record tell of, the earliest first. One whose beginning nobody wrote down is left out.
    /// </summary>
    /// <param name="versions">The versions, the latest first.</param>
    public static IEnumerable<CohortStay> Of(IReadOnlyList<Patient> versions)
    {
        Patient? first = null, last = null;
        for (var i = versions.Count - 1; i >= 0; i--)
        {
            var version = versions[i];
            if (version.Status == PatientStatus.Admitted)
            {
                // Before the first version that is known there may have been others.
                first ??= i < versions.Count - 1 || version.Version == 1 ? version : version with { ChangedAt = null };
                last = version;
                continue;
            }
            if (Stay(version.Discharge?.At ?? version.ChangedAt) is { } over)
                yield return over;
            (first, last) = (null, null);
        }
        if (Stay(DateTimeOffset.MaxValue) is { } lasting)
            yield return lasting;

        CohortStay? Stay(DateTimeOffset? end) => first is { ChangedAt: { } start } && end > start ? new(last!, versions[0], first.Region, first.Ward, start, end.Value) : null;
    }
}
