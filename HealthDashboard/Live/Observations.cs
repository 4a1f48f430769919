using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Shared;

namespace HealthDashboard.Live;

/// <summary>How closely a patient is watched, and when the next set of observations is due (docs/clinical.md, S2 and S3).</summary>
/// <param name="IsContinuous">Whether a device sends all the time.</param>
/// <param name="Due">When the next full set is due; null where none is, as on continuous monitoring.</param>
internal readonly record struct Observations(bool IsContinuous, DateTimeOffset? Due)
{
    /// <summary>For so long before they are due the wall says so.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(30);

    /// <summary>What the alarms know.</summary>
    public static Observations Of(in WatchState watch, Patient patient, AlarmRules rules)
    {
        var due = Watch.ObservationsDue(watch, patient, rules);
        return new(Watch.IsContinuous(watch, patient), due == long.MaxValue ? null : DateTimeOffset.FromUnixTimeMilliseconds(due));
    }

    /// <summary>Whether they are late.</summary>
    public bool AreLate(DateTimeOffset now) => Due < now;

    /// <summary>"due 14:30", "25 min late"; empty where none are due.</summary>
    public string Words(TimeProvider clock) => Due is not { } due ? ""
        : clock.GetUtcNow() is var now && now > due ? $"{Display.Span(Whole(now - due))} late"
        : $"due {Display.Minute(due, clock)}";

    /// <summary>The same for the wall, which says nothing of what is due much later; null then.</summary>
    public TileNote? Note(TimeProvider clock) => Due - clock.GetUtcNow() <= Soon
        ? new(AreLate(clock.GetUtcNow()) ? TileNoteKind.ObservationsLate : TileNoteKind.ObservationsDue, $"Observations {Words(clock)}")
        : null;

    // In minutes: what is measured by hand is not late by seconds.
    private static TimeSpan Whole(TimeSpan late) => TimeSpan.FromMinutes(Math.Ceiling(late.TotalMinutes));
}
