using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;

namespace HealthDashboard.WhatIf;

/// <summary>A patient from a moment on.</summary>
/// <param name="At">From when, in milliseconds since 1970-01-01 UTC.</param>
/// <param name="Patient">The record and the limits that held then.</param>
internal sealed record Moment(long At, MonitoredPatient Patient);

/// <summary>Somebody acknowledged an alert.</summary>
/// <param name="At">When, as <see cref="Moment.At"/>.</param>
/// <param name="Sign">As <see cref="Alert.Sign"/>.</param>
/// <param name="Direction">As <see cref="Alert.Direction"/>.</param>
/// <param name="Actor">Who did it.</param>
/// <param name="Note">What was noted; null for nothing.</param>
internal sealed record Acknowledged(long At, string Sign, AlertDirection Direction, string Actor, string? Note);

/// <summary>A time in which an alert on the ward stood for its patients' silence.</summary>
/// <param name="From">Its beginning, as <see cref="Moment.At"/>.</param>
/// <param name="To">Its end.</param>
internal readonly record struct Hold(long From, long To);

/// <summary>What besides readings made a patient's alerts: the record and the limits as they were, what people did, and what was open at the start.</summary>
internal sealed record PatientPast
{
    /// <summary>The record now.</summary>
    public required Patient Patient { get; init; }

    /// <summary>Whether what is proposed is proposed for the patient's ward.</summary>
    public required bool IsOfWard { get; init; }

    /// <summary>The record and limits over time, the first one from the start on.</summary>
    public required IReadOnlyList<Moment> Moments { get; init; }

    /// <summary>Acknowledgements in order.</summary>
    public required IReadOnlyList<Acknowledged> Acknowledged { get; init; }

    /// <summary>When the ward's alert held the patient's silence.</summary>
    public required IReadOnlyList<Hold> Holds { get; init; }

    /// <summary>The alerts that were open at the start.</summary>
    public required IReadOnlyList<Alert> Open { get; init; }

    /// <summary>Where the evaluation begins, long enough before the stretch, as <see cref="Moment.At"/>.</summary>
    public required long Start { get; init; }

    /// <summary>When the stay that goes on at the start began; 0 when that is not known.</summary>
    public required long StaySince { get; init; }

    /// <summary>The patient's alerts of the history, from the start to a little after the end.</summary>
    public required IReadOnlyList<Alert> History { get; init; }

    /// <summary>The record and limits over time with a proposal.</summary>
    public IReadOnlyList<Moment> With(Proposal proposal) =>
        [.. Moments.Select(moment => moment with { Patient = moment.Patient with { Limits = proposal.On(moment.Patient.Limits, IsOfWard) } })];

    /// <summary>The record and the limits over time.</summary>
    /// <param name="versions">Every version of the record, in any order. Before the first of all the patient was not here.</param>
    /// <param name="ofWard">Every version of a ward's limits.</param>
    /// <param name="own">Every version of the patient's own limits.</param>
    /// <param name="defaults">The configured limits.</param>
    /// <param name="start">The start, as <see cref="Moment.At"/>.</param>
    /// <param name="end">The end.</param>
    /// <param name="wasHere">Whether something was measured before there was a record: then the first version holds from the start.</param>
    public static IReadOnlyList<Moment> MomentsOf(
        IReadOnlyList<Patient> versions, Func<string, string, IReadOnlyList<AlarmLimits>> ofWard, IReadOnlyList<AlarmLimits> own, IReadOnlyDictionary<VitalSign, SignLimits> defaults, long start, long end, bool wasHere = false)
    {
        Patient[] records = [.. versions.OrderBy(record => record.Version)];
        var limits = records.Select(record => (record.Region, record.Ward)).Distinct().ToDictionary(ward => ward, ward => ofWard(ward.Region, ward.Ward));
        // Nobody is here before there is a record, unless something was measured; of an older program's, whose first versions were not kept, the earliest holds.
        Patient earliest = !wasHere && records[0] is { Version: 1, ChangedAt: not null } first ? first with { Status = PatientStatus.Discharged } : records[0];
        var changes = new SortedSet<long> { start };
        foreach (var record in records)
            Add(record.ChangedAt);
        foreach (var set in limits.Values.Append(own).SelectMany(all => all))
        {
            Add(set.SetAt);
            foreach (var sign in set.Signs.Values)
                Add(sign.OffUntil);
        }
        for (var day = DayOf(start); AgeLimits.NextChange(records[^1], day) is { } next && next > day && Milliseconds(next) < end; day = next)
            Add(new DateTimeOffset(next, TimeOnly.MinValue, TimeSpan.Zero));
        return [.. changes.Select(at => new Moment(at, Of(at)))];

        void Add(DateTimeOffset? time)
        {
            if (time?.ToUnixTimeMilliseconds() is { } at && at > start && at < end)
                changes.Add(at);
        }

        MonitoredPatient Of(long at)
        {
            var now = DateTimeOffset.FromUnixTimeMilliseconds(at);
            var record = records.LastOrDefault(version => version.ChangedAt is { } changed && changed.ToUnixTimeMilliseconds() <= at) ?? earliest;
            return new(record, new EffectiveLimits(
                AgeLimits.Of(record, DayOf(at), defaults), Last(limits[(record.Region, record.Ward)], at), Last(own, at), now));
        }
    }

    private static AlarmLimits? Last(IEnumerable<AlarmLimits> versions, long at) =>
        versions.Where(set => set.SetAt.ToUnixTimeMilliseconds() <= at).MaxBy(set => set.Version);

    private static DateOnly DayOf(long at) => DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeMilliseconds(at).UtcDateTime);

    private static long Milliseconds(DateOnly day) => new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeMilliseconds();
}
