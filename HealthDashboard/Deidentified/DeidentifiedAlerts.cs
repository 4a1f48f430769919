using System.Runtime.CompilerServices;
using HealthDashboard.Analytics;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Deidentified;

/// <summary>
/// Goes through the history of alerts patient by patient, by what stands for them: in the order of time, those of several patients together
/// would tell how far each is shifted. Memory holds the patients' ids and the alerts of one.
/// </summary>
internal sealed class DeidentifiedAlerts(IAlertStore alerts, IPatientStore patients, PastStays stays, Pseudonyms names)
{
    /// <summary>The most patients of an export: those with the latest alerts.</summary>
    public const int MostPatients = 20_000;

    private const int AtOnce = 5_000;

    /// <summary>The limit, smaller in a test.</summary>
    internal int Most { get; init; } = MostPatients;

    /// <summary>Who had alerts in a stretch of time, in the order of the export, and whether there were more.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<(IReadOnlyList<ObjectId> Patients, bool IsCut)> PatientsAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancel)
    {
        var found = new HashSet<ObjectId>();
        await foreach (var alert in alerts.EachRaisedAsync(new() { From = from, To = to }, AtOnce, cancel))
        {
            // An alert on a ward is nobody's.
            if (alert.Group is not null || found.Contains(alert.PatientId))
                continue;
            if (found.Count == Most)
                return (InOrder(found), true);
            found.Add(alert.PatientId);
        }
        return (InOrder(found), false);
    }

    /// <summary>The alerts of these patients, of each the earliest first. Who has no record any more is left out.</summary>
    /// <exception cref="StoreException">A store cannot be read.</exception>
    public async IAsyncEnumerable<DeidentifiedAlert> EachAsync(IReadOnlyList<ObjectId> of, DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var id in of)
        {
            if (await patients.FindReadableAsync(id, cancel) is not { } record)
                continue;
            var places = await stays.OfAsync(id, cancel);
            var theirs = await alerts.EachRaisedAsync(new() { PatientIds = [id], From = from, To = to }, AtOnce, cancel).ToListAsync(cancel);
            for (var i = theirs.Count - 1; i >= 0; i--)
            {
                var place = PastStays.At(places, theirs[i].RaisedAt);
                yield return DeidentifiedAlert.Of(theirs[i], record, place is null ? null : names.Of(place.Region, place.Ward), names);
            }
        }
    }

    private List<ObjectId> InOrder(IEnumerable<ObjectId> found) => [.. found.OrderBy(names.Of, StringComparer.Ordinal)];
}
