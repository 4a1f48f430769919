using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Alerts;

/// <summary>What the history found.</summary>
/// <param name="Entries">In the order asked for.</param>
/// <param name="IsCut">Whether there were more alerts in that time than are looked at: then these are of the newest.</param>
internal sealed record HistoryResult(IReadOnlyList<HistoryEntry> Entries, bool IsCut);

/// <summary>
/// The alerts of the past. The store finds them by when they were raised, at most <see cref="Most"/>; what it does not know, as where a patient is and how
/// long somebody took, is filtered and sorted here, so that page and download always agree.
/// </summary>
internal sealed class HistoryReader(IAlertStore alerts, IPatientStore records, PatientDirectory directory, PersonNames people, TimeProvider time)
{
    /// <summary>As many alerts as a store gives at once: more than a week of a hospital with 77 beds.</summary>
    internal int Most { get; init; } = 10_000;

    /// <exception cref="StoreException">The store of alerts, or for words that a patient is searched by that of the records, is unavailable.</exception>
    /// <param name="filter">What is wanted.</param>
    /// <param name="theirs">Which patients whoever asks may see; alerts of others are left out.</param>
    /// <param name="cancel">Ends the call.</param>
    public async Task<HistoryResult> FindAsync(HistoryFilter filter, Func<Patient, bool> theirs, CancellationToken cancel)
    {
        var (from, to) = filter.Times(time);
        var found = await alerts.QueryAsync(
            new()
            {
                NewestRaisedFirst = true,
                PatientIds = filter.Patient.Length > 0 ? await PatientsAsync(filter.Patient, cancel) : null,
                From = from,
                To = to,
                AtLeast = filter.AtLeast,
                Kind = filter.Sign switch { null => null, Alert.ScoreSign => AlertKind.Score, { } sign when VitalSigns.Find(sign) is not null => AlertKind.Limit, _ => AlertKind.Technical },
                Response = filter.By switch { null => null, HistoryFilter.Nobody => AlertResponse.Unacknowledged, _ => AlertResponse.Acknowledged },
                Limit = Most,
            },
            cancel);
        var entries = new List<HistoryEntry>();
        foreach (var alert in found.Where(alert => Passes(filter, alert)))
        {
            var entry = new HistoryEntry(alert, await PatientAsync(alert, cancel), alert.AcknowledgedBy is { } by ? people.Of(by) : null);
            if ((filter.Ward is null || entry.Ward?.Name == filter.Ward) && (entry.Patient is null || theirs(entry.Patient)))
                entries.Add(entry);
        }
        return new(Sort(entries, filter), found.Count == Most);
    }

    private bool Passes(HistoryFilter filter, Alert alert) =>
        (filter.Hour is null || TimeZoneInfo.ConvertTime(alert.RaisedAt, time.LocalTimeZone).Hour == filter.Hour)
        && (filter.Sign is null or HistoryFilter.Technical || alert.Sign == filter.Sign || alert.Sign.StartsWith($"{filter.Sign}:", StringComparison.Ordinal))
        && (filter.By is null or HistoryFilter.Nobody || string.Equals(alert.AcknowledgedBy, filter.By, StringComparison.OrdinalIgnoreCase));

    private async Task<List<ObjectId>> PatientsAsync(string words, CancellationToken cancel)
    {
        const int AtOnce = 500;
        return [.. (await records.SearchAsync(new(words, PageSize: AtOnce), cancel)).Items.Select(patient => patient.Id)];
    }

    // Who has left is asked for once and then remembered. Without the records the alerts are still shown.
    private async ValueTask<Patient?> PatientAsync(Alert alert, CancellationToken cancel)
    {
        if (alert.Group is not null)
            return null;
        try
        {
            return (await directory.FindAsync(alert.PatientId, cancel))?.Patient;
        }
        catch (StoreException)
        {
            return null;
        }
    }

    // The sort is stable, so those that are equal stay by when they were raised.
    private List<HistoryEntry> Sort(List<HistoryEntry> entries, HistoryFilter filter)
    {
        var now = time.GetUtcNow();
        IEnumerable<HistoryEntry> sorted = filter.Sort switch
        {
            HistorySort.Priority => entries.OrderByDescending(entry => entry.Alert.Priority),
            HistorySort.Bed => entries.OrderBy(entry => entry.Ward?.Ward, StringComparer.Ordinal).ThenBy(entry => entry.Patient?.Bed, StringComparer.Ordinal),
            HistorySort.Sign => entries.OrderBy(entry => entry.Sign, StringComparer.Ordinal),
            HistorySort.Lasted => entries.OrderByDescending(entry => entry.Lasted(now)),
            HistorySort.Response => entries.OrderByDescending(entry => entry.Response ?? TimeSpan.MaxValue),
            HistorySort.Person => entries.OrderBy(entry => entry.By is null).ThenBy(entry => entry.By, StringComparer.CurrentCultureIgnoreCase),
            _ => entries,
        };
        return filter.Reversed ? [.. sorted.Reverse()] : [.. sorted];
    }
}
