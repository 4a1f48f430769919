using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Analytics;

/// <summary>A time in which a patient's place was the same.</summary>
/// <param name="From">When it began.</param>
/// <param name="To">When it ended; the end of time while it lasts.</param>
/// <param name="Place">Where the patient was, or had been last.</param>
/// <param name="AdmittedFrom">Since when the patient is known to have been there; null for somebody who was not, and where nothing says.</param>
internal readonly record struct PastStay(DateTimeOffset From, DateTimeOffset To, Place Place, DateTimeOffset? AdmittedFrom);

/// <summary>Where patients were, from the versions of their records. What does not change is read once.</summary>
internal sealed class PastStays(IPatientStore patients)
{
    // So many changes of one record are looked at; where a patient was before the first of them is what it says.
    private const int MostVersions = 1_000;

    private Dictionary<ObjectId, (long Version, IReadOnlyList<PastStay> Stays)> known = [];

    /// <summary>Where a patient was, the latest first; empty when there is no record.</summary>
    public async Task<IReadOnlyList<PastStay>> OfAsync(ObjectId id, CancellationToken cancel)
    {
        var stays = new List<PastStay>();
        var until = DateTimeOffset.MaxValue;
        var versions = await patients.VersionsAsync(id, MostVersions, cancel);
        for (var i = 0; i < versions.Count; i++)
        {
            // The earliest that is known holds for all that was before.
            var from = i == versions.Count - 1 ? DateTimeOffset.MinValue : versions[i].ChangedAt ?? until;
            if (from < until)
                stays.Add(new(from, until, Place.Of(versions[i]), versions[i].Status == PatientStatus.Admitted ? versions[i].ChangedAt : null));
            until = from < until ? from : until;
        }
        return stays;
    }

    /// <summary>The same of these patients; who is not among them is forgotten.</summary>
    public async Task<IReadOnlyDictionary<ObjectId, IReadOnlyList<PastStay>>> OfAsync(IEnumerable<Patient> these, CancellationToken cancel)
    {
        var kept = new Dictionary<ObjectId, (long Version, IReadOnlyList<PastStay> Stays)>();
        foreach (var patient in these)
        {
            kept[patient.Id] = known.TryGetValue(patient.Id, out var before) && before.Version == patient.Version
                ? before
                : (patient.Version, await OfAsync(patient.Id, cancel));
        }
        known = kept;
        return kept.ToDictionary(pair => pair.Key, pair => pair.Value.Stays);
    }

    /// <summary>Where a patient was at a time; null when there is no record.</summary>
    public static Place? At(IReadOnlyList<PastStay> stays, DateTimeOffset time)
    {
        foreach (var stay in stays)
        {
            if (stay.From <= time)
                return stay.Place;
        }
        return null;
    }

    /// <summary>
    /// Which beds somebody lay in, by hour of a day, some more than once. Whether the record says so or readings came: who is charted by hand
    /// has few, and a record may have come after the monitor.
    /// </summary>
    /// <param name="day">The day, UTC.</param>
    /// <param name="stays">Where patients were.</param>
    /// <param name="monitored">The hours in which readings of a patient came.</param>
    /// <param name="now">Hours that are to come are nobody's.</param>
    public static IEnumerable<(Place Place, int Hour)> Occupied(
        DateOnly day,
        IReadOnlyDictionary<ObjectId, IReadOnlyList<PastStay>> stays,
        IReadOnlyDictionary<ObjectId, IReadOnlySet<DateTimeOffset>> monitored,
        DateTimeOffset now)
    {
        var start = new DateTimeOffset(day, default, TimeSpan.Zero);
        foreach (var (patient, theirs) in stays)
        {
            var readings = monitored.GetValueOrDefault(patient);
            for (var hour = 0; hour < AlarmTally.Hours && start.AddHours(hour) < now; hour++)
            {
                var (from, to) = (start.AddHours(hour), start.AddHours(hour + 1));
                foreach (var stay in theirs.Where(stay => stay.AdmittedFrom < to && stay.To > from && stay.Place.Bed is not null))
                    yield return (stay.Place, hour);
                if (readings?.Contains(from) == true && At(theirs, from) is { Bed: not null } place)
                    yield return (place, hour);
            }
        }
    }
}
