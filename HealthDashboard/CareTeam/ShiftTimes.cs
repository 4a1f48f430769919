using HealthDashboard.Shared;
using Microsoft.Extensions.Options;

namespace HealthDashboard.CareTeam;

/// <summary>When shifts begin and end, by <see cref="HospitalOptions.Shifts"/> on the hospital's clock.</summary>
internal sealed class ShiftTimes(IOptions<HospitalOptions> options, TimeProvider clock)
{
    /// <summary>The shifts of a stretch of time: from the one that holds at its beginning to the one that holds just before its end.</summary>
    public IReadOnlyList<Shift> Within(DateTimeOffset from, DateTimeOffset to)
    {
        var starts = options.Value.ShiftStarts!;
        var shifts = new List<Shift>();
        // From the day before: its last shift may reach into this one.
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(from, clock.LocalTimeZone).Date).AddDays(-1);
        DateTimeOffset? begun = null;
        for (; begun is null || begun < to; day = day.AddDays(1))
        {
            foreach (var start in starts)
            {
                var at = clock.LocalTimeZone.FirstAt(day.ToDateTime(start));
                if (begun is { } before && at > from && before < to && at > before)
                    shifts.Add(new(before, at));
                begun = at;
            }
        }
        return shifts;
    }
}

/// <summary>A shift.</summary>
/// <param name="From">When it begins.</param>
/// <param name="To">When the next one begins.</param>
public readonly record struct Shift(DateTimeOffset From, DateTimeOffset To);
