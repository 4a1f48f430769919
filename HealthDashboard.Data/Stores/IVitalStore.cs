using HealthDashboard.Data.Model;

namespace HealthDashboard.Data.Stores;

/// <summary>
/// Vital signs over time. A reading that <see cref="AppendAsync"/> has returned from is never lost; readings are ordered by
/// their own time, whatever order they arrive in; the same patient, sign and time again replaces the value.
/// Raw readings are kept for the raw retention, roll-ups for years.
/// </summary>
public interface IVitalStore
{
    /// <summary>Stores readings durably, all or none. Calls may run at the same time and share one write.</summary>
    /// <param name="readings">The readings; the list is not looked at after the task's end.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="StoreUnavailableException">The store is unavailable; nothing is known to be written.</exception>
    Task AppendAsync(IReadOnlyList<Reading> readings, CancellationToken cancel = default);

    /// <summary>
    /// Stores a long stretch of one sign's past, faster than <see cref="AppendAsync"/>; durable when it returns, and the same again changes
    /// nothing. What is older than the raw retention leaves only its roll-ups: its values replace those of each minute that they are in, so
    /// such a minute must be in one call whole.
    /// </summary>
    Task ImportAsync(ObjectId patientId, VitalSign sign, IReadOnlyList<Sample> samples, CancellationToken cancel = default);

    /// <summary>
    /// What a chart shows: the stretch from <paramref name="from"/> to <paramref name="to"/> (exclusive) cut into at most
    /// <paramref name="points"/> equal parts, empty parts left out. The cost grows with the points, not with the samples behind them,
    /// so over long stretches the edges of the parts are those of the roll-ups.
    /// </summary>
    Task<IReadOnlyList<VitalPoint>> ChartAsync(
        ObjectId patientId, VitalSign sign, DateTimeOffset from, DateTimeOffset to, int points, CancellationToken cancel = default);

    /// <summary>Raw readings as received, sensor-off ones too, in time order; those beyond the raw retention are gone.</summary>
    /// <param name="patientId">Whose.</param>
    /// <param name="sign">Which sign.</param>
    /// <param name="from">The first time, inclusive.</param>
    /// <param name="to">The last time, exclusive.</param>
    /// <param name="cancel">Ends the call.</param>
    Task<IReadOnlyList<Sample>> ReadAsync(
        ObjectId patientId, VitalSign sign, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel = default);

    /// <summary>The latest reading of each sign that the patient has, sensor-off ones too.</summary>
    Task<IReadOnlyList<Reading>> LatestAsync(ObjectId patientId, CancellationToken cancel = default);

    /// <summary>
    /// The last reading of each sign at or before a moment, sensor-off ones too, in the order of <see cref="VitalSigns.All"/>. A sign that
    /// was not measured within the look back has none, nor has one whose raw readings are gone.
    /// </summary>
    /// <param name="patientId">Whose.</param>
    /// <param name="at">The moment, inclusive.</param>
    /// <param name="back">How far before it is looked.</param>
    /// <param name="cancel">Ends the call.</param>
    async Task<IReadOnlyList<Reading>> LatestAtAsync(ObjectId patientId, DateTimeOffset at, TimeSpan back, CancellationToken cancel = default)
    {
        List<Reading> latest = [];
        foreach (var info in VitalSigns.All)
        {
            if (await ReadAsync(patientId, info.Sign, at - back, at.AddMilliseconds(1), cancel) is [.., var last])
                latest.Add(new Reading(patientId, info.Sign, last.Time, last.Value));
        }
        return latest;
    }
}
